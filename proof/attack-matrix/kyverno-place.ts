import { apply } from "../admission/kyverno-cli.ts";
import { acceptingLocal, changed, localPolicies } from "../admission/local-policies.ts";
import { NAMESPACE } from "../admission/manifests.ts";
import { SIGN } from "../sigstore/cosign.ts";
import type { Content, Place, Question, Scene } from "./row.ts";

type Attestation = { name: string; intoto: { type: string } };
type Policy = {
  metadata: { name: string };
  spec: {
    matchConditions: { name: string; expression: string }[];
    attestors: { cosign: { keyless: { identities: object[] }; tuf: { mirror: string }; ctlog?: object } }[];
    attestations: Attestation[];
    validations: { expression: string; message: string }[];
  };
};

/**
 * Kyverno's own command line on policies/kyverno/images.yaml: a pod of the image, with the local Sigstore for the public
 * one. Without content only the rules that ask who made which statement are left, those that the question needs.
 */
export const kyverno: Place = {
  name: "Kyverno",
  asks: (question, scene) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ question, resolve, reject }) === 1) setImmediate(() => answerWaiting(scene));
    }),
};

type Waiting = {
  question: Question;
  resolve: (answer: string | undefined) => void;
  reject: (error: unknown) => void;
};
const waiting: Waiting[] = [];

/**
 * What is asked at the same time is one command: it takes longer to start than to judge. What it keeps while it runs is
 * kept apart: a trust root is fetched once, and the statements of a digest are read once, under whatever name.
 */
function answerWaiting(scene: Scene): void {
  const apart = Map.groupBy(waiting.splice(0), ({ question: { image, mirror } }) => `${image} ${mirror}`);
  for (const asked of apart.values()) void answer(asked, scene);
}

/** Each policy has its own pod. */
async function answer(asked: readonly Waiting[], { run, stack }: Scene): Promise<void> {
  try {
    const pods = asked.map(({ question }, index) => podOf(`asked-${index}`, question.image));
    const policies = asked.map(({ question }, index) => forPod(`asked-${index}`, policyFor(question, stack)));
    const { judged, results } = await apply(run, policies, pods);
    if (judged !== asked.length) throw new Error(`expected ${asked.length} verdicts of Kyverno, got ${judged}`);
    for (const [index, { resolve }] of asked.entries()) {
      const [verdict] = results[`Pod/asked-${index}`] ?? [];
      resolve(verdict?.result === "pass" ? undefined : (verdict?.message ?? "no verdict"));
    }
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

function podOf(name: string, image: string): object {
  const spec = { containers: [{ name: "app", image }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: NAMESPACE }, spec };
}

function forPod(name: string, policy: Policy): Policy {
  policy.metadata.name = name;
  policy.spec.matchConditions.push({ name: "this-pod", expression: `object.metadata.name == '${name}'` });
  return policy;
}

function policyFor(question: Question, stack: Scene["stack"]): Policy {
  const { accepted, needs, content, weaker = [], without = [], mirror = stack.mirror } = question;
  const policies = localPolicies("kyverno/images.yaml", "no/repository", stack);
  const policy = inItsWords(policies, content)[0] as Policy;
  const { attestors, attestations } = policy.spec;
  for (const { cosign } of attestors) {
    cosign.keyless.identities = [{ issuer: accepted.issuer, subject: accepted.identity }];
    cosign.tuf.mirror = mirror;
    const insecureIgnoreTlog = weaker.includes("--insecure-ignore-tlog");
    const insecureIgnoreSCT = weaker.includes("--insecure-ignore-sct");
    if (weaker.length > 0) cosign.ctlog = { insecureIgnoreTlog, insecureIgnoreSCT };
  }
  const asked = (expression: string) => {
    if (content !== undefined || expression.includes("variables.revoked")) return true;
    if (expression.includes("verifyImageSignatures")) return needs.includes(SIGN);
    const named = attestations.filter(({ name }) =>
      expression.includes(`verifyAttestationSignatures(i, attestations.${name},`),
    );
    return named.some(({ intoto }) => needs.includes(intoto.type));
  };
  policy.spec.validations = policy.spec.validations.filter(
    ({ expression, message }) => asked(expression) && !without.some((rule) => message.startsWith(rule)),
  );
  return policy;
}

/** What a question says of content, in the words of the policy. */
function inItsWords(policies: object[], { origins, maxScanAgeHours, revoked }: Partial<Content> = {}): object[] {
  const quoted = (list: readonly string[]) => list.map((one) => `'${one}'`).join(", ");
  let said = policies;
  if (maxScanAgeHours !== undefined) said = changed(said, "192h", `${maxScanAgeHours}h`);
  if (origins !== undefined) {
    if (origins.includes("local")) said = acceptingLocal(said);
    said = changed(said, "annotations.origin == 'registry'", `annotations.origin in [${quoted(origins)}]`);
  }
  if (revoked !== undefined) said = changed(said, `['sha256:${"0".repeat(64)}']`, `[${quoted(revoked)}]`);
  return said;
}
