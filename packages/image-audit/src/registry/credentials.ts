import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

type DockerConfig = {
  auths?: Record<string, { auth?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
};

const hub = "https://index.docker.io/v1/"; // the key under which docker login keeps the hub's

/**
 * What `docker login` left for a host: `user:password` in base64, as Basic authentication wants it.
 * Only the entry of exactly this host: a name that merely contains it must not get its password.
 * @returns undefined where nobody logged in
 */
export function credentialsOf(
  host: string,
  folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
): string | undefined {
  let config: DockerConfig;
  try {
    config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as DockerConfig;
  } catch {
    return undefined;
  }
  const key = host === "docker.io" ? hub : host;
  const stored = config.auths?.[key]?.auth ?? config.auths?.[`https://${key}`]?.auth;
  if (stored !== undefined && stored !== "") return stored;
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  return helper === undefined ? undefined : fromHelper(helper, key);
}

/** https://github.com/docker/docker-credential-helpers: the host on standard input, JSON back. */
function fromHelper(helper: string, key: string): string | undefined {
  try {
    const stdio = ["pipe", "pipe", "ignore"] as const;
    const answer = execFileSync(`docker-credential-${helper}`, ["get"], { input: key, stdio: [...stdio] });
    const { Username, Secret } = JSON.parse(answer.toString()) as { Username: string; Secret: string };
    return Buffer.from(`${Username}:${Secret}`).toString("base64");
  } catch {
    return undefined; // it has none for this host
  }
}
