import { Workload } from "image-audit";
import described from "../workload.json" with { type: "json" };

/** Our app as the probes need to know it: an upload that can be held open in the middle. */
export const workload: Workload = Workload.parse(described);
