import { AuditError, parseReference, Registry } from "image-audit";
import type { Repository } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";

type Manifest = { mediaType?: string; manifests?: { platform?: { os: string; architecture: string } }[] };

/** Platforms that the release is built for. */
const PLATFORMS = ["linux/amd64", "linux/arm64"];
/** One short question: a proxy that swallows packets must not hold up the rest. */
const PATIENCE_MS = 10_000;

/**
 * What the registry of each base, and of each tool's image, says of its digest: still there, an index (a child's digest builds on one platform only, and
 * no bot updates it), with every platform of the release.
 */
export const indexDigest: Rule = {
  name: "index-digest",
  part: "online",
  async examine(repository) {
    const places = Map.groupBy([...repository.fromLines(), ...toolImages(repository)], ({ ref }) => ref);
    const answers = await Promise.all(
      [...places].map(
        async ([ref, named]) => await ask(ref, named.map(({ file, line }) => `${file}:${line}`).join(", ")),
      ),
    );
    const answered = answers.filter(({ skipped }) => skipped === undefined);
    return {
      seen: `${counted(answered.length, "image")} asked of ${answers.length}`,
      findings: answers.flatMap(({ finding }) => finding ?? []),
      skipped: answers.flatMap(({ skipped }) => skipped ?? []),
    };
  },
};

/** Images that a tool is taken out of, each with its line. */
function toolImages(repository: Repository): { ref: string; file: string; line: number }[] {
  const file = "pipeline/tools.json";
  const lines = repository.has(file) ? repository.read(file).split("\n") : [];
  return lines.flatMap((text, index) => {
    const ref = /"image": "([^"]+)"/.exec(text)?.[1];
    return ref === undefined ? [] : [{ ref, file, line: index + 1 }];
  });
}

async function ask(ref: string, where: string): Promise<{ finding?: Finding; skipped?: string }> {
  try {
    const reference = parseReference(ref);
    const { bytes } = await new Registry(reference, { timeoutMs: PATIENCE_MS }).manifest(
      reference.digest ?? reference.tag ?? "",
    );
    const finding = judge(ref, where, JSON.parse(bytes.toString()) as Manifest);
    return finding === undefined ? {} : { finding };
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    if (error.code === "REGISTRY_UNREACHABLE") return { skipped: `${ref.split("@")[0]}: ${error.message}` };
    const fix = "take a digest that is there, from a repository that is still fed";
    return { finding: { where, message: error.message, fix } };
  }
}

function judge(ref: string, where: string, { manifests }: Manifest): Finding | undefined {
  if (manifests === undefined) {
    const fix = "docker buildx imagetools inspect NAME:TAG prints the index digest first";
    return { where, message: `${ref} is the digest of one platform's image, not of the index`, fix };
  }
  const there = manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`);
  const missing = PLATFORMS.filter((platform) => !there.includes(platform));
  if (missing.length === 0) return undefined;
  return { where, message: `${ref} has no ${missing.join(" and no ")}`, fix: "take a base that has every platform" };
}
