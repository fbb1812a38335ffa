import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { appRoots, filesUnder, isTransient, linkedRoots } from "../image/app.ts";
import { commandChain, locateProgram, nodeScript, resolveScript, startCommand } from "../image/command.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import type { FileEntry, ImageConfig } from "../image/observation.ts";
import { type RuntimeUser, resolveUser } from "../image/user.ts";
import { isExecutable, type MergedView, type Seen, viewOf } from "../image/view.ts";
import { type Evidence, fail, pass, unknown } from "../outcome.ts";

export const imgOwner001 = defineCheck({
  id: "IMG-OWNER-001",
  title: "The app's files, and any other code, are neither owned by nor writable by the user who runs them",
  severity: "high",
  needs: ["image"],
  rationale:
    "Who can change the code can stay: a backdoor written into the app survives the request that wrote it. The owner " +
    "can give himself the permission, so owning is as good as writing. Code lies outside the app's folder as well: node " +
    "itself, a health check, a library.",
  remediation:
    "Copy the app without --chown, so that root owns it, and leave group and others without write permission.",
  references: ["https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"],
  judge(observation) {
    const { config } = observation;
    const view = viewOf(observation);
    const user = resolveUser(view, config.user);
    if (user === null) return unknown(`USER ${config.user} is not in the image's passwd or group file`);
    const roots = appRoots(view, config);
    const files = filesUnder(view, roots);
    if (files.length === 0) return unknown("no app files: WORKDIR and the start command name none");
    const fix = "Copy the app as root (no --chown) and without write permission for group and others.";
    if (user.uid === 0) return fail(fix, `the app runs as root, who can write all ${files.length} paths of it`);
    const linked = linkedRoots(view, roots);
    const named = namedFiles(view, config);
    const code = [...filesUnder(view, [...linked, ...named]), ...[...view.values()].filter(isCode)];
    const guarded = new Set([...foldersAbove(view, [...roots, ...linked, ...named]), ...files, ...code]);
    const found = [...guarded].flatMap((seen) => exposure(seen, user));
    if (found.length > 0) return fail(fix, ...atMost(10, found));
    return pass(`${guarded.size} paths, none owned by or writable by ${user.uid}:${user.gid}`);
  },
});

function isCode({ entry }: Seen): boolean {
  if (isTransient(entry.path)) return false;
  return isExecutable(entry) || (entry.type === "file" && /\.([cm]?js|json|node|so(\.[\d.]+)?)$/.test(entry.path));
}

/** Programs and scripts that the start command and the health check name, wherever they lie. */
function namedFiles(view: MergedView, config: ImageConfig): string[] {
  const [form, ...healthcheck] = config.healthcheck?.test ?? [];
  const commands = [...commandChain(startCommand(config)), ...(form === "CMD" ? commandChain(healthcheck) : [])];
  return commands.flatMap((argv) => {
    const program = locateProgram(view, config, argv);
    const script = nodeScript(argv);
    const resolved = script === null ? null : resolveScript(view, script, config.workingDir);
    return [...("path" in program ? [program.path] : []), ...(resolved === null ? [] : [resolved])];
  });
}

// Who can write the folder above can put another folder in the app's place, unless the sticky bit forbids it.
function foldersAbove(view: MergedView, roots: readonly string[]): Seen[] {
  const above = new Set<string>();
  for (const root of roots) {
    for (let path = posix.dirname(root); !above.has(path); path = posix.dirname(path)) above.add(path);
  }
  return [...above].flatMap((path) => {
    const seen = view.get(path);
    return seen === undefined || (seen.entry.mode & 0o1000) !== 0 ? [] : [seen];
  });
}

function exposure(seen: Seen, user: RuntimeUser): Evidence[] {
  const { entry } = seen;
  // A symbolic link has no permissions of its own: its folder's decide who can replace it.
  if (entry.type === "symlink") return [];
  if (entry.uid === user.uid) return [seenFile(`owned by the runtime user ${user.uid}`, seen)];
  if (!writable(entry, user)) return [];
  const mode = entry.mode.toString(8).padStart(4, "0");
  return [seenFile(`writable by the runtime user: mode ${mode}, owner ${entry.uid}:${entry.gid}`, seen)];
}

// As the kernel: a member of the group gets the group's bits, whatever others may.
function writable({ mode, gid }: FileEntry, user: RuntimeUser): boolean {
  return (mode & ([user.gid, ...user.groups].includes(gid) ? 0o020 : 0o002)) !== 0;
}
