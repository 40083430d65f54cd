/**
 * Issues payment codes to a developer, as Alipay+ does to a wallet. Source: docs/spec/wallet/get-payment-code.md,
 * docs/spec/payment-codes.md.
 */

import * as z from "zod";
import { nowMs } from "../../../protocol/clock.ts";
import { text } from "../../../protocol/parameters.ts";
import { codeParameters, issuePaymentCodes } from "../../alipayplus/for-wallets/get-payment-code.ts";
import { checkedBody, refuse, type SandboxContext } from "../../http.ts";

const wish = z.strictObject({
  ...codeParameters,
  /** As getPaymentCode has it; the sandbox judges no risk. */
  env: z.looseObject({ deviceTokenId: text(256).optional() }).optional(),
});

/** POST /sandbox/payment-codes: codes for a customer, each valid for a minute, one after the other. */
export async function postPaymentCodes(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { customerId, codeQuantity } = input.parameters;
  const issued = await issuePaymentCodes(context.get("parties").alipayPlus, {
    customerId,
    quantity: codeQuantity,
    nowMs: nowMs(),
  });
  return issued === "TOO_MANY_CODES"
    ? refuse(context, issued, "Too many codes are valid at present; they expire within a minute each.")
    : context.json(issued);
}
