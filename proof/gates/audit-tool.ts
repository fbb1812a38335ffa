import { delimiter, join } from "node:path";
import { ROOT } from "../repository-copy.ts";

/** What course.mk exports to the gates: the audit tool on PATH, and what it needs to know of this service. */
export const AUDIT_TOOL = {
  PATH: [join(ROOT, "proof/node_modules/.bin"), process.env["PATH"]].join(delimiter),
  WORKLOAD: "packages/ladder/workload.json",
  MAX_BYTES: "250000000",
};
