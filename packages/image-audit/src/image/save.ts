import type Dockerode from "dockerode";
import { connectEngine } from "../engine.ts";
import { AuditError } from "../errors.ts";
import type { Digest } from "../outcome.ts";

/** What the image probe needs besides a name. `docker` defaults to the engine that testcontainers finds. */
export type ProbeOptions = { signal?: AbortSignal; docker?: Dockerode };

/** An image in an engine. `save` asks for its archive, as a stream. */
export type EngineImage = {
  id: Digest;
  architecture: string;
  /** Digests of the uncompressed layers, oldest first. */
  diffIds: Digest[];
  save: () => Promise<NodeJS.ReadableStream>;
};

/**
 * Looks an image up in the engine; nothing is pulled.
 * @throws AuditError REFERENCE_INVALID, IMAGE_NOT_FOUND, ENGINE_UNREACHABLE
 */
export async function findImage(reference: string, { signal, docker }: ProbeOptions): Promise<EngineImage> {
  signal?.throwIfAborted();
  if (!asReference.test(reference)) throw invalidReference(reference);
  const image = (docker ?? (await connectEngine())).getImage(reference);
  const asked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((cause: unknown) => {
      throw engineError(reference, cause);
    });
  const { Id, Architecture, RootFS } = await asked(image.inspect());
  return {
    id: Id as Digest,
    architecture: Architecture,
    diffIds: (RootFS.Layers ?? []) as Digest[],
    save: () => asked(image.get()),
  };
}

// It becomes part of a request's path: "../x" must not ask the engine for something else.
const asReference = /^\w[\w.-]*(?:[/:@]\w[\w.-]*)*$/;

function invalidReference(reference: string, options?: { cause: unknown }): AuditError {
  return new AuditError(
    "REFERENCE_INVALID",
    `invalid image reference: expected NAME, NAME:TAG or an ID, got ${JSON.stringify(reference)}`,
    options,
  );
}

function engineError(reference: string, cause: unknown): AuditError {
  const status = cause instanceof Error && "statusCode" in cause ? cause.statusCode : undefined;
  if (status === 400) return invalidReference(reference, { cause });
  return status === 404
    ? new AuditError("IMAGE_NOT_FOUND", `expected an image, got none named ${reference}, build or pull it`, { cause })
    : new AuditError("ENGINE_UNREACHABLE", "expected the engine to hand out an image, got an error, start the engine", {
        cause,
      });
}
