import { parseArgs } from "node:util";
import { buildShipped } from "./build.ts";
import { command } from "./command.ts";

// make image: docker/4-signed.Dockerfile and the list of its npm packages beside it.
await command("image", async (run) => {
  const { values } = parseArgs({ options: { bases: { type: "string" }, tag: { type: "string" } } });
  const record = await buildShipped(run, values);
  process.stdout.write(`${record.image} ${record.imageId}\n`);
  return 0;
});
