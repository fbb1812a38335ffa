import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";

const exclude = ["**/node_modules/**", "**/dist/**", "**/.venv/**", "out/**"];

/** A FROM line that names an image outside its file. */
export type FromLine = { file: string; line: number; ref: string };

/** The files of a checkout that hold pins. */
export class Repository {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Paths relative to the root, sorted. */
  files(...patterns: string[]): string[] {
    return globSync(patterns, { cwd: this.root, exclude }).toSorted();
  }

  has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  json<T>(file: string): T {
    return JSON.parse(this.read(file)) as T;
  }

  dockerfiles(): string[] {
    return this.files("**/Dockerfile", "**/*.Dockerfile");
  }

  /** FROM lines of every Dockerfile but those that build on `scratch` or on a stage or context made here. */
  fromLines(): FromLine[] {
    return this.dockerfiles().flatMap((file) => {
      const froms = DockerfileParser.parse(this.read(file)).getFROMs();
      const own = new Set(["scratch", ...froms.map((from) => from.getBuildStage())]);
      return froms
        .map((from) => ({ file, line: from.getRange().start.line + 1, ref: from.getImage() ?? "" }))
        .filter(({ ref }) => !own.has(ref) && !this.#localContext(file, ref));
    });
  }

  /** The recipes of the stand-ins build on each other: a name without tag that a bake file hands over as a context. */
  #localContext(file: string, ref: string): boolean {
    return file.startsWith("proof/bases/") && /^[a-z]+$/.test(ref);
  }
}

/** `name:tag@digest`, each part as far as it is there. */
export function partsOf(ref: string): { name: string; tag: string; digest: string } {
  const [image = "", digest = ""] = ref.split("@");
  const colon = image.lastIndexOf(":");
  return colon > image.lastIndexOf("/")
    ? { name: image.slice(0, colon), tag: image.slice(colon + 1), digest }
    : { name: image, tag: "", digest };
}

/** What is in one of two lists only. */
export function unshared(left: Iterable<string>, right: Iterable<string>): string[] {
  const [first, second] = [new Set(left), new Set(right)];
  return [...[...first].filter((item) => !second.has(item)), ...[...second].filter((item) => !first.has(item))];
}
