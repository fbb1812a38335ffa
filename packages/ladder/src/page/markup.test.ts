import { expect, test } from "vitest";
import { HOSTILE } from "../../test/specimen.ts";
import { markup, trusted } from "./markup.ts";

test("every value is escaped, for text and for an attribute in quotes", () => {
  const { text } = markup`<p title="${HOSTILE}">${HOSTILE}</p>`;
  expect(text.match(/[<>"]/g)).toEqual(["<", '"', '"', ">", "<", ">"]);
  expect(text).toContain("&lt;script&gt;");
  expect(text).toContain("&amp;lt;b&amp;gt;");
});

test("markup in markup stays, a list is joined, what is false or undefined is left out, zero is a figure", () => {
  const items = ["a", "<"].map((item) => markup`<li>${item}</li>`);
  expect(markup`<ul>${items}${false}${undefined}${0}</ul>`.text).toBe("<ul><li>a</li><li>&lt;</li>0</ul>");
});

test("only what is named trusted goes in as it is", () => {
  expect(markup`<style>${trusted("a > b {}")}</style>`.text).toBe("<style>a > b {}</style>");
});
