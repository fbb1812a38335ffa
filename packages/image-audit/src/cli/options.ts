import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AuditError } from "../errors.ts";

export const usage = `image-audit IMAGE [options]      checks a Node image, statically and by behaviour

  --workload FILE    JSON: port, readyPath, one request; without it most behaviour is "unknown"
  --profile FILE     JSON: run every container under this profile; without it: as "docker run IMAGE" would
  --max-bytes N      limit of the image's size
  --stop-ms N        budget from the stop signal to the end, milliseconds (10000)
  --label NAME=VALUE put on every container, to find them by; may be repeated
  --work-dir DIR     where temporary folders are made (the system's); the engine must see the same files there
  --static           only the image itself: no container is started
  --json             the report as JSON on standard output
  --list-checks      every check: ID, severity, title
  --help

Exit code: 0 nothing found · 1 findings: a check failed or its outcome is unknown · 2 usage or configuration ·
3 engine or tool trouble. "skipped" is no finding. Nothing is pulled: the engine must have the image.
`;

export type Options =
  | { action: "help" | "listChecks" }
  | {
      action: "audit";
      image: string;
      workload?: string | undefined;
      profile?: string | undefined;
      maxBytes?: number | undefined;
      stopMs: number;
      labels: Record<string, string>;
      workDir?: string | undefined;
      static: boolean;
      json: boolean;
    };

/**
 * Reads the command line.
 * @throws AuditError USAGE
 */
export function parseOptions(args: string[]): Options {
  const { values, positionals } = parsed(args);
  if (values.help) return { action: "help" };
  if (values["list-checks"]) return { action: "listChecks" };
  const [image, ...others] = positionals;
  if (!image || others.length > 0) {
    throw new AuditError(
      "USAGE",
      `expected one image, got ${image === "" ? '""' : positionals.length}; see image-audit --help`,
    );
  }
  return {
    action: "audit",
    image,
    workload: values.workload,
    profile: values.profile,
    maxBytes: positive("--max-bytes", values["max-bytes"]),
    stopMs: positive("--stop-ms", values["stop-ms"]) ?? 10_000,
    labels: Object.fromEntries((values.label ?? []).map(label)),
    workDir: folder("--work-dir", values["work-dir"]),
    static: values.static ?? false,
    json: values.json ?? false,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        workload: { type: "string" },
        profile: { type: "string" },
        "max-bytes": { type: "string" },
        "stop-ms": { type: "string" },
        label: { type: "string", multiple: true },
        "work-dir": { type: "string" },
        static: { type: "boolean" },
        json: { type: "boolean" },
        "list-checks": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (cause) {
    throw new AuditError("USAGE", `${cause instanceof Error ? cause.message : cause}; see image-audit --help`, {
      cause,
    });
  }
}

function label(argument: string): [string, string] {
  const end = argument.indexOf("=");
  if (end > 0) return [argument.slice(0, end), argument.slice(end + 1)];
  throw new AuditError("USAGE", `expected NAME=VALUE after --label, got ${JSON.stringify(argument)}`);
}

function folder(option: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (path !== "" && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path);
  throw new AuditError("USAGE", `expected a folder after ${option}, got ${JSON.stringify(path)}`);
}

function positive(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new AuditError("USAGE", `expected a positive whole number after ${option}, got ${JSON.stringify(value)}`);
}
