import { blocksOf } from "../docs/page.ts";
import { pageTests } from "../docs/page-tests.ts";

pageTests("errata", blocksOf("docs/errata.md"), ["hardened-node-api:errata"]);
