import { generateKeyPairSync } from "node:crypto";
import { pushNodeImage } from "../../sigstore/small-image.ts";
import type { Row, Scene } from "../row.ts";

/** What is in the image itself: a signature says who made it, not that it is sound. */
export const imageRows: Row[] = [
  found("a private key in a layer, deleted by a later one", ["IMG-SECRET-001"], ({ registry }) => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    return pushNodeImage(`${registry}/secret`, [{ "app/id": key }, { "app/.wh.id": "" }]);
  }),
  found("an image that runs as root", ["IMG-USER-001", "IMG-OWNER-001"], ({ registry }) =>
    pushNodeImage(`${registry}/root`, [], "0:0"),
  ),
];

/** Lifted, the findings of these checks do not count, and every other does. */
function found(attack: string, checks: string[], push: (scene: Scene) => string): Row {
  return {
    attack,
    control: `the check ${checks.join(" and ")}`,
    places: ["image-audit's image checks"],
    mount: (scene) => {
      const ask = (image: string) => ({ image, accepted: scene.accepted, needs: [] });
      const refused = ask(push(scene));
      return { refused, good: ask(pushNodeImage(`${scene.registry}/node`)), lifted: { ...refused, without: checks } };
    },
  };
}
