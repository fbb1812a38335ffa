import type { Check } from "./check.ts";
import { imgDevdeps001 } from "./checks/img-devdeps-001.ts";
import { imgEnv001 } from "./checks/img-env-001.ts";
import { imgExec001 } from "./checks/img-exec-001.ts";
import { imgHealth001 } from "./checks/img-health-001.ts";
import { imgOwner001 } from "./checks/img-owner-001.ts";
import { imgPkg001 } from "./checks/img-pkg-001.ts";
import { imgSecret001 } from "./checks/img-secret-001.ts";
import { imgShell001 } from "./checks/img-shell-001.ts";
import { imgSize001 } from "./checks/img-size-001.ts";
import { imgUser001 } from "./checks/img-user-001.ts";
import { runChecks } from "./run-checks.ts";

/** Checks of the configuration and the layers. They need no container. */
export const imageChecks: readonly Check[] = [
  imgDevdeps001,
  imgEnv001,
  imgExec001,
  imgHealth001,
  imgOwner001,
  imgPkg001,
  imgSecret001,
  imgShell001,
  imgSize001,
  imgUser001,
];

/** Every check there is. */
export const checks: readonly Check[] = [...imageChecks, ...runChecks];
