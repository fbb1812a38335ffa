import Dockerode from "dockerode";
import { expect, test } from "vitest";
import { probeImage } from "./probe.ts";

test("an engine that does not answer is ENGINE_UNREACHABLE", async () => {
  const docker = new Dockerode({ socketPath: "/nonexistent/docker.sock" });
  await expect(probeImage("app:test", { docker })).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
});

test.each(["../containers", "a/../b", "a b", "a?b", "-a", ""])(
  "%j is no reference, and nobody is asked",
  async (reference) => {
    const docker = new Dockerode({ socketPath: "/nonexistent/docker.sock" });
    await expect(probeImage(reference, { docker })).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  },
);

test.each(["registry.example:5000/team/app_1:v1.0-rc", `app@sha256:${"0".repeat(64)}`, "0123456789ab"])(
  "%s is asked for",
  async (reference) => {
    const docker = new Dockerode({ socketPath: "/nonexistent/docker.sock" });
    await expect(probeImage(reference, { docker })).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
  },
);
