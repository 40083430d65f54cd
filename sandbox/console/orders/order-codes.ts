/**
 * Plays a merchant who shows an order code: the acquirer has placed the order with Alipay+. Source:
 * docs/spec/wallet/user-initiated-pay.md.
 */

import { nowMs } from "../../../protocol/clock.ts";
import { formatTime } from "../../../protocol/time.ts";
import { newOrderCodeValue } from "../../alipayplus/order-code-value.ts";
import { checkedBody, refuseParameter, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";
import { orderTermsOf, orderWish } from "./order-terms.ts";

/** POST /sandbox/order-codes: an order, its code, and the amounts that a wallet will get. */
export async function postOrderCodes(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, orderWish);
  if ("refusal" in input) return input.refusal;
  const { parameters, body } = input;
  const network = context.get("parties").alipayPlus.network();
  const paymentRequestId = newId();
  const order = orderTermsOf(parameters, body, await network.market(), nowMs());
  if ("parameter" in order) return refuseParameter(context, order.parameter, order.why);
  const { terms, expiryTimeMs, amounts } = order;
  const codeValue = newOrderCodeValue(parameters.codeForm);
  await network.placeManualOrder({ paymentId: paymentRequestId, codeValue, expiryTimeMs, terms });
  const { paymentAmount, payToAmount, surchargeInfo, paymentPromoInfo } = amounts;
  return context.json({
    codeValue,
    paymentRequestId,
    paymentAmount,
    payToAmount,
    surchargeInfo,
    paymentPromoInfo,
    paymentExpiryTime: formatTime(expiryTimeMs),
  });
}
