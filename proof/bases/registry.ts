import { execFile } from "node:child_process";

/** Registry host of a reference, as Docker understands it: the first part when it looks like a host, else the hub. */
export function registryOf(ref: string): string {
  const first = ref.split("/")[0] ?? "";
  return ref.includes("/") && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

/**
 * Asks each registry once, five seconds at most, all at the same time.
 * @returns hosts that did not answer with the manifest
 */
export async function unreachableRegistries(
  refs: string[],
  ask: (ref: string) => Promise<boolean> = inspects,
): Promise<string[]> {
  const one = new Map(refs.map((ref) => [registryOf(ref), ref]));
  const answers = await Promise.all([...one].map(async ([host, ref]) => ((await ask(ref)) ? [] : [host])));
  return answers.flat();
}

function inspects(ref: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile("docker", ["buildx", "imagetools", "inspect", ref], { timeout: 5000 }, (error) => resolve(error === null));
  });
}
