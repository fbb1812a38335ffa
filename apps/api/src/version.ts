import { readFileSync } from "node:fs";
import type { Route } from "./route.ts";

// One folder above this file, in src/ and in dist/. Not an import: the build may not reach out of src/.
const manifest: { name: string; version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

/** What is running. On the admin port only: exact versions tell an intruder which flaws to try. */
export function version(revision: string): Pick<Route, "method" | "path" | "handler"> {
  const { name, version } = manifest;
  return {
    method: "get",
    path: "/version",
    handler: (_request, response) => void response.json({ name, version, revision, node: process.versions.node }),
  };
}
