/** Areas of the checks grid, in reading order; a check belongs to the first whose pattern its ID matches. */
const AREAS: readonly { title: string; pattern: RegExp }[] = [
  {
    title: "Users and permissions",
    pattern: /^(IMG|RUN)-(USER|OWNER|UID|GID|SUID|SETUID|FCAP|CAP|CAPS|PERM|MODE|WORLD|PRIV|NNP)-/,
  },
  { title: "Secrets", pattern: /^IMG-(SECRET|KEY|TOKEN|DOTENV)/ },
  {
    title: "Contents and size",
    pattern: /^IMG-(SIZE|WASTE|PKG|SHELL|APPLET|TOOLS?|DEVDEPS|DEPS|EXTRA|LINKS?|DANGLING|COUNT|SHIP|PROGRAM)/,
  },
  { title: "File system at run time", pattern: /^RUN-(ROFS|WRITES?|TMP|DIFF)-/ },
  {
    title: "Start, signals and stop",
    pattern:
      /^(IMG-EXEC|IMG-NPMSTART|RUN-(SIGTERM|SIGNAL|DRAIN|REAP|INIT|PID1|START|STOP|IDLE|READY|LIVE|CONN|KEEPALIVE))/,
  },
  { title: "Health check", pattern: /^(IMG|RUN)-HEALTH-/ },
  { title: "Network and certificates", pattern: /^(IMG|RUN)-(CA|TLS|PORT|LISTEN|EGRESS|NET)-/ },
  { title: "Memory and Node", pattern: /^(IMG|RUN)-(ENV|NODE|HEAP|MEM|OOM|INSPECT|DEBUG|CORE|REPORT|SWITCH)/ },
  { title: "Supply chain", pattern: /^SUP-/ },
  { title: "More of the image", pattern: /^IMG-/ },
  { title: "More of the running container", pattern: /./ },
];

/** Check IDs by area; an area without checks is left out. */
export function byArea(ids: readonly string[]): { title: string; ids: string[] }[] {
  const areaOf = (id: string) => AREAS.find(({ pattern }) => pattern.test(id))?.title;
  return AREAS.map(({ title }) => ({ title, ids: ids.filter((id) => areaOf(id) === title) })).filter(
    (area) => area.ids.length > 0,
  );
}
