import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import type { ImageConfig } from "../image/observation.ts";
import { imgPort001 } from "./img-port-001.ts";

const judged = (config: Partial<ImageConfig>) => imgPort001.judge(observationOf({ config }), {});

test.each<[string, Partial<ImageConfig>]>([
  ["none", {}],
  ["1024", { exposedPorts: ["1024/tcp"] }],
  ["high ones", { exposedPorts: ["3000/tcp", "9090/tcp"], env: { PORT: "3000" } }],
  ["somebody else's", { env: { SMTP_PORT: "25", DB_PORT: "443" } }],
  ["any that is free", { env: { PORT: "0" } }],
  ["a socket's path", { env: { PORT: "/run/app.sock" } }],
])("good: %s", (_, config) => {
  expect(judged(config).status).toBe("pass");
});

test.each<[string, Partial<ImageConfig>]>([
  ["EXPOSE 80/tcp", { exposedPorts: ["80/tcp", "3000/tcp"] }],
  ["EXPOSE 1023/udp", { exposedPorts: ["1023/udp"] }],
  ["EXPOSE 80-90/tcp", { exposedPorts: ["80-90/tcp"] }],
  ["environment variable PORT=80", { env: { PORT: "80" } }],
  ["environment variable HTTPS_PORT=443", { env: { HTTPS_PORT: "443" } }],
  ["start command: --port 80", { cmd: ["node", "main.js", "--port", "80"] }],
  ["start command: --port 80", { cmd: ["node", "main.js", "--port=80"] }],
  ["start command: PORT=80", { cmd: ["/bin/sh", "-c", "PORT=80 node main.js"] }],
])("bad: %s", (message, config) => {
  expect(judged(config)).toMatchObject({ status: "fail", evidence: [{ message }] });
});
