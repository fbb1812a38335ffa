import { htmlEscape } from "escape-goat";

/** Text that is HTML or SVG already. Only `markup` and `trusted` make it, so nothing unescaped gets in by accident. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, `false` and `undefined` are left out. */
export type Content = Markup | string | number | false | undefined | readonly Content[];

/**
 * A template of HTML or SVG. Every value is escaped for element content and for attributes in double quotes.
 * File names, build instructions and messages come from images: they are text, whatever they look like.
 */
export function markup(literals: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(
    literals.map((literal, index) => literal + (index < values.length ? render(values[index]) : "")).join(""),
  );
}

/** Text of this repository's own that goes in unescaped: a style sheet. Never data. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(value: Content): string {
  if (value === false || value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return htmlEscape(String(value));
}
