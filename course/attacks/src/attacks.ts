import { engineLines, RUN_LABEL, type Run, removeLabelled } from "pipeline/started";
import type { Attack } from "./attack.ts";
import { cutUpload } from "./cut-upload.ts";
import { NotTried } from "./errors.ts";
import { exhaustMemory } from "./exhaust-memory.ts";
import { recoverSecret } from "./recover-secret.ts";
import type { AttackResult } from "./result.ts";
import { Scene } from "./scene.ts";
import { spawnShell } from "./spawn-shell.ts";
import { swapImage } from "./swap-image.ts";
import type { Target } from "./target.ts";
import { writeBackdoor } from "./write-backdoor.ts";

/** The six, in the order in which they are told. */
export const attacks: readonly Attack[] = [
  writeBackdoor,
  spawnShell,
  recoverSecret,
  cutUpload,
  exhaustMemory,
  swapImage,
];

/**
 * Tries one attack on a target. Containers and images it made are gone when it returns, and after Ctrl-C.
 * @throws errors of the engine; an attack that cannot be tried on this image is a verdict, not an error
 */
export async function attempt(run: Run, attack: Attack, target: Target): Promise<AttackResult> {
  const scene = new Scene(run, target, attack.id);
  run.beforeRemoval = () => {
    removeLabelled("container", run.folder); // first, for an image in use stays
    removeImagesOf(run);
  };
  const told = { id: attack.id, title: attack.title, steps: scene.steps, evidence: scene.evidence };
  try {
    const { verdict, reason, ...ending } = await attack.run(scene);
    const stoppedBy = "by" in ending ? ending.by : null;
    return { ...told, verdict, stoppedBy, ...(reason === undefined ? {} : { reason }) };
  } catch (error) {
    if (!(error instanceof NotTried)) throw error;
    return { ...told, verdict: "not tried", reason: error.message, stoppedBy: null };
  } finally {
    await scene.remove();
    removeImagesOf(run);
  }
}

/** A committed container's label is in its image too. The run itself removes no images. */
function removeImagesOf(run: Run): void {
  const images = engineLines("image", "ls", "--quiet", `--filter=label=${RUN_LABEL}=${run.folder}`);
  if (images.length > 0) engineLines("image", "rm", "--force", ...images);
}
