// Text that a shell carries in itself, whatever its file is called. Seen in the packages of Debian 12 and 13 and in
// busybox. "PS4=+ " is the initial value that every descendant of the Almquist shell compiles in.
const markers = [
  ["busybox", "BusyBox v"],
  ["toybox", "Toybox %s multicall binary"],
  ["bash", "GNU bash, version"],
  ["zsh", "ZSH_VERSION"],
  ["ksh", "KSH_VERSION"],
  ["dash", "PS4=+ "],
] as const;

/** The shell that a compiled program is, by its content; undefined when it is none that is known here. */
export function shellIn(content: Buffer): string | undefined {
  return markers.find(([, marker]) => content.includes(marker, 0, "latin1"))?.[0];
}
