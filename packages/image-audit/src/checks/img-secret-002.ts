import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { startCommand } from "../image/command.ts";
import { credentialFile, credentialPatterns, furtherNames } from "../image/credentials.ts";
import { inLayer } from "../image/evidence.ts";
import { deletedBy } from "../image/hidden.ts";
import type { ImageConfig, Layer } from "../image/observation.ts";
import { credentialNames, redactSecrets, secretPatterns, secretsIn } from "../image/secrets.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgSecret002 = defineCheck({
  id: "IMG-SECRET-002",
  title:
    "No token, keystore or cluster credential in any layer, large files, labels, commands and build arguments included",
  severity: "critical",
  needs: ["image"],
  rationale:
    "What IMG-SECRET-001 leaves open: files over 1 MiB, JSON Web Tokens, keystores, the logins of docker, kubectl, netrc " +
    "and yarn, labels, commands, and build arguments, whose value provenance records even when the history does not.",
  remediation:
    "Rotate what was exposed. Keep it out of the context with .dockerignore; mount it where a build needs it.",
  references: [
    "https://docs.docker.com/build/building/secrets/",
    "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
  ],
  judge({ config, layers: { layers } }) {
    const found = [
      ...layers.flatMap((layer, index) => fileCredentials(layer, layers.slice(index + 1))),
      ...textCredentials(config),
      ...historyCredentials(config),
    ];
    const fix = "Rotate it, keep it out of the build context (.dockerignore) and use RUN --mount=type=secret.";
    if (found.length > 0) return fail(fix, ...found);
    return pass(`${layers.length} layers, the environment, labels, commands and history`);
  },
});

function fileCredentials(layer: Layer, later: readonly Layer[]): Evidence[] {
  return layer.files.flatMap((entry) => {
    if (entry.type !== "file") return [];
    const kinds = [...(entry.credentials ?? []), ...credentialFile(entry)];
    if (kinds.length === 0) return [];
    const by = deletedBy(entry.path, later);
    const deleted =
      by === undefined ? "" : `; deleted later by ${redactSecrets(by.instruction)}, and still in this layer`;
    return [inLayer(kinds.join(", ") + deleted, layer, entry.path)];
  });
}

/** Labels and commands by everything that is known; variables by what IMG-SECRET-001 does not know. */
function textCredentials(config: ImageConfig): Evidence[] {
  const { env, labels, healthcheck } = config;
  const commands = [...startCommand(config), ...(healthcheck?.test ?? [])];
  const said = (where: string, kinds: string[]): Evidence[] =>
    kinds.length > 0 ? [{ message: `${where}: ${kinds.join(", ")}` }] : [];
  return [
    ...Object.entries(env).flatMap(([name, value]) =>
      said(`environment variable ${name}`, [...further(value), ...byName(furtherNames(`${name}=${value}`))]),
    ),
    ...Object.entries(labels).flatMap(([name, value]) => {
      const text = `${name.replace(/^.*\./, "").replaceAll("-", "_")}=${value}`;
      const names = [...credentialNames(text), ...furtherNames(text)];
      return said(`label ${name}`, [...everything(value), ...byName(names)]);
    }),
    ...commands.flatMap((word) =>
      said(`command ${posix.basename(commands[0] ?? "")}`, [
        ...everything(word),
        ...credentialNames(word),
        ...furtherNames(word),
      ]),
    ),
  ];
}

function historyCredentials({ history }: ImageConfig): Evidence[] {
  return history.flatMap(({ instruction, layer }) => {
    const argument = /^ARG (\w+)$/.exec(instruction.trim())?.[1];
    const names = argument === undefined ? [] : [...credentialNames(`${argument}=x`), ...furtherNames(`${argument}=x`)];
    const kinds = [
      ...further(instruction),
      ...furtherNames(instruction),
      ...names.map((name) => `build argument ${name}, whose value provenance records`),
    ];
    if (kinds.length === 0) return [];
    const where = layer === null ? {} : { layer };
    return [{ message: `history: ${kinds.join(", ")}`, instruction: redactSecrets(instruction), ...where }];
  });
}

function further(text: string): string[] {
  return secretsIn(Buffer.from(text), "", credentialPatterns);
}

function everything(text: string): string[] {
  return secretsIn(Buffer.from(text), "", [...secretPatterns, ...credentialPatterns]);
}

function byName(names: readonly string[]): string[] {
  return names.length > 0 ? ["credential by its name"] : [];
}
