import Dockerode from "dockerode";
import { expect, test } from "vitest";
import { probeImage } from "./probe.ts";

test("an engine that does not answer is ENGINE_UNREACHABLE", async () => {
  const docker = new Dockerode({ socketPath: "/nonexistent/docker.sock" });
  await expect(probeImage("app:test", { docker })).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
});
