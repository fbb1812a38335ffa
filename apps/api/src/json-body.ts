import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { RequestError } from "./errors.ts";

/** Bytes. All slots full of bodies are 16 MiB: small enough for a 256 MiB container. */
export const JSON_LIMIT_BYTES = 256 * 2 ** 10;

/**
 * Reads, parses and validates a JSON body. Not express.json(): for a body that is too large it reads the whole of it
 * before it answers, and it knows nothing of "Expect: 100-continue".
 * @throws RequestError `MEDIA_TYPE_UNSUPPORTED`, `BODY_TOO_LARGE`, `JSON_INVALID`, `BODY_INVALID` with every issue
 */
export async function readJson<T extends z.ZodType>(
  request: IncomingMessage,
  response: ServerResponse,
  schema: T,
): Promise<z.infer<T>> {
  assertJson(request);
  const limit = JSON_LIMIT_BYTES;
  const tooLarge = () => new RequestError("BODY_TOO_LARGE", `A JSON body may have at most ${limit} bytes.`);
  const announced = Number(request.headers["content-length"] ?? limit);
  if (announced > limit) throw tooLarge();
  if (request.headers.expect !== undefined) response.writeContinue();

  // Copied into one buffer. A list of chunks would let a client that sends single bytes make an object of each.
  const body = Buffer.allocUnsafeSlow(announced);
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (size + chunk.byteLength > limit) throw tooLarge();
    size += chunk.copy(body, size);
  }

  const { data, error } = schema.safeParse(parse(body.subarray(0, size)));
  if (error === undefined) return data;
  const errors = error.issues.map(({ path, message }) => ({ pointer: ["#", ...path].join("/"), detail: message }));
  throw new RequestError("BODY_INVALID", "The body is not what this route expects.", { errors });
}

function assertJson({ headers }: IncomingMessage): void {
  const type = headers["content-type"] ?? "";
  // No content coding: nobody may send a kilobyte that becomes a gigabyte.
  const coding = (headers["content-encoding"] ?? "identity").toLowerCase();
  if (/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type) && coding === "identity") return;
  throw new RequestError("MEDIA_TYPE_UNSUPPORTED", "This route takes application/json in UTF-8, not compressed.");
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new RequestError("JSON_INVALID", "The body is not valid JSON.", { cause });
  }
}
