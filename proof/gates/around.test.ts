import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test.each(["REPOSITORY", "TRUST"])("a %s that it would replace is refused before anything is looked for", (name) => {
  // As in a shell that read out/sigstore/env: that alone makes no workflow of it.
  const env = { ...process.env, GITHUB_ACTIONS: undefined, ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:9" };
  const { status, stderr } = spawnSync("node", [join(import.meta.dirname, "around.ts"), "true"], {
    env: { ...env, [name]: "anything" },
    encoding: "utf8",
  });
  expect(stderr).toMatch(new RegExp(`^around: ${name} would be replaced .* AROUND= too .*\n$`));
  expect(status).toBe(2);
});
