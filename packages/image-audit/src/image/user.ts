import { type MergedView, resolvePath } from "./view.ts";

/**
 * What a USER line becomes when the container starts. `numeric`: the user part is a number; `hasGroup`: a group is
 * named. `groups` are the supplementary ones.
 */
export type RuntimeUser = { uid: number; gid: number; numeric: boolean; hasGroup: boolean; groups: number[] };

/**
 * Resolves USER as the engine does: names through the image's own passwd and group; a UID without a passwd entry gets
 * GID 0; supplementary groups only where no group was named.
 * https://github.com/moby/sys/blob/main/user/user.go (GetExecUser)
 * @returns null when a name is not in the image: the container cannot start
 */
export function resolveUser(view: MergedView, user: string): RuntimeUser | null {
  const [name = "", group = ""] = user === "" ? ["0"] : user.split(":");
  const numeric = isNumber(name);
  const account = records(view, "/etc/passwd").find((fields) =>
    numeric ? Number(fields[2]) === Number(name) : fields[0] === name,
  );
  if (account === undefined && !numeric) return null;
  const uid = Number(account?.[2] ?? name);
  const hasGroup = group !== "";
  const gid = hasGroup ? groupId(view, group) : Number(account?.[3] ?? 0);
  if (gid === null || Number.isNaN(uid) || Number.isNaN(gid)) return null;
  return { uid, gid, numeric, hasGroup, groups: hasGroup ? [] : memberships(view, account?.[0]) };
}

/** Whether a user or group is written as a number, as Kubernetes' runAsNonRoot asks. */
export function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function groupId(view: MergedView, group: string): number | null {
  if (isNumber(group)) return Number(group);
  const found = records(view, "/etc/group").find((fields) => fields[0] === group);
  return found === undefined ? null : Number(found[2]);
}

function memberships(view: MergedView, account: string | undefined): number[] {
  if (account === undefined) return [];
  return records(view, "/etc/group")
    .filter((fields) => fields[3]?.split(",").includes(account))
    .map((fields) => Number(fields[2]));
}

function records(view: MergedView, path: string): string[][] {
  const text = resolvePath(view, path)?.entry.text ?? "";
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trim().split(":"));
}
