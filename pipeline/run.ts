import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { PipelineError } from "./errors.ts";
import { runImage } from "./run-image.ts";

// make run: an image in the foreground, under the profile unless --plain.
await command("run", async (run) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { plain: { type: "boolean", default: false }, port: { type: "string", default: "3000" } },
  });
  const [image, ...rest] = positionals;
  if (image !== undefined && rest.length === 0) return await runImage(run, image, values);
  throw new PipelineError("USAGE", "expected: node pipeline/run.ts IMAGE [--plain] [--port 3000]");
});
