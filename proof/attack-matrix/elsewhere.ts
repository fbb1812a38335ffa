/** Attacks that are tried where their own stack runs, and count there: which, and by which test or mutant. */
export const elsewhere: readonly { attacks: string; file: string; title: string }[] = [
  {
    attacks: "unsigned container, init container, image volume, Deployment",
    file: "proof/admission/kyverno.prove.test.ts",
    title: "refuses unsigned containers, init containers, image volumes and Deployments",
  },
  {
    attacks: "unsigned ephemeral container",
    file: "proof/admission/kyverno.prove.test.ts",
    title: "refuses an unsigned ephemeral container in a running pod, and admits a signed one",
  },
  {
    attacks: "the image policy deleted, the image from a foreign registry",
    file: "proof/admission/kyverno.prove.test.ts",
    title:
      "with the image policies deleted the unsigned image runs, and the backstop still refuses a foreign repository",
  },
  {
    attacks: "a revoked digest",
    file: "proof/admission/kyverno.prove.test.ts",
    title: "a revoked digest is refused although it is signed",
  },
  {
    attacks: "an expired exception",
    file: "proof/admission/kyverno.prove.test.ts",
    title: "an exception excuses one digest, in a pod that names it, until its end",
  },
  {
    attacks: "a policy file that does not parse",
    file: "proof/admission/kyverno.prove.test.ts",
    title: "a policy that it cannot read is no verdict: no rule ran, and it ends with 0",
  },
  {
    attacks: "tampered integrity",
    file: "proof/gates/lock.prove.test.ts",
    title: "a hash that is not the package's",
  },
  {
    attacks: "a new install script",
    file: "proof/gates/lock.prove.test.ts",
    title: "an install script that nobody decided on",
  },
  {
    attacks: "an image that runs as root",
    file: "proof/mutants/dockerfiles.ts",
    title: "USER line",
  },
  {
    attacks: "a writable root file system",
    file: "proof/mutants/profile.ts",
    title: "read-only root",
  },
];
