import type { CheckId } from "image-audit";
import { type Mutant, of } from "./mutant.ts";

const check = (id: CheckId) => ({ check: id, stage: 4 }) as const;

export const profile: readonly Mutant[] = of(
  "profile.json",
  ["unprivileged user", '"user": "65532:65532"', '"user": "0:0"', check("RUN-USER-001")],
  ["read-only root", '"readOnlyRootFilesystem": true', '"readOnlyRootFilesystem": false', check("RUN-ROFS-002")],
  ["no capabilities", '"dropCapabilities": ["ALL"]', '"dropCapabilities": []', check("RUN-CAP-001")],
  ["no new privileges", '"noNewPrivileges": true', '"noNewPrivileges": false', check("RUN-PRIV-001")],
  ["no core dumps", '"ulimits": { "core": 0 }', '"ulimits": {}', check("RUN-CORE-001")],
  ["low ports are closed", '"net.ipv4.ip_unprivileged_port_start": "1024"', "", check("RUN-PORT-002")],
);
