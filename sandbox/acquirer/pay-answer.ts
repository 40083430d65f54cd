/** What pay answers of a payment, in the words of both interfaces. Source: spec/02 ACQP → Alipay+ pay; seeds/002. */
import type { JsonObject } from "../../worker/json.ts";
import { definedMembers } from "../defined-members.ts";
import type { PaymentRecord } from "../network/payment-records.ts";
import { paymentParametersOf } from "../network/payment-words.ts";
import { orderCodeFormOf } from "./order-code-form.ts";

/**
 * The parameters of the present interface. An order code is told as such; an entry code and the cashier lead the customer
 * to it, as it is a URL that a wallet opens.
 *
 * @param origin where the sandbox was reached: its images are there
 */
export function payParametersOf(payment: PaymentRecord, origin: string): JsonObject {
  const { codeValue, terms } = payment;
  const isOrderCode = terms?.scenario === "ORDER_CODE";
  return definedMembers({
    ...paymentParametersOf(payment),
    orderCodeForm: codeValue !== undefined && isOrderCode ? orderCodeFormOf(payment, codeValue, origin) : undefined,
    paymentUrl: isOrderCode ? undefined : codeValue,
  });
}
