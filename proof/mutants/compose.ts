import { type Mutant, of } from "./mutant.ts";

const test = "pipeline/compose.test.ts";

export const compose: readonly Mutant[] = of(
  "compose.yaml",
  ["loopback only", '["127.0.0.1:', '["', { test }],
  ["unprivileged user", '    user: "65532:65532"\n', "", { test }],
  ["read-only root", "read_only: true", "read_only: false", { test }],
  ["no programs in /tmp", "noexec,nosuid", "exec,nosuid", { test }],
  ["no capabilities", "cap_drop: [ALL]", "cap_drop: [NET_RAW]", { test }],
  ["no new privileges", "    security_opt: [no-new-privileges]\n", "", { test }],
  ["memory limit", "mem_limit: 268435456", "mem_limit: 536870912", { test }],
  ["no swap", /memswap_limit: \d+/, "memswap_limit: -1", { test }],
  ["process limit", "    pids_limit: 64\n", "", { test }],
  ["low ports are closed", 'port_start: "1024"', 'port_start: "0"', { test }],
);
