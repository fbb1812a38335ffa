import { HardenedContainer } from "./hardened-container.ts";
import type { RungContext } from "./rung.ts";

/** A container as the context wants it: under its profile or plain, with the environment the workload needs. */
export function containerFor({ image, profile, workload }: RungContext): HardenedContainer {
  const container = new HardenedContainer(image).withEnvironment(workload?.env ?? {});
  if (profile !== undefined) container.withProfile(profile);
  return container;
}

/** The same with the app's port published. */
export function servingContainerFor(context: RungContext): HardenedContainer {
  const container = containerFor(context);
  return context.workload === undefined ? container : container.withLoopbackPort(context.workload.port);
}
