import type { Readable } from "node:stream";
import { checks } from "../checks.ts";
import { connectEngine } from "../engine.ts";
import { AuditError } from "../errors.ts";
import { type ObserveOptions, observe } from "../observe.ts";
import { credentialsOf } from "../registry/credentials.ts";
import { type AuditReport, judge } from "../report.ts";
import { leaveAsItWas } from "./leave-as-it-was.ts";
import type { SupplyObservation } from "./observation.ts";

/**
 * Pulls exactly the digest that was verified, audits it as it stands in the engine, and removes what it pulled.
 * @throws AuditError ENGINE_UNREACHABLE, ENGINE_FAILED, and as `observe`
 */
export async function auditPulled(supply: SupplyObservation, options: ObserveOptions): Promise<AuditReport> {
  const { repository, image } = supply;
  const { signal } = options;
  const reference = `${repository}@${image.id}`;
  const docker = await connectEngine();
  await using _engine = await leaveAsItWas(docker, reference, options.onProgress);
  options.onProgress?.(`pulling ${reference}`);
  const stored = credentialsOf(repository.split("/")[0] ?? "");
  const [username, ...password] = stored === undefined ? [] : Buffer.from(stored, "base64").toString().split(":");
  const login =
    username === undefined ? {} : { authconfig: { username, password: password.join(":"), serveraddress: "" } };
  const observedAt = new Date();
  try {
    const stream = (await docker.pull(reference, { ...login, ...(signal ? { abortSignal: signal } : {}) })) as Readable;
    signal?.addEventListener("abort", () => stream.destroy(signal.reason as Error));
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuditError("ENGINE_FAILED", `expected the engine to pull ${reference}, got: ${reason}`, { cause });
  }
  const observation = await observe(reference, { stopMs: 10_000, ...options });
  return judge(observation, { stopMs: 10_000 }, checks, observedAt);
}
