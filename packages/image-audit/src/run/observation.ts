/** Run conditions that a probe tries. */
export type Rung =
  | "asRun"
  | "readOnly"
  | "sigterm"
  | "withInit"
  | "earlySignal"
  | "secondSignal"
  | "arbitraryUser"
  | "health"
  | "orphan"
  | "tls"
  | "isolated"
  | "memory";

/** One process, from /proc inside the container. */
export type Process = {
  pid: number;
  ppid: number;
  state: string;
  /** Real, effective, saved, file system. */
  uids: number[];
  gids: number[];
  groups: number[];
  /** Hexadecimal, as in /proc. */
  capEff: string;
  capBnd: string;
  noNewPrivs: boolean;
  seccomp: number;
  /** Memory that is resident, shared pages included; 0 for a zombie. */
  rssBytes: number;
  argv: string[];
};

/** How the container came up. `log` is its last lines. */
export type Start = {
  ready: boolean;
  readyMs: number | null;
  exitCode: number | null;
  error: string | null;
  log: string;
};

/** One process of the image's own Node, and what its switches amount to. */
export type NodeProcess = {
  pid: number;
  /** Of its environment these two values alone are kept; null when the probe may not read it. */
  environment: { NODE_ENV: string | null; NODE_TLS_REJECT_UNAUTHORIZED: string | null } | null;
  /** RLIMIT_CORE as /proc prints it: bytes, or "unlimited". */
  coreLimit: { soft: string; hard: string };
  /**
   * What a second Node with the same arguments and environment says of itself: V8's heap limit, whether a diagnostic
   * report has the environment, whether an inspector was asked for. Null when none could be asked.
   */
  switches: { heapLimitBytes: number; reportHasEnvironment: boolean; inspects: boolean } | null;
};

/** One TCP socket that listens. */
export type Listener = { address: string; port: number };

/** What one request of the workload's traffic was answered. */
export type TrafficAnswer = { request: string; status: number | null; expectStatus: number; error: string | null };

/** A process that a signal was sent to. */
export type Signalled = { pid: number; sent: boolean; alive: boolean; held: boolean };

/** The container as its run conditions start it, idle after one request. */
export type AsRunTrace = {
  start: Start;
  processes: Process[];
  /** Those of them that are the image's own Node. */
  nodes: NodeProcess[];
  /** Limit of the container's memory as the kernel has it; null: none, or nobody could look. */
  memoryLimitBytes: number | null;
  /** Writable mounts in memory, which count against that limit; without what every container has (/dev, /proc, /sys). */
  tmpfs: { path: string; sizeBytes: number }[];
  listening: Listener[];
  /** net.ipv4.ip_unprivileged_port_start: the first port that a process without privileges may bind. */
  unprivilegedPortStart: number | null;
  /** Whether the root file system is mounted read-only; null when nobody could look. */
  rootReadOnly: boolean | null;
  /** Paths outside mounts that differ from the image after the start and one request. */
  writes: string[];
  /** The workload's traffic, sent after that, and the paths that differ then; null when it has none. */
  traffic: { answers: TrafficAnswer[]; writes: string[] } | null;
  /**
   * Last of all, SIGUSR1 to each process of the image's Node: could the probe send it, is the process still there, is
   * the signal held back for good (blocked or ignored), and what listens that did not before. Null without a process.
   */
  sigusr1: { processes: Signalled[]; opened: Listener[] } | null;
};

/** Read-only root, TMPDIR as tmpfs: does it start, work, and write nowhere else? */
export type ReadOnlyTrace = {
  start: Start;
  /** Where the one writable tmpfs is mounted. */
  tmpfs: string;
  /** What became of the workload's request; null when the workload has none. */
  worked: { status: number | null; expectStatus: number; error: string | null } | null;
  /** errno of a write to the root by the probe: EROFS proves that the switch bit. */
  rootWriteErrno: string | null;
  /** Mount points that the runtime user can write, the kernel's own kinds (proc, devpts, mqueue …) left out. */
  writable: string[];
  /** Files that the request left under the writable mounts. */
  leftovers: string[];
};

/** A connection opened after the stop signal. */
export type NewConnection = "refused" | "told to close" | "kept" | "not answered";

