/** What exactly is wrong with an answer of the core: the reason for which the gateway counts it as none. */
import type * as z from "zod";
import { ANSWER_LIMIT_BYTES } from "../../durable/wallet-core/http/exchange.ts";
import { type CoreOperation, coreMessages } from "../../durable/wallet-core/http/schema.ts";
import { parseJsonBody } from "../../protocol/json.ts";
import { type CoreResponse, type Exchange, NO_ANSWER_IN_TIME } from "./link.ts";
import { cut, textOf } from "./text.ts";

const HTTP_OK = 200;

/** Why an exchange brought no answer that counts; undefined when it did. */
export function exchangeFault({ operation, response, failure }: Exchange): string | undefined {
  if (failure?.code === NO_ANSWER_IN_TIME) return failure.message;
  if (!response) return `there was no answer (${failure?.code}: ${failure?.message})`;
  if (response.status !== HTTP_OK)
    return `HTTP status ${response.status} is no answer; an outcome, also a refusal, has 200`;
  return Object.hasOwn(coreMessages, operation) ? bodyFault(operation as CoreOperation, response) : undefined;
}

/** Why the body of an HTTP 200 is no answer to the operation; undefined when it is one. */
export function bodyFault(operation: CoreOperation, { headers, body }: CoreResponse): string | undefined {
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (encoding !== "identity") return `Content-Encoding is ${cut(encoding)}; an answer is not compressed`;
  const bytes = new TextEncoder().encode(body);
  if (bytes.length > ANSWER_LIMIT_BYTES) return `the body is longer than ${ANSWER_LIMIT_BYTES} bytes`;
  const type = headers.get("Content-Type") ?? "without Content-Type";
  const json = parseJsonBody(bytes);
  if (!json.ok) return `the body is no JSON object that can be read (${json.reason}; ${cut(type)})`;
  const value: unknown = JSON.parse(json.text);
  const { error } = coreMessages[operation].answer.safeParse(value);
  return error?.issues.map((issue) => issueText(issue, value, operation)).join("; ");
}

function issueText(issue: z.core.$ZodIssue, value: unknown, operation: CoreOperation): string {
  if (issue.code === "unrecognized_keys") {
    return `${issue.keys.map((key) => `"${cut(key)}"`).join(", ")} is no member of this answer`;
  }
  const name = `"${issue.path.join(".")}"`;
  const [found] = issue.path.map((key) => (value as Readonly<Record<PropertyKey, unknown>>)[key]);
  const got = found === undefined ? "it is missing" : `the core answered ${cut(textOf(found))}`;
  return `${name} must be ${expectationOf(issue, operation)}, ${got}`;
}

function expectationOf(issue: z.core.$ZodIssue, operation: CoreOperation): string {
  switch (issue.code) {
    case "invalid_union":
      return oneOf(coreMessages[operation].answer.options.map(({ shape }) => shape.outcome.value));
    case "invalid_value":
      return oneOf(issue.values.map(String));
    case "too_small":
    case "too_big":
    case "invalid_type":
      return "a whole number (epoch milliseconds)";
    default:
      return issue.message;
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `"${values[0]}"` : `one of ${values.join(", ")}`;
}
