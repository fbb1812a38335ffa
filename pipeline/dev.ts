import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./bake.ts";
import { command } from "./command.ts";
import { requireFree } from "./run-image.ts";

// make dev: the service as a host process, restarted whenever a file changes that it imports. No image, no engine.
await command("dev", async (run) => {
  const { values } = parseArgs({ options: { port: { type: "string", default: "3000" } } });
  await requireFree(values.port);
  const env = {
    LOG_LEVEL: "debug",
    ADMIN_PORT: "0", // a free one, named in the log; several may run
    DRAIN_DELAY_MS: "0", // a restart need not wait for a load balancer
    ...process.env,
    ...{ HOST: "127.0.0.1", ADMIN_HOST: "127.0.0.1", PORT: values.port },
    TMPDIR: run.folder, // gone with the run, whatever is left in it
  };
  const args = ["--watch", "--watch-preserve-output", join(ROOT, "apps/api/src/main.ts")];
  const child = run.spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
});
