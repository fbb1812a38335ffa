import { createHash } from "node:crypto";
import type { FileEntry, ImageConfig, Layer, LayerIndex } from "../src/image/observation.ts";
import type { Observation } from "../src/observation.ts";
import type { Digest } from "../src/outcome.ts";

/** A regular file of root, mode 0644. */
export function file(path: string, facts: Partial<FileEntry> = {}): FileEntry {
  const size = facts.text === undefined ? 10 : Buffer.byteLength(facts.text);
  return { path, type: "file", size, mode: 0o644, uid: 0, gid: 0, ...facts };
}

export function directory(path: string, facts: Partial<FileEntry> = {}): FileEntry {
  return { path, type: "directory", size: 0, mode: 0o755, uid: 0, gid: 0, ...facts };
}

export function symlink(path: string, target: string): FileEntry {
  return { path, type: "symlink", size: 0, mode: 0o777, uid: 0, gid: 0, target };
}

export function hardlink(path: string, target: string): FileEntry {
  return { path, type: "hardlink", size: 0, mode: 0o755, uid: 0, gid: 0, target };
}

export function program(path: string, facts: Partial<FileEntry> = {}): FileEntry {
  return file(path, { mode: 0o755, executable: "elf", ...facts });
}

export function script(path: string, ...interpreter: string[]): FileEntry {
  return file(path, { mode: 0o755, executable: "script", interpreter });
}

export function whiteout(path: string): FileEntry {
  return { path, type: "whiteout", size: 0, mode: 0o644, uid: 0, gid: 0 };
}

export function opaque(path: string): FileEntry {
  return { path, type: "opaque", size: 0, mode: 0o644, uid: 0, gid: 0 };
}

/** A package.json with that content. */
export function manifest(folder: string, content: object): FileEntry {
  return file(`${folder}/package.json`, { text: JSON.stringify(content) });
}

/** A package as npm installs it. */
export function installed(folder: string, content: object = {}): FileEntry {
  const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
  return manifest(folder, { name, version: "1.0.0", ...content });
}

/** A layer; its digest follows from its instruction. */
export function layerOf(instruction: string, ...files: FileEntry[]): Layer {
  const digest: Digest = `sha256:${createHash("sha256").update(instruction).digest("hex")}`;
  return { digest, instruction, sizeBytes: files.reduce((sum, { size }) => sum + size, 0), files };
}

export function indexOf(...layers: Layer[]): LayerIndex {
  return { layers, sizeBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** The base of a hardened image: Node, an init, users; no shell and no package manager. */
export const baseLayer = layerOf(
  "base",
  directory("/"),
  directory("/app"),
  directory("/tmp", { mode: 0o1777 }),
  file("/etc/passwd", { text: "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:\n" }),
  file("/etc/group", { text: "root:x:0:\nnonroot:x:65532:\n" }),
  program("/usr/bin/dumb-init"),
  program("/usr/bin/node"),
);

/** Its app: one script, its health check, one dependency. */
export const appLayer = layerOf(
  "COPY app /app",
  manifest("/app", { name: "app", dependencies: { express: "5.0.0" }, devDependencies: { typescript: "5.0.0" } }),
  file("/app/main.js"),
  file("/app/healthcheck.js"),
  installed("/app/node_modules/express"),
);

/** An image that passes every static check; a test changes one thing of it. */
export function observationOf(
  changes: { config?: Partial<ImageConfig>; layers?: Layer[]; runs?: Observation["runs"] } = {},
): Observation {
  const layers = changes.layers ?? [baseLayer, appLayer];
  return {
    schemaVersion: 1,
    image: { reference: "app:test", id: `sha256:${"0".repeat(64)}` },
    config: {
      architecture: "amd64",
      os: "linux",
      created: null,
      user: "65532:65532",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", NODE_ENV: "production" },
      entrypoint: ["/usr/bin/dumb-init", "--"],
      cmd: ["node", "/app/main.js"],
      workingDir: "/app",
      exposedPorts: [],
      labels: {},
      stopSignal: null,
      healthcheck: { test: ["CMD", "node", "healthcheck.js"] },
      history: layers.map(({ instruction, digest }) => ({ instruction, layer: digest })),
      ...changes.config,
    },
    layers: indexOf(...layers),
    runs: changes.runs ?? {},
  };
}
