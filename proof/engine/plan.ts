import type { EngineFacts } from "./facts.ts";

/** BuildKit became the default builder and knows named contexts; older ones cannot build the stages. */
const OLDEST_ENGINE = 23;
const OLDEST_BUILDX = [0, 10];
const NEEDED_BYTES = 6e9;
const GB = 1e9;

/** One thing looked at: `message` says what is, `fix` what to do ("" when nothing). */
export type Diagnosis = { name: string; ok: boolean; message: string; fix: string };

/** What the set-up can install: the whole engine, or what is missing beside one that answers. */
export type Part = "engine" | "buildx" | "mmdebstrap";

/** The next thing the set-up does; after it, the machine is looked at again. */
export type Plan =
  | { action: "nothing" }
  | { action: "start"; why: string }
  | { action: "install"; part: Part; why: string }
  | { action: "refuse"; message: string };

/** Each part of the engine set-up, judged; pure. */
export function diagnose(facts: EngineFacts): Diagnosis[] {
  return [engine(facts), buildx(facts), compose(facts), disk(facts), mmdebstrap(facts)];
}

/** From facts to the one thing to do, or the sentence why nothing can be done; pure. */
export function planOf(facts: EngineFacts): Plan {
  const space = disk(facts);
  if (!space.ok) return refuse(space);
  return facts.server === null ? bringEngine(facts) : bringRest(facts);
}

function bringEngine(facts: EngineFacts): Plan {
  if (deniesAccess(facts) || isRemote(facts)) return refuse(engine(facts));
  if (facts.daemon && facts.root) return { action: "start", why: "installed and stopped" };
  if (!facts.daemon && canInstall(facts)) return { action: "install", part: "engine", why: "no engine here" };
  return refuse(engine(facts));
}

function bringRest(facts: EngineFacts): Plan {
  const [server, builder, bases] = [engine(facts), buildx(facts), mmdebstrap(facts)];
  if (!server.ok) return refuse(server);
  const installable = canInstall(facts);
  if (facts.buildx === null && installable) return { action: "install", part: "buildx", why: builder.message };
  if (!builder.ok) return refuse(builder);
  if (!facts.mmdebstrap && installable) return { action: "install", part: "mmdebstrap", why: bases.message };
  return { action: "nothing" };
}

function refuse({ message, fix }: Diagnosis): Plan {
  return { action: "refuse", message: `${message}: ${fix}` };
}

function deniesAccess({ refusal }: EngineFacts): boolean {
  return /permission denied/i.test(refusal);
}

/** DOCKER_HOST or the context names another machine: starting an engine here would not help. */
function isRemote({ refusal }: EngineFacts): boolean {
  return /\b(tcp|ssh|https?):\/\//.test(refusal);
}

/** Root on Debian 12 or newer: there the distribution's packages are enough. */
function canInstall({ platform, root, distribution }: EngineFacts): boolean {
  return (
    platform === "linux" &&
    root &&
    distribution?.id === "debian" &&
    !["buster", "bullseye"].includes(distribution.codename)
  );
}

function engine(facts: EngineFacts): Diagnosis {
  const name = "engine";
  const bad = (message: string, fix: string): Diagnosis => ({ name, ok: false, message, fix });
  if (facts.server !== null) {
    if (Number.parseInt(facts.server, 10) >= OLDEST_ENGINE)
      return { name, ok: true, message: `Docker Engine ${facts.server} answers`, fix: "" };
    return bad(
      `Docker Engine ${facts.server} is too old, ${OLDEST_ENGINE} or newer is needed`,
      "update it with your system's package manager",
    );
  }
  if (deniesAccess(facts)) {
    return bad(
      "the engine refuses this user (permission denied on its socket)",
      "sudo usermod -aG docker $USER, then log in again",
    );
  }
  if (isRemote(facts)) {
    return bad(
      "the engine that DOCKER_HOST or the docker context names does not answer",
      "start it, or unset DOCKER_HOST",
    );
  }
  if (facts.platform === "darwin")
    return bad("no Docker engine answers on this Mac", "install Docker Desktop or Colima and start it");
  if (facts.daemon) {
    return bad(
      "the Docker engine is installed and stopped",
      facts.root ? "make setup starts it" : "sudo systemctl start docker",
    );
  }
  return bad(
    "no Docker engine is installed",
    canInstall(facts)
      ? "make setup installs it from the distribution"
      : "install Docker Engine with buildx (https://docs.docker.com/engine/install/) and start it",
  );
}

function buildx(facts: EngineFacts): Diagnosis {
  const name = "buildx";
  const fix = canInstall(facts)
    ? "make setup installs docker-buildx"
    : "install the docker-buildx plugin (https://docs.docker.com/build/install-buildx/)";
  if (facts.buildx === null) return { name, ok: false, message: "the docker client has no buildx plugin", fix };
  const [major = 0, minor = 0] = facts.buildx
    .replace(/^v/, "")
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  const [oldMajor = 0, oldMinor = 0] = OLDEST_BUILDX;
  const ok = major > oldMajor || minor >= oldMinor;
  if (!ok)
    return {
      name,
      ok,
      message: `buildx ${facts.buildx} is too old, ${OLDEST_BUILDX.join(".")} or newer is needed`,
      fix: "update the docker-buildx plugin",
    };
  return { name, ok, message: `buildx ${facts.buildx}`, fix: "" };
}

function compose(facts: EngineFacts): Diagnosis {
  const name = "compose";
  if (facts.compose !== null) return { name, ok: true, message: `compose ${facts.compose}`, fix: "" };
  return {
    name,
    ok: false,
    message: "the docker client has no compose plugin (only compose.yaml needs it)",
    fix: "install the docker-compose plugin",
  };
}

function disk({ freeBytes, dataRoot }: EngineFacts): Diagnosis {
  const name = "disk";
  if (freeBytes === null)
    return { name, ok: true, message: "disk not measured: the engine keeps its images elsewhere", fix: "" };
  const free = `${(freeBytes / GB).toFixed(1)} GB free at ${dataRoot}`;
  if (freeBytes >= NEEDED_BYTES) return { name, ok: true, message: free, fix: "" };
  return {
    name,
    ok: false,
    message: `${free}, ${NEEDED_BYTES / GB} GB are needed`,
    fix: "free some (docker system df shows what images use)",
  };
}

function mmdebstrap(facts: EngineFacts): Diagnosis {
  const name = "mmdebstrap";
  if (facts.mmdebstrap)
    return { name, ok: true, message: "mmdebstrap is here: bases can be rebuilt without a registry", fix: "" };
  const debian = facts.distribution?.id === "debian";
  const message = "mmdebstrap is not here: bases cannot be rebuilt, only pulled";
  return {
    name,
    ok: !debian,
    message,
    fix: debian ? (facts.root ? "make setup installs it" : "sudo apt-get install mmdebstrap") : "",
  };
}
