/** What an interface that Alipay+ calls is made of, and what it gets from the pipeline that receives a call. */
import type * as z from "zod";
import type { Configuration, Env } from "../../durable/env.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type Answer, illegalParameter } from "../../protocol/results.ts";

/** A verified call. */
export type Call = {
  readonly env: Env;
  readonly configuration: Configuration;
  readonly clientId: string;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  /** The body, `null`s taken away. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly message: string;
  /** Tells the log which shard answered. */
  readonly usesShard: (shard: number) => void;
};

/** An interface: its path below the base path, its name in the log, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<Answer>;
};

/** The parameters of a call, or the refusal that names the first wrong one. */
export function parametersOf<T>(
  schema: z.ZodType<T>,
  body: JsonObject,
): { readonly parameters: T } | { readonly refusal: Answer } {
  // Without the input, what is missing could not be told from what has the wrong type.
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return { parameters: result.data };
  const issue = result.error.issues[0];
  const name = issue?.path.map(String).join(".") || "body";
  const isMissing = issue?.code === "invalid_type" && issue.input === undefined;
  return { refusal: illegalParameter(name, isMissing ? "is required" : (issue?.message ?? "is malformed")) };
}
