/** getPaymentCode: issues payment codes. Source: docs/spec/wallet/get-payment-code.md. */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier, region, text } from "../../../protocol/parameters.ts";
import { type Answer, answerOf, resultOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Call, Interface } from "../interface.ts";
import type { AlipayPlus } from "../party.ts";
import type { CodeWish } from "./issued-codes.ts";

/** The customer of the codes, and how many. */
export const codeParameters = {
  customerId: identifier,
  region: region.optional(),
  codeQuantity: text(2)
    .regex(/^([1-9]|10)$/, 'must be "1" to "10"')
    .transform(Number)
    .default(1),
};

const parameters = z.object({
  ...codeParameters,
  env: z.object({ deviceTokenId: text(256) }, "must be an Env"),
});

/** One to ten new codes; REQUEST_TRAFFIC_EXCEED_LIMIT while the sandbox has as many as it keeps. */
export const getPaymentCode: Interface = { path: "/codes/getPaymentCode", name: "getPaymentCode", answer };

/** Nothing distinguishes a repeat from a new call, so that every call issues new codes. */
async function answer({ alipayPlus, body, receivedTimeMs }: Call): Promise<Answer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { customerId, codeQuantity } = checked.parameters;
  const issued = await issuePaymentCodes(alipayPlus, { customerId, quantity: codeQuantity, nowMs: receivedTimeMs });
  return issued === "TOO_MANY_CODES" ? answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT") : issued;
}

/** Issues codes; none while too many others can still be used. */
export async function issuePaymentCodes(
  { issuedCodes }: Pick<AlipayPlus, "issuedCodes">,
  wish: CodeWish,
): Promise<Answer | "TOO_MANY_CODES"> {
  const issue = await issuedCodes().issue(wish);
  if (issue.outcome === "TOO_MANY_CODES") return issue.outcome;
  return {
    result: resultOf("SUCCESS"),
    paymentCodeInfoList: issue.codes.map(({ paymentCode, startTimeMs, expiryTimeMs }) => ({
      paymentCode,
      codeValidityStartTime: formatTime(startTimeMs),
      codeExpiryTime: formatTime(expiryTimeMs),
    })),
  };
}
