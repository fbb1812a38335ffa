import { dirname } from "node:path";
import { matchesGlob } from "node:path/posix";
import { parse } from "yaml";
import type { Repository } from "./repository.ts";

/** A place with pins, as Dependabot counts them: ecosystem and folder, "/" for the root. */
export type Place = { ecosystem: string; folder: string };

type Update = { "package-ecosystem": string; directory?: string; directories?: string[] };

/** Files by which a folder has pins of an ecosystem. */
const MARKS: Record<string, string[]> = {
  docker: ["**/Dockerfile", "**/*.Dockerfile"],
  "github-actions": [".github/workflows/*.{yml,yaml}"],
  gomod: ["**/go.mod"],
  npm: ["pnpm-lock.yaml", "**/package-lock.json"],
  pip: ["**/requirements.txt"],
};

/** The names of the same ecosystems in Renovate. */
export const MANAGERS: Record<string, string> = {
  docker: "dockerfile",
  "github-actions": "github-actions",
  gomod: "gomod",
  npm: "npm",
  pip: "pip_requirements",
};

/** Every folder that holds pins. */
export function placesOf(repository: Repository): Place[] {
  return Object.entries(MARKS).flatMap(([ecosystem, marks]) => {
    const files = repository.files(...marks);
    // Workflows have one place by definition: the root.
    const folders = files.map((file) => (ecosystem === "github-actions" ? "." : dirname(file)));
    return [...new Set(folders)].map((folder) => ({ ecosystem, folder: folder === "." ? "/" : `/${folder}` }));
  });
}

/** Folders and globs that dependabot.yml configures. */
export function dependabotPlaces(repository: Repository): Place[] {
  const { updates } = parse(repository.read(".github/dependabot.yml")) as { updates: Update[] };
  return updates.flatMap(({ "package-ecosystem": ecosystem, directory, directories }) =>
    [...(directories ?? []), ...(directory === undefined ? [] : [directory])].map((folder) => ({ ecosystem, folder })),
  );
}

/** What exists and nobody updates, and what is configured and does not exist. */
export function differences(existing: Place[], configured: Place[]): string[] {
  const covers = (place: Place) => (entry: Place) =>
    entry.ecosystem === place.ecosystem && matchesGlob(place.folder, entry.folder);
  return [
    ...existing
      .filter((place) => !configured.some(covers(place)))
      .map(({ ecosystem, folder }) => `nothing updates ${ecosystem} in ${folder}`),
    ...configured
      .filter((entry) => !existing.some((place) => covers(place)(entry)))
      .map(({ ecosystem, folder }) => `there is no ${ecosystem} in ${folder}`),
  ];
}
