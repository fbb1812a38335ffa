import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";

/** What the errata forbid in a Dockerfile. After an instruction there is no comment; RUN is a shell's business. */
const FORBIDDEN: [string, RegExp][] = [
  ["E1", /^HEALTHCHECK [\s\S]*\|\|/],
  ["E2", /^RUN [\s\S]*\|\| true\s*$/],
  ["E3", /^RUN [\s\S]*--only=production/],
  ["E11", /^COPY [\s\S]*--chown=(?!0\b|root\b)/],
  ["E16", /^(?!RUN )[\s\S]* #/],
];

function forbidden(text: string): string[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .flatMap((instruction) => FORBIDDEN.filter(([, pattern]) => pattern.test(String(instruction))).map(([id]) => id));
}

test.each([
  ["E1", 'HEALTHCHECK CMD ["node", "x.js"] || wget y'],
  ["E2", "RUN rm -rf /tmp/* || true"],
  ["E3", "RUN npm ci --only=production"],
  ["E11", "COPY --from=build --chown=65532:65532 /app /app"],
  ["E16", "USER node # built-in"],
])("%s is noticed", (id, line) => {
  expect(forbidden(`FROM scratch\n${line}\n`)).toEqual([id]);
});

test("no Dockerfile here does any of it", () => {
  const files = globSync(["docker/**/*.Dockerfile", "proof/**/Dockerfile"], { cwd: ROOT });
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(forbidden(readFileSync(join(ROOT, file), "utf8")), file).toEqual([]);
});
