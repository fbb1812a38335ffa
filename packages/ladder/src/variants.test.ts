import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checks } from "image-audit";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { signed } from "./contracts/4-signed.ts";
import { variantOf, variants } from "./variants.ts";

const others = Object.entries(variants).filter(([, contract]) => contract !== signed);
const dockerfile = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("distroless is the ladder's last stage; the others have an image and a Dockerfile of their name", () => {
  expect(variantOf("distroless")).toBe(signed);
  expect(others.map(([name]) => name)).toEqual(["alpine", "chainguard"]);
  for (const [name, contract] of others) {
    expect(contract).toMatchObject({ image: name, dockerfile: `docker/variants/${name}.Dockerfile`, run: signed.run });
  }
});

test("a fault of a variant is a real check with its reason", () => {
  const known = checks.map(({ id }) => id as string);
  for (const [, { faults, skipped }] of others) {
    for (const [id, why] of Object.entries({ ...faults, ...skipped })) {
      expect(known).toContain(id);
      expect((why ?? "").length, id).toBeGreaterThan(10);
    }
  }
});

test.each([undefined, "debian", "toString"])("variant %s is refused with what was expected", (name) => {
  expect(() => variantOf(name)).toThrow(expect.objectContaining({ code: "VARIANT_UNKNOWN", exitCode: 2 }));
});

test.each(others)("%s is built like stage 4 and starts the app with the same flags", (_, contract) => {
  const text = dockerfile(contract.dockerfile);
  const built = (of: string) =>
    of.slice(of.indexOf("# Compiled without"), of.indexOf("/out/node_modules/.pnpm-workspace"));
  const flags = (of: string) => /^CMD \["[^"]*node", (.*)\]$/m.exec(of)?.[1];
  const stage4 = dockerfile(signed.dockerfile);
  expect(built(text)).toBe(built(stage4));
  expect(built(text)).toContain("pnpm --filter api deploy --prod");
  expect(flags(text)).toBe(flags(stage4));
  expect(flags(text)).toContain("--max-old-space-size");
  expect(text).toContain("\nUSER 65532:65532\n");
});
