import { expect, test } from "vitest";
import { unless } from "./unless.ts";

test("what is missing stands in the name of what is skipped", () => {
  expect(unless("no Go here").named("it builds")).toBe("it builds: no Go here");
  expect(unless(undefined).named("it builds")).toBe("it builds");
});

const ran: string[] = [];
unless(undefined).proves("with everything here it runs", () => ran.push("here"));

test("and only what needs nothing more has run", () => {
  expect(ran).toEqual(["here"]);
});
