/**
 * pay of the older merchant interface, in a shop: the same payment, with other parameters.
 *
 * Source: docs/spec/acquirer/older-interface.md.
 */

import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import { flag, identifier, order, text } from "../../../../protocol/parameters.ts";
import { illegalParameter, type ReportedAnswer } from "../../../../protocol/results.ts";
import { formatTime, parseIsoTime } from "../../../../protocol/time.ts";
import type { Call, Interface } from "../../interface.ts";
import { commonPayParameters, payFor } from "../pay.ts";
import { payParametersOf } from "../pay-answer.ts";
import { chinaExtraTransInfoRefusal } from "./china-extra-trans-info.ts";
import { olderPaymentResultOf } from "./results.ts";

const categoryCode = text(4).regex(/^[0-9]{4}$/, "must be four digits");

/** What is mandatory in a shop. */
const shopOrder = z.object({
  merchant: z.object(
    {
      referenceMerchantId: identifier,
      merchantMCC: categoryCode,
      store: z.object({ referenceStoreId: identifier, storeMCC: categoryCode }, "must be a Store"),
    },
    "must be a Merchant",
  ),
  env: z
    .object({
      storeTerminalRequestTime: text(64)
        .refine(
          (value) => parseIsoTime(value) !== undefined && /\.[0-9]{3}/.test(value),
          "must be an ISO 8601 time with milliseconds",
        )
        .optional(),
    })
    .optional(),
});

const scenarios = ["PaymentCode", "OrderCode", "EntryCode"] as const;

const parameters = z.object({
  ...commonPayParameters,
  productCode: z.literal("IN_STORE_PAYMENT", "must be IN_STORE_PAYMENT"),
  order: shopOrder.transform((value) => order.parse(value)),
  paymentFactor: z.object(
    {
      inStorePaymentScenario: z.enum(scenarios, `must be ${scenarios.join(", ")}`),
      isPaymentEvaluation: flag.optional(),
    },
    "must be a PaymentFactor",
  ),
});

/** Takes a payment of a shop alone, and answers with the older interface's results and names. */
export const pay: Interface = { path: "/pay", name: "pay", answer };

async function answer(call: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, call.body);
  if ("refusal" in checked) return checked.refusal;
  const { inStorePaymentScenario } = checked.parameters.paymentFactor;
  const written = call.body.order as JsonObject;
  // Where the shop's page was opened; the other scenarios have a terminal in the shop, which is recommended alone.
  if (inStorePaymentScenario === "EntryCode" && written.env === undefined) {
    return illegalParameter("order.env", "is required with an entry code");
  }
  const refusal = chinaExtraTransInfoRefusal(written);
  if (refusal) return refusal;
  const paymentFactor = { isInStorePayment: true, ...checked.parameters.paymentFactor };
  return payFor(call, { ...checked.parameters, paymentFactor }, (payment) => ({
    result: olderPaymentResultOf(payment.state),
    ...payParametersOf(payment, call),
    paymentRequestId: payment.paymentRequestId,
    paymentCreateTime: formatTime(payment.createdTimeMs),
  }));
}
