import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ImageConfig } from "../src/image/observation.ts";
import { Profile } from "../src/profile.ts";
import type { RungContext } from "../src/run/rung.ts";
import type { Workload } from "../src/workload.ts";
import { observationOf } from "./observation.ts";

const run = promisify(execFile);
const app = fileURLToPath(new URL("./app/", import.meta.url));
const repository = fileURLToPath(new URL("../../../", import.meta.url));

type Kind = "full" | "slim" | "distroless";

/** Context of each base as the repository's own set-up left it in `out/bases.json`. */
function baseContexts(): Record<Kind, string> {
  const file = `${repository}out/bases.json`;
  let bases: { context: string }[];
  try {
    bases = Object.values(JSON.parse(readFileSync(file, "utf8")).bases);
  } catch (cause) {
    throw new Error(`expected the bases in ${file}, got ${cause}; make setup builds or pulls them`, { cause });
  }
  const contextOf = (kind: Kind) => bases.find(({ context }) => kindOf(context) === kind)?.context;
  const [full, slim, distroless] = [contextOf("full"), contextOf("slim"), contextOf("distroless")];
  if (!(full && slim && distroless)) throw new Error(`expected a full, a slim and a distroless base in ${file}`);
  return { full, slim, distroless };
}

function kindOf(context: string): Kind {
  if (/distroless/.test(context)) return "distroless";
  return /slim/.test(context) ? "slim" : "full";
}

const init = "FROM slim AS init\nRUN apt-get update && apt-get install --yes --no-install-recommends dumb-init";
const serverAt = "COPY server.mjs health.mjs /app/\nWORKDIR /app\nENV NODE_ENV=production";
const nonRoot = "USER 65532:65532";
const distroless = `${init}\nFROM distroless\n${serverAt}\n${nonRoot}\nCOPY --from=init /usr/bin/dumb-init /usr/bin/dumb-init`;
const behindInit =
  'ENTRYPOINT ["/usr/bin/dumb-init", "--"]\nCMD ["/nodejs/bin/node", "--max-old-space-size=96", "--disable-sigusr1", "--report-exclude-env", "/app/server.mjs"]';
const health = 'HEALTHCHECK CMD ["/nodejs/bin/node", "/app/health.mjs"]';

/** Dockerfiles of the images under test; each but the first lacks one thing. */
const dockerfiles = {
  good: `${distroless}\n${behindInit}\n${health}`,
  withoutInit: `${distroless}\nENTRYPOINT ["/nodejs/bin/node", "/app/server.mjs"]`,
  healthAlwaysTrue: `${distroless}\n${behindInit}\nHEALTHCHECK CMD ["/nodejs/bin/node", "-e", "0"]`,
  healthInShellForm: `${distroless}\n${behindInit}\nHEALTHCHECK CMD /nodejs/bin/node /app/health.mjs`,
  missingProgram: `${distroless}\nENTRYPOINT ["/app/missing"]`,
  groupReadable: `${distroless}\nCOPY --chmod=640 server.mjs /app/\n${behindInit}`,
  withVolume: `${distroless}\n${behindInit}\nVOLUME /data`,
  withoutVerification: `${distroless}\n${behindInit}\nENV NODE_TLS_REJECT_UNAUTHORIZED=0`,
  outlivesNode: `FROM slim\n${serverAt}\nCMD node /app/server.mjs; exec sleep infinity`,
  shellForm: `FROM slim\n${serverAt}\nCMD node /app/server.mjs`,
  unreadableStore: `FROM slim\nRUN install --directory --mode=700 /etc/ssl/certs\n${nonRoot}`,
  full: "FROM full",
  slim: "FROM slim",
} satisfies Record<string, string>;

export type Fixture = keyof typeof dockerfiles;

/** Images under test of one test file: built on demand from the repository's bases, removed together. */
export class FixtureImages {
  readonly #prefix = `image-audit-fixture-${process.pid}`;
  readonly #built = new Map<Fixture, Promise<string>>();

  /** Tag of the built image. */
  build(fixture: Fixture): Promise<string> {
    const building = this.#built.get(fixture) ?? this.#build(fixture);
    this.#built.set(fixture, building);
    return building;
  }

  async #build(fixture: Fixture): Promise<string> {
    const tag = `${this.#prefix}:${fixture.toLowerCase()}`;
    const contexts = Object.entries(baseContexts()).flatMap(([name, at]) => ["--build-context", `${name}=${at}`]);
    const building = run("docker", ["build", "--quiet", ...contexts, "--tag", tag, "--file", "-", app]);
    building.child.stdin?.end(`${dockerfiles[fixture]}\n`);
    await building;
    return tag;
  }

  async remove(): Promise<void> {
    const tags = await Promise.all(this.#built.values());
    if (tags.length > 0) await run("docker", ["image", "rm", "--force", ...tags]);
  }
}

export const workload: Workload = {
  port: 3000,
  readyPath: "/ready",
  livePath: "/live",
  request: {
    method: "POST",
    path: "/uploads",
    contentType: "application/octet-stream",
    bodyBytes: 20_000,
    expectStatus: 200,
  },
  traffic: [
    { method: "GET", path: "/ready", expectStatus: 200 },
    { method: "PUT", path: "/uploads", contentType: "text/plain", body: "hello", expectStatus: 200 },
    { method: "GET", path: "/missing", expectStatus: 404 },
  ],
};

/** The repository's own profile. */
export const profile = Profile.parse(JSON.parse(readFileSync(`${repository}profile.json`, "utf8")));

/** What a rung is given, for an image of this file; `env` switches the app's faults on. */
export function contextFor(
  image: string,
  { env = {}, ...changes }: Partial<RungContext> & { env?: Record<string, string> } = {},
): RungContext {
  return {
    image,
    config: configOf(),
    nodePath: "/nodejs/bin/node",
    workload: { ...workload, env },
    labels: { "image-audit.test": String(process.pid) },
    signal: new AbortController().signal,
    workDir: tmpdir(),
    stopMs: 3000,
    startMs: 30_000,
    ...changes,
  };
}

/** A configuration with some values of the image under test. */
export function configOf(changes: Partial<ImageConfig> = {}): ImageConfig {
  return { ...observationOf().config, ...changes };
}

/** IDs of the containers that carry the label of this process. */
export async function leftContainers(label = `image-audit.test=${process.pid}`): Promise<string[]> {
  const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--filter", `label=${label}`]);
  return stdout.split("\n").filter((id) => id !== "");
}
