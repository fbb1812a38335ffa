/** Pages whose blocks with an output are run by a test of their own, which must exist. */
export const executed: Record<string, string> = {
  "docs/errata.md": "proof/errata/page.engine.test.ts",
  "course/failure-modes.md": "proof/failure-modes.engine.test.ts",
};
