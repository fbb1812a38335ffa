import { once } from "node:events";
import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { PipelineError } from "./errors.ts";
import { dockerArguments, readProfile } from "./profile.ts";

const USAGE = "expected: node pipeline/run.ts IMAGE [--plain] [--port 3000]";

// make run: an image in the foreground, under the profile unless --plain, on loopback only.
await command("run", async (run) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { plain: { type: "boolean", default: false }, port: { type: "string", default: "3000" } },
  });
  const [image, ...rest] = positionals;
  if (image === undefined || rest.length > 0) throw new PipelineError("USAGE", USAGE);
  const hardening = values.plain ? [] : dockerArguments(readProfile());
  const labels = Object.entries(run.labels).map(([name, value]) => `--label=${name}=${value}`);
  const args = ["run", "--rm", ...labels, ...hardening, `--publish=127.0.0.1:${values.port}:3000`, image];
  process.stdout.write(`docker ${args.join(" ")}\n`);
  const child = run.spawn("docker", args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
});
