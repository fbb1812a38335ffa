/** One entry of an image's file system. `path` is absolute; `target` is that of a symbolic link. */
export type Entry = {
  kind: "file" | "directory" | "link" | "other";
  path: string;
  mode: string;
  owner: string;
  bytes: number;
  target: string;
};

const LINE = /^(.)(.{9})\S* +(\d+\/\d+) +([\d,]+) \S+ \S+ (.*)$/;
const KINDS: Record<string, Entry["kind"]> = { "-": "file", d: "directory", l: "link" };

/**
 * Reads `tar --list --verbose --numeric-owner --quoting-style=literal` (GNU tar): one entry per line.
 * Hard links have no bytes, so that a file counts once.
 */
export function parseListing(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const [, type = "", bits = "", owner = "", bytes = "", rest = ""] = LINE.exec(line) ?? [];
    if (type === "") return [];
    const [name = "", target = ""] = type === "l" ? rest.split(" -> ") : [rest.split(" link to ")[0]];
    const path = `/${name.replace(/\/$/, "")}`;
    return [
      {
        kind: KINDS[type] ?? "other",
        path,
        mode: octal(bits),
        owner: owner.replace("/", ":"),
        bytes: type === "-" ? Number(bytes) : 0,
        target,
      },
    ];
  });
}

/** "rwxrwxrwt" as "1777". */
function octal(bits: string): string {
  const group = (at: number) =>
    (bits[at] === "r" ? 4 : 0) + (bits[at + 1] === "w" ? 2 : 0) + (/[xst]/.test(bits[at + 2] ?? "") ? 1 : 0);
  const special =
    (/[sS]/.test(bits[2] ?? "") ? 4 : 0) + (/[sS]/.test(bits[5] ?? "") ? 2 : 0) + (/[tT]/.test(bits[8] ?? "") ? 1 : 0);
  return `${special}${group(0)}${group(3)}${group(6)}`;
}
