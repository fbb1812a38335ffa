import type { Workload } from "image-audit";

/** Our app as the probes need to know it: an upload that can be held open in the middle. */
export const workload: Workload = {
  port: 3000,
  readyPath: "/ready",
  request: {
    method: "POST",
    path: "/v1/digests",
    contentType: "application/octet-stream",
    bodyBytes: 65_536,
    expectStatus: 200,
  },
};
