import { expect, test } from "vitest";
import { appLayer, baseLayer, file, hardlink, layerOf, observationOf, program } from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgFcap001 } from "./img-fcap-001.ts";

const xattrs = { "security.capability": "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0" };
const judged = (...files: FileEntry[]) =>
  imgFcap001.judge(observationOf({ layers: [baseLayer, layerOf("RUN setcap", ...files), appLayer] }), {});

test("good: none; other attributes; capabilities on what nobody can execute", () => {
  expect(judged(program("/usr/bin/ping", { xattrs: { "user.note": "x" } }), file("/data", { xattrs })).status).toBe(
    "pass",
  );
});

test("bad: a program that carries them, under each of its names", () => {
  const ping = program("/usr/bin/ping", { xattrs });
  expect(judged(ping, hardlink("/usr/bin/ping4", "/usr/bin/ping"))).toMatchObject({
    status: "fail",
    evidence: [
      { path: "/usr/bin/ping", message: "extended attribute security.capability", instruction: "RUN setcap" },
      { path: "/usr/bin/ping4" },
    ],
  });
});

test("good: copied again without them", () => {
  const layers = [baseLayer, appLayer, layerOf("a", program("/usr/bin/ping", { xattrs }))];
  layers.push(layerOf("COPY ping", program("/usr/bin/ping")));
  expect(imgFcap001.judge(observationOf({ layers }), {}).status).toBe("pass");
});
