import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { checks } from "image-audit";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const FOURTH = "docker/4-signed.Dockerfile";

type Row = { attacker: string; controls: string[]; tests: string[]; remains: string };

/** The rows of the table; controls and tests are what stands in backquotes. */
function rowsOf(markdown: string): Row[] {
  const quoted = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (attacker|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, attacker = "", control, tested, remains = ""]) => ({
      attacker,
      controls: quoted(control),
      tests: quoted(tested),
      remains,
    }));
}

/** What hardens stage 4: each field of the profile, each hardening instruction of the last stage, Node's flags. */
function hardening(dockerfile: string, profile: object): string[] {
  const text = dockerfile.slice(dockerfile.lastIndexOf("\nFROM"));
  const instructions = DockerfileParser.parse(text).getInstructions().map(String);
  return [
    ...Object.keys(profile).filter((field) => field !== "schemaVersion"),
    ...instructions.filter(
      (line) =>
        /^(FROM|COPY|USER|HEALTHCHECK|ENTRYPOINT|ENV|ADD|STOPSIGNAL|VOLUME) /.test(line) && !/^ENV REVISION/.test(line),
    ),
    ...(/^CMD .*/m.exec(text)?.[0].match(/--[\w-]+(=\w+)?/g) ?? []),
    ...new Set(dockerfile.match(/^RUN --(network|mount=type)=\w+/gm) ?? []),
  ];
}

const missing = (wanted: string[], rows: Row[]) => {
  const named = rows.flatMap(({ controls }) => controls);
  return wanted.filter((control) => !named.some((name) => control.includes(name)));
};

const rows = rowsOf(read("docs/threat-model.md"));
const profile = JSON.parse(read("profile.json")) as object;
const wanted = hardening(read(FOURTH), profile);

test("every control of stage 4 stands against somebody", () => {
  expect(wanted.length).toBeGreaterThan(18);
  expect(missing(wanted, rows)).toEqual([]);
});

test.each(["USER 65532:65532", "readOnlyRootFilesystem", "--disable-sigusr1", "HEALTHCHECK"])(
  "%s without its place in the table is noticed",
  (control) => {
    const without = rows.map((row) => ({ ...row, controls: row.controls.filter((name) => name !== control) }));
    expect(missing(wanted, without)).toEqual([expect.stringContaining(control) as string]);
  },
);

test("every control named is there", () => {
  const places = [read(FOURTH), JSON.stringify(profile)].join("\n");
  const unknown = rows
    .flatMap(({ controls }) => controls)
    .filter((control) => !(existsSync(join(ROOT, control)) || places.includes(control)));
  expect(unknown).toEqual([]);
});

test("every control has a check that exists or a test file that exists; what has none says so", () => {
  const ids = new Set<string>(checks.map(({ id }) => id));
  for (const { attacker, controls, tests } of rows) {
    expect(tests.length > 0, attacker).toBe(controls.length > 0);
    for (const name of tests) {
      if (/^[A-Z]/.test(name)) expect(ids, attacker).toContain(name);
      else expect(/\.test\.ts$/.test(name) && existsSync(join(ROOT, name)), `${attacker}: ${name}`).toBe(true);
    }
  }
});

test("every row says what is not stopped", () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const { attacker, remains } of rows) expect(remains, attacker).toMatch(/\w{4}/);
});
