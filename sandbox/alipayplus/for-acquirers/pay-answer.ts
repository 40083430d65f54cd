/**
 * The answer to pay, for both interfaces. Source: docs/spec/acquirer/interfaces.md;
 * docs/spec/acquirer/older-interface.md.
 */

import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { PaymentRecord } from "../payments/records/payment-records.ts";
import { paymentParametersOf } from "../payments/views/payment-view.ts";
import { orderCodeFormOf } from "./order-code-form.ts";

/**
 * The parameters of the present interface. An order code goes out as such; an entry code and the cashier lead the
 * customer to it, as it is a URL that a wallet opens.
 *
 * @param origin the origin of the sandbox, which serves its images
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
