import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { settings } from "./settings.ts";

test("docs/api.md carries exactly this table", async () => {
  const page = await readFile(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([A-Z_]+)` +\| (?:`(.*?)`|none) +\| (.*?) +\|$/gm)];
  expect(documented.map(([, name, value = null, meaning]) => [name, value, meaning])).toEqual(
    Object.entries(settings).map(([name, row]) => [name, row.default, row.meaning]),
  );
});
