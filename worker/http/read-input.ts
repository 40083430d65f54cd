/** The input of a call: the JSON body of a POST, the query of a GET. */
import type * as z from "zod";
import { withoutNulls } from "../../protocol/absent-parameters.ts";
import { parametersOf } from "../../protocol/check-parameters.ts";
import { readBytes } from "../../protocol/exchange/body.ts";
import { announcesJson } from "../../protocol/exchange/media-type.ts";
import { describeJsonFault, type JsonObject, parseJsonBody } from "../../protocol/json.ts";
import { type Problem, problem } from "./problem.ts";

/** A passThroughInfo of 20,000 characters fits, however they are escaped. */
const BODY_LIMIT_BYTES = 131_072;

/**
 * The members of a JSON body, without those that are `null`.
 *
 * @param mayBeEmpty whether no body at all counts as `{}`
 */
export async function readBody(
  request: Request,
  mayBeEmpty = false,
): Promise<{ readonly members: JsonObject } | Problem> {
  if (!announcesJson(request.headers)) return problem("MEDIA_TYPE_NOT_SUPPORTED");
  const bytes = await readBytes(request, BODY_LIMIT_BYTES);
  if (bytes === "BODY_TOO_LARGE") return problem(bytes, `The body may have at most ${BODY_LIMIT_BYTES} bytes.`);
  if (bytes === "BODY_BROKEN_OFF") return problem("PARAM_ILLEGAL", "The body ends before its announced end.");
  if (mayBeEmpty && bytes.byteLength === 0) return { members: {} };
  const json = parseJsonBody(bytes);
  return json.ok
    ? { members: withoutNulls(json.value, json.text) }
    : problem("PARAM_ILLEGAL", describeJsonFault(json.reason, json.key));
}

/** The parameters of a query; none may appear twice. */
export function readQuery(url: URL): { readonly members: JsonObject } | Problem {
  const names = [...url.searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return repeated === undefined
    ? { members: Object.fromEntries(url.searchParams) }
    : problem("PARAM_ILLEGAL", describeJsonFault("DUPLICATE_KEY", repeated));
}

/** Checks members against a schema; the problem names the first wrong one. */
export function checkInput<Input>(schema: z.ZodType<Input>, members: JsonObject): { readonly input: Input } | Problem {
  const result = parametersOf(schema, members);
  return "parameters" in result
    ? { input: result.parameters }
    : problem("PARAM_ILLEGAL", result.refusal.result.resultMessage);
}
