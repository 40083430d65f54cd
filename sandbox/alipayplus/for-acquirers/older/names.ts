/**
 * The names of the older merchant interface: how an answer and a notification of today read in it. One table at the
 * border; the parties inside know the names of today alone.
 *
 * Source: docs/spec/acquirer/older-interface.md#answer.
 */
import { definedMembers } from "../../../../protocol/absent-parameters.ts";
import type { JsonObject, JsonValue } from "../../../../protocol/json.ts";
import type { ReportedAnswer, ReportedResult } from "../../../../protocol/results.ts";
import { olderResult } from "./results.ts";

/** Every member that has another name or form there, or none; the others stay as they are. */
const RENAMED: Readonly<Record<string, (value: JsonValue, parameters: JsonObject) => JsonObject>> = {
  // The older interface has one provider for acquirer and wallet, Alipay, and does not name it.
  acquirerId: () => ({}),
  pspId: () => ({}),
  customerId: (pspCustomerId, { walletBrandName }) => ({
    pspCustomerInfo: definedMembers({ pspName: walletBrandName, pspCustomerId }),
  }),
  walletBrandName: () => ({}),
  paymentUrl: (redirectUrl) => ({ redirectActionForm: { method: "GET", redirectUrl } }),
  settlementAmount: (grossSettlementAmount) => ({ grossSettlementAmount }),
  paymentResult: (value) => {
    const { resultCode, resultStatus, resultMessage } = olderResult(value as ReportedResult);
    const paymentStatus = resultCode === "ORDER_IS_CANCELED" ? "CANCELLED" : PAYMENT_STATUS[resultStatus];
    return { paymentStatus, paymentResultCode: resultCode, paymentResultMessage: resultMessage };
  },
  transactions: (transactions) => ({
    transactions: (transactions as readonly Transaction[]).map((transaction) => ({
      ...transaction,
      transactionResult: { ...olderResult(transaction.transactionResult) },
    })),
  }),
};

const PAYMENT_STATUS = { S: "SUCCESS", F: "FAIL", U: "PROCESSING" } as const;

type Transaction = JsonObject & { readonly transactionResult: ReportedResult };

/** An answer of today, refusals included, as the older interface writes it. */
export function olderAnswer({ result, ...parameters }: ReportedAnswer): ReportedAnswer {
  return { result: olderResult(result), ...olderParameters(parameters as JsonObject) };
}

/**
 * The notification of a payment's final result.
 *
 * @param result the payment's own
 * @param parameters as the notification of today has them
 */
export function olderNotification(result: ReportedResult, parameters: JsonObject): JsonObject {
  return { notifyType: "PAYMENT_RESULT", result: { ...result }, ...olderParameters(parameters) };
}

function olderParameters(parameters: JsonObject): JsonObject {
  const renamed = Object.entries(parameters).map(
    ([name, value]) => RENAMED[name]?.(value, parameters) ?? { [name]: value },
  );
  return Object.assign({}, ...renamed) as JsonObject;
}
