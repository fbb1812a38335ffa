import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { JSON_LIMIT_BYTES, readJson } from "./json-body.ts";
import type { Route } from "./route.ts";

const hex = (digits: number) => {
  const expected = `expected ${digits} hexadecimal digits`;
  return z.string(expected).regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), expected);
};

/** Data and what its digests should be. Strict: a misspelt "sha512" must not pass as verified. */
const Claim = z.strictObject(
  {
    data: z.base64("expected base64 with padding (RFC 4648, section 4)"),
    sha256: hex(64),
    sha512: hex(128).optional(),
  },
  // Not zod's own message: it would repeat the member names that the client chose.
  {
    error: ({ code }) =>
      code === "unrecognized_keys" ? "expected data, sha256, sha512 and nothing else" : "expected an object",
  },
);

/** Says whether data has the digests that are claimed for it. */
export function verify(): Route {
  return {
    method: "post",
    path: "/v1/digests/verify",
    summary: "Whether the data has the digests given",
    accepts: "application/json",
    body: Claim,
    answers: { 200: z.object({ matches: z.boolean() }) },
    problems: {
      400: "The body is not valid JSON",
      413: `The body is larger than ${JSON_LIMIT_BYTES} bytes`,
      415: "The body is not application/json in UTF-8, or it is compressed",
      422: "The body is JSON, but not what this route expects; `errors` lists every issue",
      503: "MAX_IN_FLIGHT requests are being worked on; Retry-After says when to try again",
    },
    handler: async (request, response) => {
      const { data, sha256, sha512 } = await readJson(request, response, Claim);
      const bytes = Buffer.from(data, "base64");
      // In constant time: a service that takes the digest for a password must not lose it digit by digit.
      const same = (algorithm: string, claimed: string) =>
        timingSafeEqual(createHash(algorithm).update(bytes).digest(), Buffer.from(claimed, "hex"));
      const results = [same("sha256", sha256), sha512 === undefined || same("sha512", sha512)];
      response.json({ matches: results.every(Boolean) });
    },
  };
}
