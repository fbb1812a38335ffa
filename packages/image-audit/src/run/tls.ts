import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerInspectInfo } from "dockerode";
import { z } from "zod";
import type { ImageConfig, TlsAttempt, TlsTrace } from "../observation.ts";
import { containerFor } from "./conditions.ts";
import type { HardenedContainer } from "./hardened-container.ts";
import { tlsScripts } from "./in-container.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext } from "./rung.ts";
import { createTestAuthority } from "./test-authority.ts";

type BindMount = Parameters<HardenedContainer["withBindMounts"]>[0][number];

const material = "/.image-audit-tls"; // where the container sees the certificates
const serverName = "service.image-audit.test";
const Attempts = z.array(z.object({ connected: z.boolean(), code: z.string().nullable() }));

/** One container of the image's own Node, which connects to servers that private authorities signed for. */
export async function probeTls(context: RungContext): Promise<TlsTrace> {
  const temporary = await mkdtemp(join(context.workDir, "image-audit-tls-"));
  try {
    const folder = join(temporary, "material");
    await mkdir(folder);
    await chmod(folder, 0o755); // whatever the umask is: see writeAuthority
    const places = systemPlaces(context.config);
    // One authority for the connections without a system store, and one of its own for each place in it.
    const names = ["private", ...places.map((_, index) => `place-${index}`)];
    await Promise.all(names.map((name) => writeAuthority(folder, name)));
    const mounts: BindMount[] = [{ source: folder, target: material, mode: "ro" }];
    for (const [index, target] of places.entries()) {
      mounts.push({ source: join(folder, `place-${index}.ca`), target, mode: "ro" });
    }
    const definition = containerFor(context)
      .withEntrypoint([context.nodePath])
      .withCommand(["-e", tlsScripts.driver, JSON.stringify(planFor(names))])
      .withBindMounts(mounts);
    const attempts = await withContainer(definition, context, (container) => attemptsOf(container, context));
    return traceOf(attempts, places);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Where Node may look for the system's certificates: OpenSSL's file and folder, which the environment can move, and
 * the bundle in that folder that distributions keep.
 */
export function systemPlaces({ env }: ImageConfig): string[] {
  const file = env["SSL_CERT_FILE"] || "/etc/ssl/cert.pem";
  const { SSL_CERT_DIR: folders = "" } = env;
  const folder = folders.split(":")[0] || "/etc/ssl/certs";
  return [...new Set([file, join(folder, "ca-certificates.crt"), join(folder, "image-audit-test.pem")])];
}

/** The parent folder is ours alone; inside, everything is readable: the runtime user may have any number. */
async function writeAuthority(folder: string, name: string): Promise<void> {
  const { ca, cert, key } = await createTestAuthority(serverName);
  for (const [kind, pem] of Object.entries({ ca, cert, key })) {
    const path = join(folder, `${name}.${kind}`);
    await writeFile(path, pem);
    await chmod(path, 0o644);
  }
}

function planFor(names: string[]) {
  const extra = { NODE_EXTRA_CA_CERTS: `${material}/private.ca` };
  const first = { flags: [], env: {}, serverName, server: 0 };
  return {
    client: tlsScripts.client,
    servers: names.map((name) => ({ key: `${material}/${name}.key`, cert: `${material}/${name}.cert` })),
    attempts: [
      first,
      { ...first, env: extra },
      { ...first, env: extra, serverName: "other.image-audit.test" },
      ...names.slice(1).map((_, index) => ({ ...first, flags: ["--use-system-ca"], server: index + 1 })),
    ],
  };
}

async function attemptsOf(container: ProbedContainer, { signal, startMs }: RungContext): Promise<TlsAttempt[]> {
  const ended = await poll(async () => endOf(await container.inspect()), { withinMs: startMs, signal });
  const log = await container.output("both");
  if (container.startError !== null) throw new NotTriable(container.startError);
  if (ended === undefined) throw new NotTriable(`the connections were not made within ${startMs} ms: ${log}`);
  if (ended !== 0) throw new NotTriable(`the image's Node ended with ${ended}: ${log}`);
  return Attempts.parse(JSON.parse(await container.output("stdout")));
}

function endOf({ State }: ContainerInspectInfo): number | undefined {
  return State.Running || (State.Status === "created" && State.ExitCode === 0) ? undefined : State.ExitCode;
}

function traceOf(attempts: TlsAttempt[], places: string[]): TlsTrace {
  const [withoutCa, nodeExtraCaCerts, wrongHost, ...system] = attempts;
  const systemStore = system.find((attempt) => attempt.connected) ?? system[0];
  if (!(withoutCa && nodeExtraCaCerts && wrongHost && systemStore)) throw new TypeError("an attempt has no result");
  const systemPlaces = places.map((path, index) => ({ path, accepted: system[index]?.connected === true }));
  return { withoutCa, nodeExtraCaCerts, systemStore, systemPlaces, wrongHost };
}
