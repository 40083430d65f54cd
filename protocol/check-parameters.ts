/** Checks the parameters of a call against a schema. Source: docs/spec/messages.md#parameters. */
import type * as z from "zod";
import type { JsonObject } from "./json.ts";
import { parameterFault } from "./parameter-fault.ts";
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
  // One that the schema does not know is named itself, and not what it is in.
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const name = [...(issue?.path ?? []), ...unknown].map(String).join(".") || "body";
  const isMissing = issue?.code === "invalid_type" && issue.input === undefined;
  return { refusal: illegalParameter(name, isMissing ? "is required" : (issue?.message ?? "is malformed")) };
}
