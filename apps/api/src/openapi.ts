import { z } from "zod";
import { Problem } from "./problem.ts";
import type { Route } from "./route.ts";

const OpenApi = z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) });
export type OpenApi = z.infer<typeof OpenApi>;

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

/** Serves the description of `routes` and of itself. */
export function openapi(routes: readonly Route[]): Route {
  const route: Route = {
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    answers: { 200: OpenApi },
    handler: (_request, response) => void response.json(document),
  };
  const document = describe([...routes, route]);
  return route;
}

/** OpenAPI 3.1 document; its schemas come from the zod schemas that the handlers use. https://spec.openapis.org/oas/v3.1.1 */
export function describe(routes: readonly Route[]): OpenApi {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: "3.1.1",
    info: { title: "Digest API", version: "1" },
    paths,
    components: { schemas: { Problem: z.toJSONSchema(Problem) } },
  };
}

function operation({ summary, accepts, body, answers, problems = {} }: Route) {
  const responses: Record<string, unknown> = { default: problem("Any other error") };
  for (const [status, schema] of Object.entries(answers)) {
    responses[status] = { description: "Success", content: { "application/json": { schema: z.toJSONSchema(schema) } } };
  }
  for (const [status, description] of Object.entries(problems)) responses[status] = problem(description);
  // OpenAPI 3.1: raw bytes have a media type and no schema.
  const content = accepts && { [accepts]: body ? { schema: z.toJSONSchema(body, { io: "input" }) } : {} };
  return { summary, ...(content && { requestBody: { required: body !== undefined, content } }), responses };
}
