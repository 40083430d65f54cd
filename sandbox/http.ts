/** The common parts of the sandbox's endpoints: the context of a request, its checked input, and refusals. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as z from "zod";
import { parametersOf } from "../protocol/check-parameters.ts";
import { readBytes } from "../protocol/exchange/body.ts";
import { describeJsonFault, type JsonObject, parseJsonBody } from "../protocol/json.ts";
import type { SandboxEnv } from "./env.ts";
import { type AskedFault, askedFault, FAULT_HEADER } from "./faults/fault.ts";
import { CORE_LINK, type MessageKind, NO_CORE_LINK } from "./faults/links.ts";
import type { Parties } from "./parties.ts";
import { assertAlive } from "./rehearsal/epoch.ts";

/** The types of the Hono application. */
export type SandboxApp = { Bindings: SandboxEnv; Variables: { parties: Parties } };

/** A request on its way through the sandbox. */
export type SandboxContext = Context<SandboxApp>;

/** Why the sandbox itself refuses a request. */
type SandboxErrorCode =
  | "ACCOUNTS_OF_THE_CORE"
  | "ACCOUNT_NOT_SHOWN"
  | "BALANCE_OUT_OF_RANGE"
  | "BODY_TOO_LARGE"
  | "CORE_UNANSWERED"
  | "CURRENCY_IN_USE"
  | "CUSTOMER_UNKNOWN"
  | "DISPUTE_UNKNOWN"
  | "FILE_UNKNOWN"
  | "HOST_NOT_ALLOWED"
  | "MEDIA_TYPE_NOT_SUPPORTED"
  | "METHOD_NOT_ALLOWED"
  | "MISCONFIGURED"
  | "NOT_FOUND"
  | "ORDER_UNKNOWN"
  | "ORIGIN_NOT_ALLOWED"
  | "PARAM_ILLEGAL"
  | "PARTICIPANT_UNKNOWN"
  | "PAYMENT_NOT_SUCCESSFUL"
  | "PAYMENT_UNKNOWN"
  | "REPEAT_INCONSISTENT"
  | "REPORT_NOT_READY"
  | "RULE_UNKNOWN"
  | "SANDBOX_RESET"
  | "SUBSCRIPTION_NOT_ACTIVE"
  | "SUBSCRIPTION_UNKNOWN"
  | "TOO_MANY_CODES"
  | "TOO_MANY_RULES"
  | "UNKNOWN_EXCEPTION";

const STATUS: Record<SandboxErrorCode, ContentfulStatusCode> = {
  ACCOUNTS_OF_THE_CORE: 409,
  ACCOUNT_NOT_SHOWN: 409,
  BALANCE_OUT_OF_RANGE: 409,
  BODY_TOO_LARGE: 413,
  CORE_UNANSWERED: 502,
  CURRENCY_IN_USE: 409,
  CUSTOMER_UNKNOWN: 404,
  DISPUTE_UNKNOWN: 404,
  FILE_UNKNOWN: 404,
  HOST_NOT_ALLOWED: 403,
  MEDIA_TYPE_NOT_SUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  MISCONFIGURED: 503,
  NOT_FOUND: 404,
  ORDER_UNKNOWN: 404,
  ORIGIN_NOT_ALLOWED: 403,
  PARAM_ILLEGAL: 400,
  PARTICIPANT_UNKNOWN: 404,
  PAYMENT_NOT_SUCCESSFUL: 409,
  PAYMENT_UNKNOWN: 404,
  REPEAT_INCONSISTENT: 409,
  REPORT_NOT_READY: 404,
  RULE_UNKNOWN: 404,
  SANDBOX_RESET: 503,
  SUBSCRIPTION_NOT_ACTIVE: 409,
  SUBSCRIPTION_UNKNOWN: 404,
  TOO_MANY_CODES: 429,
  TOO_MANY_RULES: 429,
  UNKNOWN_EXCEPTION: 500,
};

/** The largest body of an endpoint with parameters. */
const BODY_LIMIT_BYTES = 65_536;

const NO_PARAMETERS = { ok: true, value: {} } as const;

/** `{"error":{"code","message"}}`. */
export function refuse(context: SandboxContext, code: SandboxErrorCode, message: string): Response {
  return context.json({ error: { code, message } }, STATUS[code]);
}

/** Refuses a parameter. */
export function refuseParameter(context: SandboxContext, parameter: string, why: string): Response {
  return refuse(context, "PARAM_ILLEGAL", `Illegal parameter ${parameter}: ${why}.`);
}

/** Checks the values of a path or a query, or the members of a body. */
export function checked<T>(
  context: SandboxContext,
  schema: z.ZodType<T>,
  values: JsonObject,
): { readonly parameters: T } | { readonly refusal: Response } {
  const result = parametersOf(schema, values);
  if ("parameters" in result) return result;
  return { refusal: refuse(context, "PARAM_ILLEGAL", result.refusal.result.resultMessage) };
}

/** The JSON body of a request: `parameters` checked and converted, `body` as it was written. */
type CheckedBody<T> = { readonly parameters: T; readonly body: JsonObject } | { readonly refusal: Response };

/**
 * Reads the body of a request.
 *
 * @throws EpochEnded when there was a reset meanwhile
 */
export async function checkedBody<T>(context: SandboxContext, schema: z.ZodType<T>): Promise<CheckedBody<T>> {
  const body = await readBody(context, schema);
  assertAlive(context.env);
  return body;
}

/** Reads the body of a request, even across a reset. */
export async function readBody<T>(context: SandboxContext, schema: z.ZodType<T>): Promise<CheckedBody<T>> {
  const bytes = await readBytes(context.req.raw, BODY_LIMIT_BYTES);
  if (typeof bytes === "string") return { refusal: refuseTooLarge(context, BODY_LIMIT_BYTES) };
  // No parameters, no body.
  const json = bytes.length === 0 ? NO_PARAMETERS : parseJsonBody(bytes);
  if (!json.ok) return { refusal: refuse(context, "PARAM_ILLEGAL", describeJsonFault(json.reason, json.key)) };
  const result = checked(context, schema, json.value);
  return "refusal" in result ? result : { ...result, body: json.value };
}

/**
 * The fault that the header `Sandbox-Fault` asks for, on the message that this request leads to, or on the message to
 * the core that follows from that.
 *
 * @param operation what the gateway then asks of the core, if anything
 */
export function checkedFault(
  context: SandboxContext,
  kind: MessageKind,
  operation?: string,
): { readonly fault: AskedFault | undefined } | { readonly refusal: Response } {
  const header = context.req.header(FAULT_HEADER);
  const hasCore = context.get("parties").core !== undefined;
  if (header?.includes(CORE_LINK) && !hasCore) {
    return { refusal: refuseParameter(context, FAULT_HEADER, `${CORE_LINK} ${NO_CORE_LINK}`) };
  }
  const atCore =
    operation === undefined || !hasCore ? [] : ([{ link: CORE_LINK, interface: operation }] satisfies MessageKind[]);
  const asked = askedFault(header, [kind, ...atCore]);
  return "why" in asked ? { refusal: refuseParameter(context, FAULT_HEADER, asked.why) } : { fault: asked.fault };
}

/** Refuses a body that is too large. */
export function refuseTooLarge(context: SandboxContext, limitBytes: number): Response {
  return refuse(context, "BODY_TOO_LARGE", `Illegal parameter body: must have at most ${limitBytes} bytes.`);
}
