import type { Check, Limits } from "../src/check.ts";
import type { ImageConfig } from "../src/image/observation.ts";
import type { Observation } from "../src/observation.ts";
import type { Outcome } from "../src/outcome.ts";
import type { NodeProcess, Process, RunTraces, Start } from "../src/run/observation.ts";
import { observationOf } from "./observation.ts";

export const start: Start = { ready: true, readyMs: 120, exitCode: null, error: null, log: "listening" };
export const notStarted: Start = {
  ready: false,
  readyMs: null,
  exitCode: 1,
  error: "it ended with exit code 1",
  log: "",
};

/** A process under the profile. */
export function processOf(changes: Partial<Process> = {}): Process {
  return {
    pid: 1,
    ppid: 0,
    state: "S",
    uids: [65532, 65532, 65532, 65532],
    gids: [65532, 65532, 65532, 65532],
    groups: [65532],
    capEff: "0000000000000000",
    capBnd: "0000000000000000",
    rssBytes: 50_000_000,
    noNewPrivs: true,
    seccomp: 2,
    argv: ["node", "/app/main.js"],
    ...changes,
  };
}

const end = { exitCode: 0, stopMs: 900, oomKilled: false, killed: false };
const worked = { status: 200, expectStatus: 200, error: null };
const sigterm: RunTraces["sigterm"] = {
  start,
  signal: "SIGTERM",
  inFlight: {
    sentHalf: true,
    acknowledged: true,
    heldUntilRefused: true,
    answeredEarly: false,
    status: 200,
    expectStatus: 200,
    error: null,
  },
  readinessAfter: "503",
  newConnection: "told to close",
  livenessAfter: "200",
  stoppedListening: true,
  spare: { idle: true, silent: true },
  ...end,
};
/** A process of the image's Node with every switch as it should be. */
export function nodeOf(changes: Partial<NodeProcess> = {}): NodeProcess {
  return {
    pid: 7,
    environment: { NODE_ENV: "production", NODE_TLS_REJECT_UNAUTHORIZED: null },
    coreLimit: { soft: "0", hard: "0" },
    switches: { heapLimitBytes: 99 * 2 ** 20, reportHasEnvironment: false, inspects: false },
    ...changes,
  };
}

/** The same with one switch changed. */
export function switchedTo(changes: Partial<NonNullable<NodeProcess["switches"]>>): NodeProcess {
  const { switches } = nodeOf();
  return nodeOf({ switches: switches && { ...switches, ...changes } });
}

/** What a hardened app leaves in every rung; a test changes one thing of it. */
export const goodTraces: RunTraces = {
  asRun: {
    start,
    processes: [processOf({ argv: ["dumb-init"] }), processOf({ pid: 7, ppid: 1 })],
    nodes: [nodeOf()],
    memoryLimitBytes: 256 * 2 ** 20,
    tmpfs: [{ path: "/tmp", sizeBytes: 64 * 2 ** 20 }],
    listening: [{ address: "0.0.0.0", port: 3000 }],
    unprivilegedPortStart: 1024,
    rootReadOnly: true,
    writes: [],
    traffic: { answers: [{ request: "GET /missing", status: 404, expectStatus: 404, error: null }], writes: [] },
    sigusr1: { processes: [{ pid: 7, sent: true, alive: true, held: true }], opened: [] },
  },
  readOnly: {
    start,
    tmpfs: "/tmp",
    worked,
    rootWriteErrno: "EROFS",
    writable: ["/dev/shm", "/tmp"],
    leftovers: [],
  },
  sigterm,
  withInit: { ...sigterm, pid1: ["/sbin/docker-init", "--", "/usr/bin/dumb-init", "--", "node", "main.js"] },
  earlySignal: { ...end, signal: "SIGTERM", wasReady: false, exitCode: 143, log: "" },
  secondSignal: { ...end, signal: "SIGTERM", held: true, endedByFirst: false, exitCode: 143 },
  arbitraryUser: {
    attempts: ["1000680000:0", "1000680000:1000680000"].map((user) => ({ user, start, worked })),
  },
  health: { start, working: "healthy", frozen: "unhealthy", lastOutput: "exit 1: timeout" },
  orphan: { start, orphanPid: 21, zombies: [], reaped: true },
  isolated: { start, worked: { status: 200, expectStatus: 200, error: null } },
  memory: {
    limitBytes: 256 * 2 ** 20,
    limitedByProbe: false,
    exitCode: 134,
    oomKilled: false,
    fatalError: "FATAL ERROR: Reached heap limit - JavaScript heap out of memory",
  },
  tls: {
    bundledRoots: 120,
    withoutCa: { connected: false, code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
    nodeExtraCaCerts: { connected: true, code: null },
    systemStore: { connected: true, code: null },
    systemPlaces: [{ path: "/etc/ssl/cert.pem", accepted: true, acceptedUnasked: false }],
    opensslStore: { connected: true, code: null },
    wrongHost: { connected: false, code: "ERR_TLS_CERT_ALTNAME_INVALID" },
  },
};

/** The outcome of a check for a good observation in which one rung's trace is changed. */
export function outcomeWith<R extends keyof RunTraces>(
  check: Check,
  rung: R,
  changes: Partial<RunTraces[R]> = {},
  limits: Limits = { stopMs: 5000 },
): Outcome {
  return check.judge(observationOf({ runs: { ...goodTraces, [rung]: { ...goodTraces[rung], ...changes } } }), limits);
}

/** The outcome of a check when the given runs are all there is. */
export function outcomeOf(check: Check, runs: Observation["runs"], config: Partial<ImageConfig> = {}): Outcome {
  return check.judge(observationOf({ runs, config }), { stopMs: 5000 });
}

/** Status and all that was said, in one line. */
export function told(outcome: Outcome): string {
  if ("evidence" in outcome) return `${outcome.status}: ${outcome.evidence.map(({ message }) => message).join("; ")}`;
  return "reason" in outcome ? `${outcome.status}: ${outcome.reason}` : outcome.status;
}
