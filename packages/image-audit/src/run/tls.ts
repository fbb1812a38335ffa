import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerInspectInfo } from "dockerode";
import { z } from "zod";
import type { ImageConfig } from "../image/observation.ts";
import { containerFor } from "./conditions.ts";
import type { HardenedContainer } from "./hardened-container.ts";
import { tlsScripts } from "./in-container.ts";
import type { TlsTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext } from "./rung.ts";
import { createTestAuthority } from "./test-authority.ts";

type BindMount = Parameters<HardenedContainer["withBindMounts"]>[0][number];

const material = "/.image-audit-tls"; // where the container sees the certificates
const serverName = "service.image-audit.test";
const Attempts = z.array(z.object({ connected: z.boolean(), code: z.string().nullable() }));
const Printed = z.object({
  bundledRoots: z.int(),
  attempts: z.object({ unasked: Attempts, extraCa: Attempts, systemCa: Attempts, opensslCa: Attempts }),
});
type Printed = z.infer<typeof Printed>;

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
    const printed = await withContainer(definition, context, (container) => printedBy(container, context));
    return traceOf(printed, places);
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

/** Server 0 is signed by the authority that no place has; server n by the one mounted at place n - 1. */
function planFor(names: string[]) {
  const ca = `${material}/private.ca`;
  const first = { server: 0, serverName };
  const places = names.slice(1).map((_, index) => ({ server: index + 1, serverName }));
  return {
    client: tlsScripts.client,
    servers: names.map((name) => ({ key: `${material}/${name}.key`, cert: `${material}/${name}.cert` })),
    attempts: {
      unasked: { flags: [], env: {}, targets: [first, ...places] },
      extraCa: {
        flags: [],
        env: { NODE_EXTRA_CA_CERTS: ca },
        targets: [first, { server: 0, serverName: "other.image-audit.test" }],
      },
      systemCa: { flags: ["--use-system-ca"], env: {}, targets: places },
      opensslCa: { flags: ["--use-openssl-ca"], env: { SSL_CERT_FILE: ca }, targets: [first] },
    },
  };
}

async function printedBy(container: ProbedContainer, { signal, startMs }: RungContext): Promise<Printed> {
  const ended = await poll(async () => endOf(await container.inspect()), { withinMs: startMs, signal });
  const log = await container.output("both");
  if (container.startError !== null) throw new NotTriable(container.startError);
  if (ended === undefined) throw new NotTriable(`the connections were not made within ${startMs} ms: ${log}`);
  if (ended !== 0) throw new NotTriable(`the image's Node ended with ${ended}: ${log}`);
  return Printed.parse(JSON.parse(await container.output("stdout")));
}

function endOf({ State }: ContainerInspectInfo): number | undefined {
  return State.Running || (State.Status === "created" && State.ExitCode === 0) ? undefined : State.ExitCode;
}

function traceOf({ bundledRoots, attempts }: Printed, places: string[]): TlsTrace {
  const [withoutCa, ...unasked] = attempts.unasked;
  const [nodeExtraCaCerts, wrongHost] = attempts.extraCa;
  const [opensslStore] = attempts.opensslCa;
  const systemStore = attempts.systemCa.find(({ connected }) => connected) ?? attempts.systemCa[0];
  if (!(withoutCa && nodeExtraCaCerts && wrongHost && systemStore && opensslStore)) {
    throw new TypeError("an attempt has no result");
  }
  const systemPlaces = places.map((path, index) => ({
    path,
    accepted: attempts.systemCa[index]?.connected === true,
    acceptedUnasked: unasked[index]?.connected === true,
  }));
  return { bundledRoots, withoutCa, nodeExtraCaCerts, systemStore, systemPlaces, opensslStore, wrongHost };
}
