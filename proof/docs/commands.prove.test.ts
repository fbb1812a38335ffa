import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { abandonedRuns } from "../abandoned.ts";
import { commands } from "./commands.ts";
import { runScript } from "./shell.ts";

// The long commands of the pages, as a reader types them.
const run = new Run("documented");
afterAll(() => run.close());

const long = Object.keys(commands).filter((command) => commands[command]?.how === "prove");

test.each(long)("%s ends with 0 and leaves no folder", { timeout: 600_000 }, async (command) => {
  const before = abandonedRuns();
  const { status, output } = await runScript(run, command);
  expect(status, output).toBe(0);
  expect(abandonedRuns().filter((id) => !before.includes(id))).toEqual([]);
});
