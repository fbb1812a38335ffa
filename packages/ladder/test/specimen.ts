import { type AuditReport, type CheckId, checks, type Outcome } from "image-audit";
import { expectation, type StageContract } from "../src/contract.ts";
import { ATTACKS, type AttackReport } from "../src/page/attacks.ts";
import type { PageInput } from "../src/page/input.ts";
import type { StageResult } from "../src/scorecard.ts";
import { stages } from "../src/stages.ts";

/** What an attacker would put into a file name, to get out of the text and into the page. */
export const HOSTILE = `"'></style></code><img src=x onerror=alert(1)><script>alert(2)</script>&lt;b&gt;`;

type Options = {
  /** How many checks: the first of the real ones, then made-up ones; as many as there are when left out. */
  count?: number;
  /** Text that came from an image. */
  text?: string;
};

/** Measured stages as the page gets them, each check ending as its contract says; made of the real contracts. */
export function specimen({ count = checks.length, text = "/usr/bin/thing" }: Options = {}): PageInput {
  const ids = Array.from({ length: count }, (_, index) => checks[index]?.id ?? (`RUN-EXTRA-${index}` as CheckId));
  const reports = stages.map((contract) => [contract.stage, report(contract, ids, text)] as const);
  return {
    card: {
      schemaVersion: 1,
      measuredAt: "2026-01-02T03:04:05.000Z",
      bases: [{ ref: `node:24@${digest(9)}`, digest: digest(8), origin: "local" }],
      stages: reports.map(([stage, { results }]) => stageResult(stage, results)),
    },
    contracts: stages,
    checks,
    reports: new Map(reports),
    attacks: new Map(stages.map(({ stage }) => [stage, attackReport(stage, text)])),
  };
}

/** A digest that names nothing. */
export function digest(digit: number): `sha256:${string}` {
  return `sha256:${String(digit).repeat(64)}`;
}

function report(contract: StageContract, ids: CheckId[], text: string): AuditReport {
  return {
    schemaVersion: 1,
    image: { reference: `hardened-node-api:stage-${contract.stage}`, id: digest(contract.stage) },
    observedAt: "2026-01-02T03:04:05.000Z",
    tool: { name: "image-audit", version: "0" },
    results: ids.map((id) => ({ id, outcome: outcome(expectation(contract, id).expected, text) })),
  };
}

function outcome(status: "pass" | "fail" | "skipped" | "unknown" | "waived", text: string): Outcome {
  const place = { path: text, layer: digest(7), instruction: `COPY ${text} /`, pid: 7 };
  if (status === "pass") return { status, evidence: [{ message: `nothing wrong in ${text}` }] };
  if (status === "fail")
    return {
      status,
      fix: "Leave it out.",
      evidence: [{ message: "found one", ...place }, { message: `found another: ${text}` }],
    };
  return { status: "skipped", reason: `does not apply to ${text}` };
}

function stageResult(stage: StageContract["stage"], results: AuditReport["results"]): StageResult {
  return {
    stage,
    name: stages[stage - 1]?.name ?? "",
    image: { reference: `hardened-node-api:stage-${stage}`, id: digest(stage) },
    sizeBytes: Math.round(1_500_000_000 / stage ** 1.7),
    compressedBytes: Math.round(500_000_000 / stage ** 1.7),
    packages: { distribution: Math.round(450 / stage), npm: 300 / stage },
    executables: Math.round(1000 / stage),
    uid: stage < 3 ? "0:0" : "65532:65532",
    contractHolds: true,
    checks: Object.fromEntries(results.map(({ id, outcome: { status } }) => [id, status])),
  };
}

function attackReport(stage: StageContract["stage"], text: string): AttackReport {
  return {
    schemaVersion: 1,
    stage,
    image: { reference: `hardened-node-api:stage-${stage}`, id: digest(stage) },
    measuredAt: "2026-01-02T03:04:05.000Z",
    attacks: Object.entries(ATTACKS).map(([id, title], index) => ({
      id,
      title,
      verdict: index === 5 ? "not tried" : stage > index % 4 ? "stopped" : "succeeded",
      ...(index === 5 ? { reason: "nothing verifies a signature yet" } : {}),
      steps: [`open ${text}`],
      evidence: [`wrote ${text}`],
      stoppedBy:
        index !== 5 && stage > index % 4 ? { file: "docker/x.Dockerfile", line: 12, text: `USER ${text}` } : null,
    })),
  };
}
