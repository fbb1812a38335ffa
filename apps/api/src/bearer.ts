import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { RequestError } from "./errors.ts";
import type { Secret } from "./secret.ts";

/** Lets through who sends the token. https://www.rfc-editor.org/rfc/rfc6750 */
export function requireBearer(token: Pick<Secret, "read">): RequestHandler {
  return async (request, response, next) => {
    const expected = digest(await token.read());
    const [, given = ""] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (timingSafeEqual(digest(given), expected)) return next();
    response.setHeader("WWW-Authenticate", "Bearer");
    throw new RequestError("TOKEN_REQUIRED", "This port asks for a bearer token.");
  };
}

// Digests have one length: comparing takes the same time whatever was guessed right, the length included.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
