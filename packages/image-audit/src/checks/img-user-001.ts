import { defineCheck } from "../check.ts";
import { isNumber, resolveUser } from "../image/user.ts";
import { type MergedView, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgUser001 = defineCheck({
  id: "IMG-USER-001",
  title: "USER is a numeric user and a numeric group, neither of them root",
  severity: "high",
  needs: ["image"],
  rationale:
    "Root in a container is root in its kernel: one escape away from the host. Kubernetes' runAsNonRoot cannot verify a " +
    "name, and a numeric user without a passwd entry runs with group 0, which many images give write access.",
  remediation: "Set the user and the group as numbers.",
  references: [
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    "https://docs.docker.com/reference/dockerfile/#user",
  ],
  judge(observation) {
    const { user } = observation.config;
    const problems = userProblems(viewOf(observation), user);
    if (problems.length > 0) return fail("Write USER 65532:65532.", ...problems);
    return pass(`USER ${user}`);
  },
});

function userProblems(view: MergedView, user: string): string[] {
  if (user === "") return ["no USER: the container runs as root"];
  const [name = "", group = ""] = user.split(":");
  const resolved = resolveUser(view, user);
  const problems: string[] = [];
  if (!isNumber(name)) problems.push(`USER ${user}: the user is a name, which runAsNonRoot cannot verify`);
  if (resolved === null) {
    problems.push(`USER ${user}: the image's passwd or group file does not have it, so the container cannot start`);
    return problems;
  }
  if (resolved.uid === 0) problems.push(`USER ${user}: the user is root (UID 0)`);
  if (!resolved.hasGroup) problems.push(`USER ${user}: no group, so the image decides: GID ${resolved.gid}`);
  else if (!isNumber(group)) problems.push(`USER ${user}: the group is a name`);
  if (resolved.gid === 0) problems.push(`USER ${user}: the group is root (GID 0)`);
  return problems;
}
