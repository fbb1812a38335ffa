import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { commands } from "./commands.ts";
import { runScript } from "./shell.ts";

// The long commands of the pages, as a reader types them.
const run = new Run("documented");
afterAll(() => run.close());

const long = Object.keys(commands).filter((command) => commands[command]?.how === "prove");

const records = () => readdirSync(join(ROOT, "out/run"));

test.each(long)("%s ends with 0 and leaves no folder", { timeout: 600_000 }, async (command) => {
  const before = records();
  const { status, output } = await runScript(run, command);
  expect(status, output).toBe(0);
  expect(records().filter((id) => !before.includes(id))).toEqual([]);
});
