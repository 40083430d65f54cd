/**
 * Why a parameter is refused, where its schema has no sentence of its own: never in the terms of the library that checks
 * it. Source: docs/spec/messages.md#parameters.
 */
import type * as z from "zod";

/** What a value must be, by the library's name of its type. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

type Issue = z.core.$ZodRawIssue;

/** The sentence of an issue, to follow the name of the parameter. */
export function parameterFault(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return mustBe([issue.expected]);
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "invalid_union":
      return mustBe(issue.errors.flatMap(([first]) => (first?.code === "invalid_type" ? [first.expected] : [])));
    case "too_big":
      return `must ${sizeOf("at most", issue.origin, issue.maximum)}`;
    case "too_small":
      return `must ${sizeOf("at least", issue.origin, issue.minimum)}`;
    case "unrecognized_keys":
      return "is not a parameter here";
    default:
      return "is malformed";
  }
}

function mustBe(types: readonly string[]): string {
  const known = types.flatMap((type) => TYPES[type] ?? []);
  return known.length > 0 ? `must be ${known.join(" or ")}` : "is malformed";
}

function sizeOf(bound: string, origin: string, size: number | bigint): string {
  const unit = { string: "characters", array: "entries" }[origin];
  return unit === undefined ? `be ${bound} ${size}` : `have ${bound} ${size} ${unit}`;
}
