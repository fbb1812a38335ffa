import { AuditError, parseReference, Registry } from "image-audit";
import { counted, type Finding, type Rule } from "../rule.ts";

type Manifest = { mediaType?: string; manifests?: { platform?: { os: string; architecture: string } }[] };

/** Platforms that the release is built for. */
const PLATFORMS = ["linux/amd64", "linux/arm64"];
/** One short question: a proxy that swallows packets must not hold up the rest. */
const PATIENCE_MS = 10_000;

/**
 * What each base's registry says of its digest: still there, an index (a child's digest builds on one platform only, and
 * no bot updates it), with every platform of the release.
 */
export const indexDigest: Rule = {
  name: "index-digest",
  part: "online",
  async examine(repository) {
    const places = Map.groupBy(repository.fromLines(), ({ ref }) => ref);
    const answers = await Promise.all(
      [...places].map(
        async ([ref, lines]) => await ask(ref, lines.map(({ file, line }) => `${file}:${line}`).join(", ")),
      ),
    );
    const answered = answers.filter(({ skipped }) => skipped === undefined);
    return {
      seen: `${counted(answered.length, "base")} asked of ${answers.length}`,
      findings: answers.flatMap(({ finding }) => finding ?? []),
      skipped: answers.flatMap(({ skipped }) => skipped ?? []),
    };
  },
};

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
