import { get } from "node:https";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { freePort } from "../free-port.ts";
import { ready, start } from "../servers.ts";
import { type ApiServer, LIMIT_MS } from "./api-server.ts";
import { resourceDefinitions } from "./resource-definitions.ts";

const ACCOUNT = "kyverno-admission-controller";

/**
 * Kyverno's admission controller as a process of its own beside the API server, its webhook on a free loopback port.
 * Returns when it says that it is ready.
 * @param options `flags`: beside its defaults
 * @throws ToolError with the last lines of its log when it ends or does not become ready
 */
export async function startKyverno(
  run: Run,
  api: ApiServer,
  { flags = [] as string[], limitMs = LIMIT_MS } = {},
): Promise<void> {
  // Of the same module that the controller is built from, so both are of one version.
  const files = "config/crds/{kyverno,policies.kyverno.io,policyreport,reports}/*.yaml";
  const definitions = resourceDefinitions("proof/tools/kyverno", "github.com/kyverno/kyverno", files);
  await api.done(["apply", "--server-side", ...definitions.flatMap((file) => ["-f", file])]);
  await api.done(["create", "namespace", "kyverno"]);
  const [port, metrics] = [await freePort(), await freePort()];
  const account = (name: string) => `system:serviceaccount:kyverno:kyverno-${name}-controller`;
  const env = {
    HOME: api.folder,
    KYVERNO_NAMESPACE: "kyverno",
    KYVERNO_SERVICEACCOUNT_NAME: ACCOUNT,
    KYVERNO_DEPLOYMENT: "kyverno-admission-controller",
    KYVERNO_POD_NAME: "kyverno",
    INIT_CONFIG: "kyverno",
    METRICS_CONFIG: "kyverno-metrics",
  };
  const args = [
    `--kubeconfig=${api.kubeconfig}`,
    `--serverIP=127.0.0.1:${port}`, // webhooks by URL instead of a Service, which would need a node
    "--webhookServerHost=127.0.0.1",
    `--webhookServerPort=${port}`,
    "--metricsHost=127.0.0.1",
    `--metricsPort=${metrics}`,
    "--disableMetrics=true",
    "--controllerRuntimeMetricsAddress=0",
    "--caSecretName=kyverno-svc.kyverno.svc.kyverno-tls-ca",
    "--tlsSecretName=kyverno-svc.kyverno.svc.kyverno-tls-pair",
    `--backgroundServiceAccountName=${account("background")}`,
    `--reportsServiceAccountName=${account("reports")}`,
    "--admissionReports=false",
    ...flags,
  ];
  const server = start(run, "kyverno", "kyverno", args, join(api.folder, "kyverno.log"), env);
  await ready(server, "be ready", () => isReady(port), limitMs);
}

/** Its certificate is of its own making and this only asks whether it is up. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({
      host: "127.0.0.1",
      port,
      path: "/health/readiness",
      rejectUnauthorized: false,
      agent: false,
      timeout: 5_000,
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => resolve(false));
    request.on("response", (response) => resolve(response.resume().statusCode === 200));
  });
}
