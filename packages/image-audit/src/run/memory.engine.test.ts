import { afterAll, describe, expect, test } from "vitest";
import { contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runOom001 } from "../checks/run-oom-001.ts";
import { probeMemory } from "./memory.ts";
import type { RungContext } from "./rung.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

const probe = async (image: Fixture, changes: Partial<RungContext> & { env?: Record<string, string> } = {}) => {
  const memory = await probeMemory(contextFor(await images.build(image), changes));
  return { memory, said: told(outcomeOf(runOom001, { memory })) };
};

describe.concurrent("a heap without end", () => {
  test("with a heap limit inside the memory limit V8 ends it and says so", async () => {
    const { memory, said } = await probe("good", { profile });
    expect(memory).toMatchObject({ limitedByProbe: false, exitCode: 134, oomKilled: false });
    expect(said).toMatch(/^pass: below the limit of 256 MiB: exit code 134, "FATAL ERROR: .*heap out of memory"$/);
  });

  test.each<[Fixture, string]>([
    ["withoutInit", "as PID 1"],
    ["shellForm", "behind a shell"],
  ])("without one the kernel kills it: %s, %s", async (image) => {
    const { memory, said } = await probe(image);
    expect(memory).toMatchObject({ limitedByProbe: true, exitCode: 137, oomKilled: true, fatalError: null });
    expect(said).toBe("fail: killed by the kernel at the probe's own limit of 256 MiB: exit code 137, OOMKilled");
  });

  test("a container that lives on without its Node is noticed", async () => {
    const { memory, said } = await probe("outlivesNode", { startMs: 10_000 });
    expect(memory.exitCode).toBeNull();
    expect(said).toMatch(/^fail: the container lived on/);
  });

  test("a SIGKILL from anybody else is told apart from the kernel's", async () => {
    const killing = `import { writeSync } from "node:fs"; writeSync(2, "image-audit: allocating\\n"); process.kill(process.pid, "SIGKILL");`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(killing)}` };
    const { memory, said } = await probe("good", { profile, env });
    expect(memory).toMatchObject({ exitCode: 137, oomKilled: false });
    expect(said).toBe("unknown: it was ended by somebody's SIGKILL, not for memory: exit code 137");
  });

  test("a Node that ends before it could allocate, and a program that is not there, are not tried", async () => {
    const env = { NODE_OPTIONS: "--import=data:text/javascript,process.exit(3)" };
    await expect(probe("good", { env })).rejects.toThrow("no Node of it loaded the probe");
    await expect(probe("missingProgram")).rejects.toThrow("no such file or directory");
  });
});
