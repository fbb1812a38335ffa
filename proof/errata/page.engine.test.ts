import { blocksOf } from "../docs/page.ts";
import { pageTests } from "../docs/page-tests.ts";

const images = ["hardened-node-api:errata", "hardened-node-api:errata-debian", "hardened-node-api:errata-alpine"];
pageTests("errata", blocksOf("docs/errata.md"), { images, variants: ["alpine", "chainguard"] });