/** SIGTERM while the workload's request is half sent. */
export type SigtermTrace = {
  start: Start;
  /** The signal that was sent: the image's STOPSIGNAL, else SIGTERM. */
  signal: string;
  /**
   * What became of the request in flight; null when the workload has none. `acknowledged`: the app answered
   * "100 Continue" before the signal, so the request had reached it. `heldUntilRefused`: the rest of it was sent only
   * after the app had stopped taking new connections. `answeredEarly`: the response came before the rest was sent.
   */
  inFlight: {
    sentHalf: boolean;
    acknowledged: boolean;
    heldUntilRefused: boolean;
    answeredEarly: boolean;
    status: number | null;
    expectStatus: number;
    error: string | null;
  } | null;
  /** What readiness answered after the signal: a status, or the connection error. */
  readinessAfter: string | null;
  /** What became of that request's connection, which was new: its client would have liked to keep it. */
  newConnection: NewConnection;
  /** What liveness answered then; null when the workload names no path for it. */
  livenessAfter: string | null;
  /** Whether the app stopped taking connections while the probe held its request and its connections. */
  stoppedListening: boolean;
  /**
   * Connections that were open at the signal with nothing in flight, and whether the app had ended them shortly after
   * it had stopped listening. `idle` had one request answered (null: the app keeps none alive), `silent` had none.
   */
  spare: { idle: boolean | null; silent: boolean };
  exitCode: number | null;
  /** From the signal to the end, milliseconds. */
  stopMs: number | null;
  oomKilled: boolean;
  /** The container was killed because the budget ran out. */
  killed: boolean;
};

/** The same with the engine's init on top, as `docker run --init` starts it; `pid1` is the command of PID 1. */
export type WithInitTrace = SigtermTrace & { pid1: string[] };

/** The stop signal while the app is starting: the image's Node runs, the ready path does not answer yet. */
export type EarlySignalTrace = {
  signal: string;
  /** It was ready already, so the signal was not early. */
  wasReady: boolean;
  exitCode: number | null;
  /** From the signal to the end, milliseconds. */
  stopMs: number | null;
  oomKilled: boolean;
  /** The container was killed because the budget ran out. */
  killed: boolean;
  /** Its last lines. */
  log: string;
};

/** The stop signal twice, the second time once the first is noticed, with a request in flight that is never finished. */
export type SecondSignalTrace = {
  signal: string;
  /** A request was half sent before the first signal. */
  held: boolean;
  endedByFirst: boolean;
  exitCode: number | null;
  /** From the second signal to the end, milliseconds. */
  stopMs: number | null;
  oomKilled: boolean;
  /** The container was killed: it was still there a quarter of the budget after the second signal. */
  killed: boolean;
};

/** The container as users that the image does not know, one after the other. */
export type ArbitraryUserTrace = {
  attempts: {
    user: string;
    start: Start;
    /** What became of the workload's request; null when the app did not start or the workload has none. */
    worked: ReadOnlyTrace["worked"];
  }[];
};

/** The image's own health check, run by the engine at a short interval. */
export type HealthTrace = {
  start: Start;
  /** Health status reached while the app works. */
  working: string;
  /** Health status reached after the app's processes were stopped with SIGSTOP. */
  frozen: string | null;
  lastOutput: string;
};

/** An orphan made inside the container ends: does PID 1 reap it? */
export type OrphanTrace = { start: Start; orphanPid: number | null; zombies: Process[]; reaped: boolean | null };

/** One TLS connection by the image's own Node to a server whose certificate a private CA signed. */
export type TlsAttempt = { connected: boolean; code: string | null };
export type TlsTrace = {
  /** How many roots this Node brings along. */
  bundledRoots: number;
  withoutCa: TlsAttempt;
  nodeExtraCaCerts: TlsAttempt;
  /** With --use-system-ca, the CA mounted where the image's Node may look for the system's. */
  systemStore: TlsAttempt;
  /** Each of those places, and whether a CA that lies only there was accepted; `acceptedUnasked`: without the switch. */
  systemPlaces: { path: string; accepted: boolean; acceptedUnasked: boolean }[];
  /** With --use-openssl-ca, the CA named in SSL_CERT_FILE. */
  opensslStore: TlsAttempt;
  wrongHost: TlsAttempt;
};

/** No network at all: does it start, and answer a request from inside? */
export type IsolatedTrace = {
  start: Start;
  /** What became of the workload's request, else of its ready path; null when it was not ready. */
  worked: { status: number | null; expectStatus: number; error: string | null } | null;
};

/**
 * As it is started, but the first Node allocates until something ends it. `exitCode` is null when the container still
 * ran at the end of the time; `oomKilled` tells the kernel's kill from anybody else's SIGKILL.
 */
export type MemoryTrace = {
  limitBytes: number;
  /** The conditions of the run set no limit: this one is the probe's own. */
  limitedByProbe: boolean;
  exitCode: number | null;
  oomKilled: boolean;
  /** V8's last words, when its own limit ended the process. */
  fatalError: string | null;
};

/** What one rung recorded, or why it could not be tried. */
export type Tried<T> = T | { notTried: string };

export type RunTraces = {
  asRun: AsRunTrace;
  readOnly: ReadOnlyTrace;
  sigterm: SigtermTrace;
  withInit: WithInitTrace;
  earlySignal: EarlySignalTrace;
  secondSignal: SecondSignalTrace;
  arbitraryUser: ArbitraryUserTrace;
  health: HealthTrace;
  orphan: OrphanTrace;
  tls: TlsTrace;
  isolated: IsolatedTrace;
  memory: MemoryTrace;
};
