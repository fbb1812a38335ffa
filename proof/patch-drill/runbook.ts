import { join } from "node:path";
import { ROOT } from "../repository-copy.ts";
import type { Step, Walked } from "./step.ts";

/** The last committed run of the drill. `make patch-drill WRITE=1` replaces it, and the page with it. */
export const MEASURED = join(import.meta.dirname, "measured.json");
export const PAGE = join(ROOT, "docs/runbook-patch.md");

/** A run of the drill: when, where, and each step as it came out. Times in seconds. */
export type Measured = {
  schemaVersion: 1;
  at: string;
  cores: number;
  /** Processes that wanted a core in the minute before it began, on average: the times are longer where it is more. */
  load: number;
  /** Where the bases of the image came from. */
  bases: string;
  setUpSeconds: number;
  totalSeconds: number;
  dependency: { name: string; affected: string; fixed: string };
  steps: Walked[];
};

type Told = Pick<Step<never>, "name" | "title" | "day" | "about" | "commands">;

/**
 * The page: what to do, with the times of one run.
 * @throws TypeError when the run is not one of these steps, each as expected
 */
export function runbook(steps: readonly Told[], measured: Measured): string {
  const { at, cores, load, bases, dependency, steps: walked } = measured;
  const names = walked.map(({ step }) => step).join();
  if (names !== steps.map(({ name }) => name).join() || walked.some(({ verdict }) => verdict !== "as expected")) {
    throw new TypeError("expected a run of these steps, each as expected: make patch-drill WRITE=1 measures again");
  }
  const told = (day: Told["day"]) =>
    steps.map((step, index) => tell(step, walked[index])).filter((_, index) => steps[index]?.day === day);
  const today = told("today").map((text, index) => text.replace("## ", `## ${index + 1}. `));
  return `${[
    "# Runbook: a finding in what runs",
    `An advisory names a package of the running image. What to do stands below, in order; \`make patch-drill\` does all of it,
on a copy of this repository, with an advisory of its own about an older release of ${dependency.name}. This page is made from its steps
and from one run of it (\`make patch-drill WRITE=1\`, ${at.slice(0, 10)}, ${cores} cores, load ${load.toFixed(1)} before it began, bases: ${bases}; what was built before that
does not depend on the lock file came from the build cache). ${ratio(measured)}.`,
    ...today,
    AFTERWARDS,
    "## What the drill starts from",
    ...told("yesterday").map((text) => text.replace("## ", "### ")),
  ].join("\n\n")}\n`;
}

const AFTERWARDS = `## When it is not that simple

- **It is exploited already.** Revoke first, then bump. The price: no pod of the image starts any more, none that a lost node
  or a peak needs either, until the new one is admitted. No policy ends what runs already: scale it to 0.
- **Pods must start meanwhile.** Not revoked yet, the digest may be excused for a while ([Break glass](admission.md#break-glass)).
- **The fix is younger than \`minimumReleaseAge\`.** pnpm and the lock gate refuse it. Name exactly that version in
  \`minimumReleaseAgeExclude\` of \`pnpm-workspace.yaml\`, with the reason; the next update takes the line out.
- **It comes through another package.** An \`overrides\` entry in \`pnpm-workspace.yaml\` sets the version until that package follows.
- **It is in the base.** Put the new digest into the FROM lines and the two labels behind them; Dependabot proposes it daily. The rest is the same.
- **There is no fix, or it does not affect us.** \`policies/openvex.json\` says what does not affect the image.
  \`policies/vulnerabilities.yaml\` accepts a finding until a day: the pipeline and the rescan pass, and the image is
  admitted. From that day on the finding counts again, and the entry fails the pipeline until somebody takes it out.`;

function tell({ title, about, commands }: Told, walked?: Walked): string {
  const typed = commands.length === 0 ? [] : [`\`\`\`sh\n${commands.join("\n")}\n\`\`\``];
  const took =
    walked === undefined ? "" : `Seen after ${walked.seconds.toFixed(1)} s: \`${walked.seen.replaceAll("`", "'")}\``;
  return [`## ${title}`, about, ...typed, took].join("\n\n");
}

/** How long it took from the finding on, and how much of that was the rebuild. */
export function ratio({ steps }: Measured): string {
  const since = steps.findIndex(({ step }) => step === "notice");
  const total = steps.slice(since).reduce((sum, { seconds }) => sum + seconds, 0);
  const rebuild = steps.find(({ step }) => step === "rebuild")?.seconds ?? 0;
  const percent = Math.round((100 * rebuild) / total);
  return `From the finding to the old digest revoked: ${total.toFixed(0)} s, of which build and gates ${rebuild.toFixed(0)} s (${percent} %)`;
}
