/**
 * From a decoded order code to an order that the customer can confirm. Source:
 * docs/spec/wallet/user-initiated-pay.md#response-parameters; docs/spec/idempotency.md; docs/spec/amounts.md.
 */

import type { Configuration } from "../../../durable/env.ts";
import type { OrderCommand } from "../../../durable/messages.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { withoutNulls } from "../../../protocol/absent-parameters.ts";
import { ANSWER_SCHEMAS } from "../../../protocol/exchange/schemas.ts";
import { fingerprintOf, paymentIdOf } from "../../../protocol/idempotency.ts";
import { type JsonObject, parseJsonBody } from "../../../protocol/json.ts";
import { productCodeOf } from "../../../protocol/product-code.ts";
import { differingAmounts } from "../../alipayplus/amounts/amount-check.ts";

/** A decoded order. */
export type DecodedOrder = {
  readonly command: OrderCommand;
  /** It only asks whether it could be paid: there is nothing to confirm. */
  readonly isEvaluation: boolean;
  /** It is of the Cashier, not of a shop. */
  readonly isCashier: boolean;
};

/** The parameters that a second decoding of the same order must not change. */
const COMPARED = ["customerId", "paymentAmount", "payToAmount", "surchargeInfo", "paymentPromoInfo"];

const encoder = new TextEncoder();

/**
 * Makes the command that the customer's home gets for an order.
 *
 * @param clientId the Client-Id that we called Alipay+ with
 * @param message the answer of userInitiatedPay with result S, verified by the client of Alipay+
 * @param receivedTimeMs when the code was scanned, epoch milliseconds: the payment's time runs from then on when
 *   Alipay+ names no `paymentExpiryTime`
 * @throws Error when the message is not such an answer: it was checked when it came
 */
export async function decodedOrderOf(
  clientId: string,
  customerId: string,
  message: string,
  receivedTimeMs: number,
  { paymentTimeLimitMs }: Pick<Configuration, "paymentTimeLimitMs">,
): Promise<DecodedOrder> {
  const body = bodyOf(message);
  const order = ANSWER_SCHEMAS.userInitiatedPay.parse(body);

  const { paymentRequestId, payToAmount, surchargeInfo, paymentExpiryTime } = order;
  const [paymentId, fingerprint] = await Promise.all([
    paymentIdOf(clientId, paymentRequestId),
    fingerprintOf({ ...body, customerId }, COMPARED),
  ]);
  const differing = differingAmounts(order);
  if (differing.length > 0) logFault("amounts-differ", differing.join(", "), { paymentRequestId });
  const promotion = body.paymentPromoInfo;
  const command: OrderCommand = {
    paymentId,
    paymentRequestId,
    fingerprint,
    receivedTimeMs,
    expiryTimeMs: paymentExpiryTime ?? receivedTimeMs + paymentTimeLimitMs,
    terms: {
      customerId,
      paymentCode: undefined,
      paymentAmount: order.paymentAmount,
      payToAmount,
      debit: surchargeInfo?.surchargeAmount ?? payToAmount,
      referenceMerchantId: order.order.merchant?.referenceMerchantId,
      merchantCategoryCode: order.order.merchant?.merchantMCC,
      productCode: productCodeOf(order.paymentFactor),
    },
    texts: {
      message,
      paymentPromoInfo: promotion === undefined ? undefined : JSON.stringify(promotion),
      paymentNotifyUrl: order.paymentNotifyUrl,
    },
    amountsDiffer: differing.length > 0,
  };
  const { isPaymentEvaluation, isInStorePayment } = order.paymentFactor;
  return { command, isEvaluation: isPaymentEvaluation === true, isCashier: !isInStorePayment };
}

/** Read as the client of Alipay+ has read it. */
function bodyOf(message: string): JsonObject {
  const json = parseJsonBody(encoder.encode(message));
  if (!json.ok) throw new Error(`A verified answer cannot be read: ${json.reason}`);
  return withoutNulls(json.value, json.text);
}
