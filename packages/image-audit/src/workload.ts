import { z } from "zod";

/** What a run probe needs to know of an app. Without one, behaviour checks are `unknown` and say so. */
export const Workload = z.strictObject({
  /** TCP port the app listens on inside the container. */
  port: z.int().min(1).max(65_535),
  /** A path that answers 2xx when the app can take traffic. */
  readyPath: z.string().startsWith("/"),
  /** A path that answers 2xx as long as the app needs no restart, also while it drains. */
  livePath: z.string().startsWith("/").optional(),
  /** A request whose body the probe sends in two halves, so that it can be held open. */
  request: z
    .strictObject({
      method: z.enum(["POST", "PUT", "PATCH"]),
      path: z.string().startsWith("/"),
      contentType: z.string(),
      bodyBytes: z.int().min(2).max(1_048_576),
      expectStatus: z.int().min(100).max(599),
    })
    .optional(),
  /** Further requests, error paths included, sent one after the other before the container's layer is looked at. */
  traffic: z
    .array(
      z.strictObject({
        method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        path: z.string().startsWith("/"),
        contentType: z.string().optional(),
        body: z.string().optional(),
        expectStatus: z.int().min(100).max(599),
      }),
    )
    .min(1)
    .optional(),
  /** Environment the app needs to start. */
  env: z.record(z.string(), z.string()).optional(),
});
export type Workload = z.infer<typeof Workload>;
