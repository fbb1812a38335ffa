import { test } from "vitest";

/**
 * For tests that need what may be missing here: each is skipped then, and its name says why.
 * @param reason what is missing; undefined runs them
 */
export function unless(reason: string | undefined) {
  const named = (title: string) => (reason === undefined ? title : `${title}: ${reason}`);
  const maybe = test.skipIf(reason !== undefined);
  return { named, maybe, proves: (title: string, body: () => unknown) => maybe(named(title), body) };
}
