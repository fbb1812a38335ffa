import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { Route } from "./route.ts";
import { assertFits, type StagedFile, type StagingArea } from "./staging.ts";

/** What `POST /v1/digests` answers: lower-case hexadecimal digests, and the size in bytes. */
export const Digests = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sha512: z.string().regex(/^[0-9a-f]{128}$/),
  size: z.int().nonnegative(),
});
export type Digests = z.infer<typeof Digests>;

/** Digests an upload of any media type, byte for byte as it was sent. */
export function digests(staging: StagingArea): Route {
  return {
    method: "post",
    path: "/v1/digests",
    summary: "SHA-256 and SHA-512 of the request body",
    accepts: "*/*",
    answers: { 200: Digests },
    problems: {
      413: "The body is larger than UPLOAD_LIMIT_BYTES",
      503: "MAX_IN_FLIGHT requests are being worked on; Retry-After says when to try again",
      507: "All uploads together pass STAGED_LIMIT_BYTES, or the staging directory is full",
    },
    handler: async (request, response) => {
      // An announced size is refused before a byte is read; a client that sent "Expect: 100-continue" never sends one.
      const announced = Number(request.headers["content-length"] ?? 0);
      assertFits(announced, staging.limits.uploadLimitBytes);
      const wanted = () => request.headers.expect !== undefined && response.writeContinue();
      response.json(await stageAndDigest(request, await staging.open(announced), wanted));
    },
  };
}

/**
 * Streams a body through a staging file, which is gone when this settles, whatever happened.
 * The digests need no file: it stands for the scan or the store that a real service would hand the upload to.
 * @throws RequestError over a limit; the request's own error when the client went away
 */
async function stageAndDigest(body: IncomingMessage, staged: StagedFile, wanted: () => void): Promise<Digests> {
  const sha256 = createHash("sha256");
  const sha512 = createHash("sha512");
  await using file = staged;
  wanted();
  // destroyOnReturn would take the socket along, and with it the answer that says what was wrong.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    await file.append(chunk);
    sha256.update(chunk);
    sha512.update(chunk);
  }
  return { sha256: sha256.digest("hex"), sha512: sha512.digest("hex"), size: file.size };
}
