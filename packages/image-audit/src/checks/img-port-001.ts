import { defineCheck } from "../check.ts";
import { startedPrograms } from "../image/started.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgPort001 = defineCheck({
  id: "IMG-PORT-001",
  title: "The configured ports are 1024 or above",
  severity: "medium",
  needs: ["image"],
  rationale:
    "Below 1024 a process needs a capability that a non-root user does not have. Docker hides that by opening low ports " +
    "to everybody; other run times do not, and there the container does not start.",
  remediation: "Listen on a high port and let the Service or the publishing map it.",
  references: ["https://docs.kernel.org/networking/ip-sysctl.html"],
  judge(observation) {
    const { config } = observation;
    const exposed = config.exposedPorts.flatMap((port) => ports(`EXPOSE ${port}`, port));
    const variables = Object.entries(config.env).flatMap(([name, value]) =>
      listening.test(name) ? ports(`environment variable ${name}=${value}`, value) : [],
    );
    const options = startedPrograms(viewOf(observation), config).flatMap(({ argv, env, where }) => [
      ...argv.flatMap((argument, index) => {
        const [, inline] = /^--port(?:=(\d+))?$/.exec(argument) ?? [];
        const value = argument === "--port" ? argv[index + 1] : inline;
        return value === undefined ? [] : ports(`${where}: --port ${value}`, value);
      }),
      ...ports(`${where}: PORT=${env["PORT"]}`, env["PORT"] ?? ""),
    ]);
    const found = new Map([...exposed, ...variables, ...options].map((seen) => [seen.evidence.message, seen]));
    const low = [...found.values()].filter(({ port }) => port > 0 && port < 1024);
    if (low.length > 0) return fail("Listen on 1024 or above, 3000 say.", ...low.map(({ evidence }) => evidence));
    return pass(...(found.size === 0 ? ["no port in the configuration"] : [...found.keys()]));
  },
});

// SMTP_PORT and DB_PORT are ports of somebody else.
const listening = /^((APP|HTTPS?|LISTEN|NODE|SERVER|ADMIN|METRICS)_)?PORT$/;

// "80/tcp", or a range that nobody expanded: "80-90/tcp".
function ports(message: string, value: string): { evidence: Evidence; port: number }[] {
  const first = /^(\d+)(?:-\d+)?(?:\/\w+)?$/.exec(value)?.[1];
  return first === undefined ? [] : [{ evidence: { message }, port: Number(first) }];
}
