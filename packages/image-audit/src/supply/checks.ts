import { supAudit001 } from "../checks/sup-audit-001.ts";
import { supBase001 } from "../checks/sup-base-001.ts";
import { supDigest001 } from "../checks/sup-digest-001.ts";
import { supLock001 } from "../checks/sup-lock-001.ts";
import { supProv001 } from "../checks/sup-prov-001.ts";
import { supRepo001 } from "../checks/sup-repo-001.ts";
import { supRevoked001 } from "../checks/sup-revoked-001.ts";
import { supSbom001 } from "../checks/sup-sbom-001.ts";
import { supScan001 } from "../checks/sup-scan-001.ts";
import { supScan002 } from "../checks/sup-scan-002.ts";
import { supSign001 } from "../checks/sup-sign-001.ts";
import { supSign002 } from "../checks/sup-sign-002.ts";
import type { SupplyCheck } from "./check.ts";

/** Checks of a registry reference. They are no part of `checks`: an image in an engine has no registry and no signature. */
export const supplyChecks: readonly SupplyCheck[] = [
  supAudit001,
  supBase001,
  supDigest001,
  supLock001,
  supProv001,
  supRepo001,
  supRevoked001,
  supSbom001,
  supScan001,
  supScan002,
  supSign001,
  supSign002,
];
