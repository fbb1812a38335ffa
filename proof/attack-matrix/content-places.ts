import { execFile } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AuditError,
  type AuditReport,
  imageChecks as allImageChecks,
  judge,
  judgeSupply,
  observeSupply,
  probeArchive,
  Trust,
} from "image-audit";
import type { Shipment } from "pipeline/gates/gate";
import { TYPES } from "pipeline/gates/trust";
import { verify } from "pipeline/gates/verify";
import { ROOT } from "../repository-copy.ts";
import type { Place, Question } from "./row.ts";

const exec = promisify(execFile);
const SCRIPTS = join(ROOT, "pipeline/gates");

/** The pipeline's last gate: its own script asks crane and cosign for all statements, its own rules read them. */
export const verifyGate: Place = {
  name: "verify gate",
  asks: async (question) => {
    const { image, accepted, content } = question;
    if (content === undefined) throw new TypeError("the verify gate reads statements: expected what they should say");
    const { folder, refusal } = await statementsOf(question, content.root);
    if (refusal !== undefined) return refusal;
    const trust = join(mkdtempSync(join(content.root, "trust-")), "trust.json");
    writeFileSync(trust, JSON.stringify({ ...trustOf(question), bases: undefined })); // those are the Dockerfile's
    const { root, record } = content;
    const names = { scripts: SCRIPTS, out: folder, repository: repositoryOf(image) };
    const shipment: Shipment = { ...names, root, trust, record, subject: image, ...accepted };
    const byName = (verify.before?.(shipment, folder) ?? []).map((finding) => finding.replace(trust, "trust.json"));
    return joined([...byName, ...verify.judge(folder, shipment).findings], question.without);
  },
};

type Asked = { folder: string; refusal?: string };
const asked = new Map<string, Promise<Asked>>();

/** Asked once of an image: what is lifted in this place are rules, and they read the same statements. */
function statementsOf({ image, accepted }: Question, within: string): Promise<Asked> {
  const key = JSON.stringify([image, accepted]);
  const known = asked.get(key) ?? runScript({ SUBJECT: image, ...accepted }, mkdtempSync(join(within, "verify-")));
  asked.set(key, known);
  return known;
}

type Named = { SUBJECT: string; identity: string; issuer: string; trustedRoot: string };

async function runScript({ SUBJECT, identity, issuer, trustedRoot }: Named, folder: string): Promise<Asked> {
  const lines = Object.entries(TYPES).map(([name, type]) => `${type} ${name}\n`);
  writeFileSync(join(folder, "types"), lines.join(""));
  const TUF_ROOT = join(trustedRoot, "../client");
  // The gate's second verifier is a place of its own here: without its command the script ends after cosign.
  const without = (path: string) => !existsSync(join(path, "image-audit-registry"));
  const PATH = (process.env["PATH"] ?? "").split(":").filter(without).join(":");
  const env = { ...process.env, PATH, SUBJECT, FOLDER: folder, IDENTITY: identity, ISSUER: issuer, TUF_ROOT };
  try {
    await exec("bash", ["-euo", "pipefail", join(SCRIPTS, "verify.sh")], { env });
    return { folder };
  } catch (error) {
    return { folder, refusal: wordsOf((error as { stderr: string }).stderr) };
  }
}

/** image-audit's checks of a registry reference, over what the independent verifier let pass. */
export const supplyChecks: Place = {
  name: "image-audit's checks",
  asks: async (question) => {
    const trustedRoot: unknown = JSON.parse(readFileSync(question.accepted.trustedRoot, "utf8"));
    try {
      const observation = await observeSupply(question.image, { trust: Trust.parse(trustOf(question)), trustedRoot });
      return joined(failedIn(judgeSupply(question.image, observation)), question.without);
    } catch (error) {
      if (error instanceof AuditError) return error.message;
      throw error;
    }
  },
};

/** Those of its checks that read configuration and layers alone, as crane pulls them; crane can write no HEALTHCHECK. */
export const imageChecks: Place = {
  name: "image-audit's image checks",
  asks: async ({ image, without }) => {
    const folder = mkdtempSync(join(tmpdir(), "pulled-"));
    const file = join(folder, "image.tar");
    await exec("crane", ["pull", image, file]);
    const named = { reference: image, id: `sha256:${image.split("@sha256:")[1]}` } as const;
    const probed = await probeArchive(createReadStream(file), named, "amd64");
    rmSync(folder, { recursive: true });
    const checks = allImageChecks.filter(({ id }) => id !== "IMG-HEALTH-001");
    const report = judge({ schemaVersion: 1, ...probed, runs: {} }, { maxBytes: 1_000_000 }, checks);
    return joined(failedIn(report), without);
  },
};

function failedIn({ results }: AuditReport): string[] {
  return results.flatMap(({ id, outcome }) => {
    if (outcome.status === "pass") return [];
    const said = "evidence" in outcome ? outcome.evidence.map(({ message }) => message).join("; ") : outcome.status;
    return [`${id}: ${said}`];
  });
}

/** Production's form of it: bases from a registry, of one approved repository. */
export function trustOf({ image, accepted, content }: Question): object {
  const { origins = ["registry"], maxScanAgeHours = 192, approvedBases, revoked = [] } = content ?? {};
  const { issuer, identity } = accepted;
  const bases = approvedBases ?? ["gcr.io/distroless/nodejs24-debian13"];
  const repositories = content?.repositories ?? [repositoryOf(image)];
  const judged = { origins, maxScanAgeHours, repositories, bases, requires: Object.values(TYPES), revoked };
  return { schemaVersion: 1, issuer, identity, ...judged };
}

export const repositoryOf = (image: string) => image.replace(/(@|:[^/]*$).*/, "");

function joined(findings: readonly string[], without: readonly string[] = []): string | undefined {
  const left = findings.filter((finding) => !without.some((rule) => finding.startsWith(rule)));
  return left.length === 0 ? undefined : left.join("; ");
}

function wordsOf(log: string): string {
  const line = log.split("\n").find((each) => /^Error: /i.test(each)) ?? log.trim().split("\n").at(-1);
  return (line ?? "no message").replace(/^Error: /, "");
}
