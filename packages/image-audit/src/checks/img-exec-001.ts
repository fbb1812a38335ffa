import { defineCheck } from "../check.ts";
import { commandChain, locateProgram, shellLine, startCommand } from "../image/command.ts";
import type { ImageConfig } from "../image/observation.ts";
import { redactSecrets } from "../image/secrets.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgExec001 = defineCheck({
  id: "IMG-EXEC-001",
  title: "ENTRYPOINT and CMD are in exec form and their program is in the image",
  severity: "high",
  needs: ["image"],
  rationale:
    "In shell form a shell is PID 1 and does not pass SIGTERM on: every stop ends in SIGKILL. Without a shell in the " +
    "image the container does not start at all.",
  remediation: "Write the command as a JSON array that names a program in the image.",
  references: ["https://docs.docker.com/reference/dockerfile/#shell-and-exec-form"],
  judge(observation) {
    const { config } = observation;
    const chain = commandChain(startCommand(config));
    if (chain.length === 0) {
      return fail('Write CMD ["node", "main.js"].', "neither ENTRYPOINT nor CMD: nothing would start");
    }
    const shellForms = shellFormOf(config);
    if (shellForms.length > 0) return fail('Write it as a JSON array: CMD ["node", "main.js"].', ...shellForms);
    const programs = chain.map((argv) => locateProgram(viewOf(observation), config, argv));
    const problems = programs.flatMap((program) => ("problem" in program ? [program.problem] : []));
    if (problems.length > 0) return fail("Name a program that is in the final image.", ...problems);
    return pass(
      ...programs.flatMap((program) => ("path" in program ? [{ message: "starts", path: program.path }] : [])),
    );
  },
});

function shellFormOf(config: ImageConfig): Evidence[] {
  const { entrypoint, cmd } = config;
  const each = { ENTRYPOINT: shellInside(entrypoint), CMD: shellInside(cmd) };
  const found = Object.values(each).some((line) => line !== null);
  // Each may be harmless alone: ENTRYPOINT ["gosu"], CMD ["app", "sh", "-c", "…"].
  const lines = found ? each : { "ENTRYPOINT with CMD": shellInside(startCommand(config)) };
  return Object.entries(lines).flatMap(([instruction, line]) =>
    line === null
      ? []
      : [{ message: `${instruction} starts a shell: ${JSON.stringify(redactSecrets(line))}`, instruction }],
  );
}

function shellInside(argv: readonly string[]): string | null {
  return (
    commandChain(argv)
      .map(shellLine)
      .find((line) => line !== null) ?? null
  );
}
