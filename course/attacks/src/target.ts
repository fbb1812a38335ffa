import { type Contract, imageOf } from "ladder";
import { ROOT } from "pipeline/bake";
import { type Profile, readProfile } from "pipeline/profile";

/** What is attacked: an image, how it runs, and the files whose lines may stop an attack. */
export type Target = {
  /** What messages call it: "stage-1", "alpine". */
  name: string;
  image: { reference: string; id: string };
  /** Dockerfile, relative to `root`; its ignore file stands beside it. */
  dockerfile: string;
  run: "plain" | "profile";
  profile: Profile;
  root: string;
  /** How a deployment names the image: by a tag, which can be moved, or by what it is. */
  deployedBy: "tag" | "id";
};

/**
 * The image of a contract, run as the contract says.
 * @param id of the image that was built: a tag may be another checkout's by now
 */
export function targetOf(contract: Contract, id: string): Target {
  return {
    name: contract.image,
    image: { reference: imageOf(contract), id },
    dockerfile: contract.dockerfile,
    run: contract.run,
    profile: readProfile(),
    root: ROOT,
    deployedBy: "tag",
  };
}
