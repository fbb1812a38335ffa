import type { Check } from "./check.ts";
import { imgDevdeps001 } from "./checks/img-devdeps-001.ts";
import { imgEnv001 } from "./checks/img-env-001.ts";
import { imgExec001 } from "./checks/img-exec-001.ts";
import { imgFcap001 } from "./checks/img-fcap-001.ts";
import { imgHealth001 } from "./checks/img-health-001.ts";
import { imgInspect001 } from "./checks/img-inspect-001.ts";
import { imgLink001 } from "./checks/img-link-001.ts";
import { imgNodeopt001 } from "./checks/img-nodeopt-001.ts";
import { imgNpmstart001 } from "./checks/img-npmstart-001.ts";
import { imgOwner001 } from "./checks/img-owner-001.ts";
import { imgPkg001 } from "./checks/img-pkg-001.ts";
import { imgPort001 } from "./checks/img-port-001.ts";
import { imgProgram001 } from "./checks/img-program-001.ts";
import { imgSecret001 } from "./checks/img-secret-001.ts";
import { imgSecret002 } from "./checks/img-secret-002.ts";
import { imgSetuid001 } from "./checks/img-setuid-001.ts";
import { imgShell001 } from "./checks/img-shell-001.ts";
import { imgShell002 } from "./checks/img-shell-002.ts";
import { imgSize001 } from "./checks/img-size-001.ts";
import { imgTls001 } from "./checks/img-tls-001.ts";
import { imgUser001 } from "./checks/img-user-001.ts";
import { imgWaste001 } from "./checks/img-waste-001.ts";
import { imgWorld001 } from "./checks/img-world-001.ts";
import { runChecks } from "./run-checks.ts";

/** Checks of the configuration and the layers. They need no container. */
export const imageChecks: readonly Check[] = [
  imgDevdeps001,
  imgEnv001,
  imgExec001,
  imgFcap001,
  imgHealth001,
  imgInspect001,
  imgLink001,
  imgNodeopt001,
  imgNpmstart001,
  imgOwner001,
  imgPkg001,
  imgPort001,
  imgProgram001,
  imgSecret001,
  imgSecret002,
  imgSetuid001,
  imgShell001,
  imgShell002,
  imgSize001,
  imgTls001,
  imgUser001,
  imgWaste001,
  imgWorld001,
];

/** Every check there is. */
export const checks: readonly Check[] = [...imageChecks, ...runChecks];
