import { badPods } from "../admission/bad-pods.ts";
import { dockerfiles } from "../mutants/dockerfiles.ts";
import { profile } from "../mutants/profile.ts";

/** Attacks that are tried where their own stack runs, and count there: which, and by which test or row of a table. */
export type Elsewhere = { attacks: string; file: string; title: string };

const KYVERNO = "proof/admission/kyverno.prove.test.ts";
const BACKSTOP = "proof/admission/backstop.prove.test.ts";
const LOCK = "proof/gates/lock.prove.test.ts";

/** By a test of that title. */
const tests: Elsewhere[] = [
  {
    attacks: "unsigned container, init container, image volume, Deployment",
    file: KYVERNO,
    title: "refuses unsigned containers, init containers, image volumes and Deployments",
  },
  {
    attacks: "unsigned ephemeral container",
    file: KYVERNO,
    title: "refuses an unsigned ephemeral container in a running pod, and admits a signed one",
  },
  {
    attacks: "the image policy deleted, the image from a foreign registry",
    file: KYVERNO,
    title:
      "with the image policies deleted the unsigned image runs, and the backstop still refuses a foreign repository",
  },
  {
    attacks: "a revoked digest",
    file: KYVERNO,
    title: "a revoked digest is refused although it is signed",
  },
  {
    attacks: "an expired exception",
    file: KYVERNO,
    title: "an exception excuses one digest, in a pod that names it, until its end",
  },
  {
    attacks: "a policy file that does not parse",
    file: KYVERNO,
    title: "a policy that it cannot read is no verdict: no rule ran, and it ends with 0",
  },
  {
    attacks: "an image admitted by an older, clean scan although the rescan found something",
    file: "proof/gates/rescan.prove.test.ts",
    title: "keeps out an image that something was found in: every verifier refuses it",
  },
  { attacks: "tampered integrity", file: LOCK, title: "a hash that is not the package's" },
  { attacks: "a new install script", file: LOCK, title: "an install script that nobody decided on" },
];

/** By a row of a table that one test tries whole: bad pods on a real API server, mutants on a real build. */
const rows: Elsewhere[] = [
  { attacks: "a pod whose containers may run as root", file: BACKSTOP, title: named(badPods, "USER root") },
  { attacks: "a pod with a writable root file system", file: BACKSTOP, title: named(badPods, "writable root") },
  {
    attacks: "a pod with the same digest under another registry name",
    file: BACKSTOP,
    title: named(badPods, "the same digest under another registry name"),
  },
  { attacks: "a pod with a revoked digest", file: BACKSTOP, title: named(badPods, "a revoked digest") },
  {
    attacks: "an image built without its USER line",
    file: "proof/mutants/dockerfiles.ts",
    title: named(dockerfiles, "USER line"),
  },
  {
    attacks: "a container with a writable root file system",
    file: "proof/mutants/profile.ts",
    title: named(profile, "read-only root"),
  },
];

export const elsewhere: readonly Elsewhere[] = [...tests, ...rows];
/** Those that name a test: elsewhere.test.ts looks for it. */
export const byTest: readonly Elsewhere[] = tests;

/** @throws TypeError for a row that is not in its table, or twice */
function named(table: readonly ({ name: string } | { control: string })[], title: string): string {
  const found = table.filter((row) => ("name" in row ? row.name : row.control) === title);
  if (found.length !== 1) throw new TypeError(`expected one row "${title}", found ${found.length}`);
  return title;
}
