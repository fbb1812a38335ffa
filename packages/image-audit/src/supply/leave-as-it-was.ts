import type Dockerode from "dockerode";

type Images = Pick<Dockerode, "getImage" | "listImages">;

/**
 * Remembers whether an engine has an image. Disposed, however the work between ends, it has no more than before: a name
 * that came since is taken off, and the image with it unless it has another name.
 * @param reference `host/repository@sha256:…`
 * @param onProgress told when something stays, because the engine would not remove it
 */
export async function leaveAsItWas(
  docker: Images,
  reference: string,
  onProgress?: (line: string) => void,
): Promise<AsyncDisposable> {
  const before = await inspected(docker, reference);
  const ids = new Set((await docker.listImages()).map(({ Id }) => Id));
  const remove = async () => {
    const image = before === undefined ? await inspected(docker, reference) : undefined;
    if (image === undefined) return;
    const names = [...image.RepoTags, ...image.RepoDigests];
    if (ids.has(image.Id) && names.length === 1) return; // it had no name: without this one it would go
    await docker.getImage(reference).remove();
  };
  return {
    async [Symbol.asyncDispose]() {
      try {
        await remove();
      } catch (error) {
        // A container of somebody else may run it by now. What was judged stays judged.
        onProgress?.(`${reference} stays in the engine: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** Undefined for an image that is not there. */
async function inspected(docker: Images, reference: string): Promise<Dockerode.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(reference).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
