import type Dockerode from "dockerode";
import { getContainerRuntimeClient } from "testcontainers";
import { AuditError } from "./errors.ts";

/**
 * The connection that every probe shares. testcontainers finds the engine: DOCKER_HOST, its properties file, the
 * rootless and the default socket.
 * @throws AuditError ENGINE_UNREACHABLE
 */
export async function connectEngine(): Promise<Dockerode> {
  try {
    return (await getContainerRuntimeClient()).container.dockerode;
  } catch (cause) {
    throw new AuditError(
      "ENGINE_UNREACHABLE",
      "expected a container engine, got none that answers, start it or point DOCKER_HOST at it",
      { cause },
    );
  }
}
