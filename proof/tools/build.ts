import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Run } from "pipeline/started";
import { ToolError } from "../errors.ts";
import { type Build, cache } from "./module.ts";

/** Versions of the module files are the only input: no other toolchain, no newer dependency, no workspace around it. */
const PINNED = { GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly", GOWORK: "off" };

// Whoever waited for the lock may find it built. The rename is what makes a binary whole. Without flock two builds at
// once do the work twice and are right still.
const SCRIPT = `[ -x "$BINARY" ] && exit 0
go build -v -trimpath -ldflags "$LDFLAGS" -o "$PART" "$PACKAGE" && mv -f "$PART" "$BINARY.part" && mv -f "$BINARY.part" "$BINARY"`;
const WAITING = "waiting for another build on this machine";
const LOCKED = `mkdir -p "$FOLDER" && exec 9>"$LOCK" || exit
! command -v flock >/dev/null || flock -n 9 || { echo "${WAITING}" >&2; flock 9; }
exec sh -c "$SCRIPT"`;

/**
 * Builds a tool from its pinned module into the cache, one build at a time on this machine.
 * @param say one line for every hundred packages compiled
 * @throws ToolError with Go's last lines, a checksum that does not hold among them
 */
export async function build(run: Run, what: Build, say: (line: string) => void): Promise<void> {
  const scratch = join(run.folder, "go");
  mkdirSync(scratch, { recursive: true }); // Go's own half-done work ends with the run, killed or not
  const env = {
    ...process.env,
    ...PINNED,
    GOTMPDIR: scratch,
    FOLDER: dirname(what.binary),
    LOCK: join(cache(), "lock"),
    SCRIPT,
    BINARY: what.binary,
    PART: join(scratch, "binary.part"),
    LDFLAGS: what.ldflags,
    PACKAGE: what.package,
  };
  const child = run.spawn("sh", ["-c", LOCKED], { cwd: what.folder, env, stdio: ["ignore", "ignore", "pipe"] });
  if (child.stderr === null) throw new TypeError("expected a pipe");
  const lines: string[] = [];
  let packages = 0;
  const ended = once(child, "close") as Promise<[number | null]>;
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    if (line === WAITING) say(line);
    if (/^[\w.-]+(\/\S+)*$/.test(line) && ++packages % 100 === 0) say(`${packages} packages compiled`);
  }
  const [code] = await ended;
  if (code === 0) return;
  throw new ToolError(`expected go build ${what.package} to succeed, it did not:\n${lines.slice(-8).join("\n")}`);
}
