import type { RequestHandler } from "express";
import type { z } from "zod";

/** One operation: what server.ts mounts and openapi.ts describes, so that neither can forget it. */
export type Route = {
  method: "get" | "post";
  path: `/${string}`;
  summary: string;
  /** Media type of the request body, when there is one. */
  accepts?: string;
  /** Successful answers by status; always JSON. */
  answers: Record<number, z.ZodType>;
  /** Errors by status, with the reason; always a problem (RFC 9457). */
  problems?: Record<number, string>;
  handler: RequestHandler;
};
