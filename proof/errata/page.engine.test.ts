import { blocksOf } from "../docs/page.ts";
import { pageTests } from "../docs/page-tests.ts";

const images = ["errata", "errata-base", "errata-debian", "errata-alpine"].map((tag) => `hardened-node-api:${tag}`);
pageTests("errata", blocksOf("docs/errata.md"), { images, variants: ["alpine", "chainguard"] });
