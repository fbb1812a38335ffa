import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resolveBases } from "pipeline/bases";
import { type Run, removeStarted } from "pipeline/started";
import { startApiServer } from "../admission/api-server.ts";
import { startKyverno } from "../admission/kyverno.ts";
import { list, overlay } from "../admission/manifests.ts";
import { startRegistry } from "../registry.ts";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { advisories, critical, fixtureDatabase } from "../scan-fixture/database.ts";
import { SIGSTORE_TOOLS, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { enforced } from "./admission.ts";
import { goBack, nameServices } from "./prepare.ts";
import type { Scene } from "./scene.ts";
import { Shell } from "./shell.ts";

/** The dependency that is found vulnerable, by a made-up advisory, and a real release of it before the catalog's. */
const PACKAGE = { name: "express", affected: "5.2.1" };
const FINDING = "GHSA-dril-dril-0001";

/** What is missing for the drill; undefined when it can begin. */
export async function bringNeeded(): Promise<string | undefined> {
  const pipeline = ["syft", "grype", "crane", "docker-registry", ...SIGSTORE_TOOLS];
  return await bringTools([...pipeline, "etcd", "kube-apiserver", "kubectl", "kyverno", "jq", "oras"]);
}

/**
 * Starts everything and prepares the copy.
 * @param tell progress, a line each
 * @throws ToolError when a server does not come up, or a command of the preparation fails
 */
export async function openScene(run: Run, tell: (line: string) => void): Promise<Scene> {
  const copy = new RepositoryCopy();
  const image = `hardened-node-api:${run.id}`;
  const close = () => {
    const clean = join(copy.root, "pipeline/clean.ts"); // what commands in the copy started and could not remove
    if (existsSync(clean)) spawnSync(process.execPath, [clean], { stdio: "ignore" });
    spawnSync("docker", ["image", "rm", "--force", image], { stdio: "ignore" });
    copy[Symbol.dispose]();
  };
  run.beforeRemoval = () => {
    removeStarted(run.id); // first, so that nothing in the copy starts anything more
    close();
  };
  try {
    tell("set-up: registry, Sigstore, API server, Kyverno");
    const [registry, sigstore, api] = await Promise.all([startRegistry(run), startSigstore(run), startApiServer(run)]);
    await startKyverno(run, api);
    // By this name: oras speaks plain HTTP to no other.
    const repository = `${registry.replace("127.0.0.1", "localhost")}/hardened-node-api`;
    const catalog = readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8");
    const fixed = new RegExp(`^ {2}${PACKAGE.name}: (\\S+)$`, "m").exec(catalog)?.[1] ?? "";
    const records = [...advisories(), critical(PACKAGE.name, FINDING, fixed)];
    const scene: Scene = {
      ...{ run, copy, api, repository, dependency: { ...PACKAGE, fixed }, [Symbol.dispose]: close },
      shell: new Shell(run, copy.root, { ...sigstore.env, KUBECONFIG: api.kubeconfig }, tell),
      bases: resolveBases(join(ROOT, "docker/4-signed.Dockerfile"), join(ROOT, "out/bases.json")).map(
        (one) => one.origin,
      ),
      known: {
        yesterday: await fixtureDatabase(run, join(run.folder, "known-yesterday")),
        today: await fixtureDatabase(run, join(run.folder, "known-today"), records),
      },
    };
    tell(`set-up: the repository as it was yesterday, with ${PACKAGE.name} ${PACKAGE.affected}`);
    nameServices(copy, repository, sigstore);
    await goBack(scene, image);
    const there = overlay("production", undefined, copy.root).filter(({ kind }) =>
      /^(Namespace|ServiceAccount)$/.test(kind),
    );
    await api.done(["apply", "-f", "-"], list(there)); // the rest comes with a digest
    for (const policies of ["kubernetes", "kyverno"]) await scene.shell.must(`kubectl apply -k policies/${policies}`);
    await enforced(scene);
    return scene;
  } catch (error) {
    close();
    throw error;
  }
}
