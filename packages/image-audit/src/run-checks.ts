import type { Check } from "./check.ts";
import { runCa001 } from "./checks/run-ca-001.ts";
import { runCa002 } from "./checks/run-ca-002.ts";
import { runCa003 } from "./checks/run-ca-003.ts";
import { runCa004 } from "./checks/run-ca-004.ts";
import { runCap001 } from "./checks/run-cap-001.ts";
import { runCore001 } from "./checks/run-core-001.ts";
import { runDrain001 } from "./checks/run-drain-001.ts";
import { runDrain002 } from "./checks/run-drain-002.ts";
import { runEgress001 } from "./checks/run-egress-001.ts";
import { runEnv001 } from "./checks/run-env-001.ts";
import { runHealth001 } from "./checks/run-health-001.ts";
import { runHealth002 } from "./checks/run-health-002.ts";
import { runHeap001 } from "./checks/run-heap-001.ts";
import { runInit001 } from "./checks/run-init-001.ts";
import { runInspector001 } from "./checks/run-inspector-001.ts";
import { runKeepalive001 } from "./checks/run-keepalive-001.ts";
import { runKeepalive002 } from "./checks/run-keepalive-002.ts";
import { runLive001 } from "./checks/run-live-001.ts";
import { runOom001 } from "./checks/run-oom-001.ts";
import { runPort001 } from "./checks/run-port-001.ts";
import { runPort002 } from "./checks/run-port-002.ts";
import { runPriv001 } from "./checks/run-priv-001.ts";
import { runReady001 } from "./checks/run-ready-001.ts";
import { runReap001 } from "./checks/run-reap-001.ts";
import { runReport001 } from "./checks/run-report-001.ts";
import { runRofs001 } from "./checks/run-rofs-001.ts";
import { runRofs002 } from "./checks/run-rofs-002.ts";
import { runSignal001 } from "./checks/run-signal-001.ts";
import { runSignal002 } from "./checks/run-signal-002.ts";
import { runSigterm001 } from "./checks/run-sigterm-001.ts";
import { runTls001 } from "./checks/run-tls-001.ts";
import { runUid001 } from "./checks/run-uid-001.ts";
import { runUser001 } from "./checks/run-user-001.ts";
import { runWrite001 } from "./checks/run-write-001.ts";
import { runWrite002 } from "./checks/run-write-002.ts";

/** Checks of what running containers did. */
export const runChecks: readonly Check[] = [
  runCa001,
  runCa002,
  runCa003,
  runCa004,
  runCap001,
  runCore001,
  runDrain001,
  runDrain002,
  runEgress001,
  runEnv001,
  runHealth001,
  runHealth002,
  runHeap001,
  runInit001,
  runInspector001,
  runKeepalive001,
  runKeepalive002,
  runLive001,
  runOom001,
  runPort001,
  runPort002,
  runPriv001,
  runReady001,
  runReap001,
  runReport001,
  runRofs001,
  runRofs002,
  runSignal001,
  runSignal002,
  runSigterm001,
  runTls001,
  runUid001,
  runUser001,
  runWrite001,
  runWrite002,
];
