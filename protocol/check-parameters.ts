/** Checks the parameters of a call against a schema. Source: docs/spec/messages.md#parameters. */
import type * as z from "zod";
import type { JsonObject } from "./json.ts";
import { type Answer, illegalParameter } from "./results.ts";

/** The parameters of a call, or the refusal that names the first wrong one. */
export function parametersOf<T>(
  schema: z.ZodType<T>,
  body: JsonObject,
): { readonly parameters: T } | { readonly refusal: Answer } {
  // With the input, a parameter that is missing differs from one of the wrong type.
  const result = schema.safeParse(body, { reportInput: true, error: parameterFault });
  if (result.success) return { parameters: result.data };
  const issue = result.error.issues[0];
  // A parameter that the schema does not know is named itself, not the object that holds it.
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const name = [...(issue?.path ?? []), ...unknown].map(String).join(".") || "body";
  const isMissing = issue?.code === "invalid_type" && issue.input === undefined;
  return { refusal: illegalParameter(name, isMissing ? "is required" : (issue?.message ?? "is malformed")) };
}

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

/**
 * Why a parameter is refused, where its schema has no sentence of its own: never in the terms of the library that
 * checks it. The sentence follows the name of the parameter.
 */
function parameterFault(issue: Issue): string {
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
