/** Gives out payment codes as Alipay+ does. Source: spec/02 getPaymentCode, spec/03 Payment codes. */
import * as z from "zod";
import { identifier, text } from "../worker/alipayplus/parameters.ts";
import { resultOf } from "../worker/alipayplus/result.ts";
import { formatTime } from "../worker/iso-time.ts";
import { checkedBody, refuse, type SandboxContext } from "./http.ts";

const wish = z.strictObject({
  customerId: identifier,
  region: text(2)
    .regex(/^[A-Z]{2}$/, "must be an ISO 3166 alpha-2 code")
    .optional(),
  codeQuantity: text(2)
    .regex(/^([1-9]|10)$/, 'must be "1" to "10"')
    .transform(Number)
    .default(1),
  /** As getPaymentCode has it; the sandbox judges no risk. */
  env: z.looseObject({ deviceTokenId: text(256).optional() }).optional(),
});

/** POST /sandbox/payment-codes: codes for a customer, each valid for a minute, one after the other. */
export async function postPaymentCodes(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { customerId, codeQuantity } = input.parameters;
  const { desk } = context.get("sandbox");
  const issue = await desk.issueCodes({ customerId, quantity: codeQuantity, nowMs: Date.now() });
  if (issue.outcome === "TOO_MANY_CODES") {
    return refuse(context, issue.outcome, "Too many codes are valid at present; they expire within a minute each.");
  }
  return context.json({
    result: resultOf("SUCCESS"),
    paymentCodeInfoList: issue.codes.map(({ paymentCode, startTimeMs, expiryTimeMs }) => ({
      paymentCode,
      codeValidityStartTime: formatTime(startTimeMs),
      codeExpiryTime: formatTime(expiryTimeMs),
    })),
  });
}
