import type { IncomingMessage } from "node:http";
import type { Express, RequestHandler } from "express";
import type { z } from "zod";
import { methodNotAllowed } from "./problem.ts";

/** One operation: what server.ts mounts and openapi.ts describes, so that neither can forget it. */
export type Route = {
  method: "get" | "post";
  path: `/${string}`;
  summary: string;
  /** Media type of the request body, when there is one. */
  accepts?: string;
  /** What the handler takes, when it parses the body. */
  body?: z.ZodType;
  /** Successful answers by status; always JSON. */
  answers: Record<number, z.ZodType>;
  /** Errors by status, with the reason; always a problem (RFC 9457). */
  problems?: Record<number, string>;
  handler: RequestHandler;
};

/** Mounts a route behind `guards`; its path answers 405 to every other method. */
export function mount(
  app: Express,
  { method, path, handler }: Pick<Route, "method" | "path" | "handler">,
  ...guards: RequestHandler[]
): void {
  const allowed = method === "get" ? "GET, HEAD" : method.toUpperCase();
  app
    .route(path)
    [method](...guards, handler)
    .all(methodNotAllowed(allowed));
}

/** The path of the route that a request reached, as it is mounted: bounded, whatever URLs a client invents. */
export function templateOf(request: IncomingMessage): string {
  const route: unknown = "route" in request ? request.route : undefined;
  const path = typeof route === "object" && route !== null && "path" in route ? route.path : undefined;
  return typeof path === "string" ? path : "unmatched";
}
