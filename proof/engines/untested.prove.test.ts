import { test } from "vitest";

// Engines that nobody has run the ladder on here; each is counted as skipped, by name and the reason
// expected; none was observed.
test.skip("rootless Docker: without cgroup v2 it cannot set the profile's memory, CPU and process limits", () =>
  undefined);
test.skip("Podman: its health checks are systemd timers, and no systemd runs here", () => undefined);
test.skip("arm64: needs bases of that platform and an emulator in the kernel", () => undefined);
