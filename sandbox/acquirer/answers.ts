/**
 * The meaning of Alipay+'s answers and notifications for a sale or a refund. Although they are signed they are checked:
 * a success with another amount does not count for this sale.
 *
 * Source: docs/spec/acquirer/interfaces.md; docs/spec/time-limits.md#polling.
 */
import * as z from "zod";
import type { JsonObject } from "../../protocol/json.ts";
import type { Money } from "../../protocol/money.ts";
import { amount, identifier, positiveAmount, quote, reportedResult, text, time } from "../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../protocol/results.ts";
import type { RefundEvent } from "../alipayplus/payments/machine/refund.ts";
import type { Answer } from "./alipayplus-client.ts";
import type { SaleEvent } from "./machine/sale.ts";
import { readOlderNotification } from "./older-names.ts";
import type { RefundDetails } from "./refund-records.ts";
import type { Sale, SaleDetails } from "./sale-records.ts";

/** The event that follows from an answer about a sale's payment, and its result if it was U. */
export type SaleReport = {
  readonly event: SaleEvent;
  readonly details: SaleDetails;
  readonly unknown?: ReportedResult;
};

/** The same for a refund. */
export type RefundReport = {
  readonly event: RefundEvent;
  readonly details: RefundDetails;
  readonly unknown?: ReportedResult;
};

/** An unreadable parameter counts as missing: it does not invalidate the result. */
const settlementParameters = {
  settlementAmount: amount.optional().catch(undefined),
  settlementQuote: quote.optional().catch(undefined),
};

const paymentParameters = z.object({
  ...settlementParameters,
  paymentId: identifier.optional().catch(undefined),
  paymentTime: time.optional().catch(undefined),
  /** An app's scheme is possible. */
  paymentUrl: text(2048)
    .refine((value) => URL.canParse(value))
    .optional()
    .catch(undefined),
  orderCodeForm: z
    .object({ codeDetails: z.array(z.object({ codeValue: text(512), displayType: text(64) })).max(16) })
    .optional()
    .catch(undefined),
});

const refundParameters = z.object({
  ...settlementParameters,
  refundId: identifier.optional().catch(undefined),
  refundTime: time.optional().catch(undefined),
});

const paymentResultMember = z.object({ paymentResult: reportedResult });
const saleMember = z.object({ paymentRequestId: identifier });

/** The answer to pay. A U with a code or URL waits for a customer, any other U for an inquiry. */
export function payReport({ result, parameters = {} }: Answer, sale: Sale, nowMs: number): SaleReport {
  const report = paymentReport(result, parameters, sale, nowMs);
  const { codeValue, paymentUrl } = report.details;
  const isShown = result.resultStatus === "U" && (codeValue !== undefined || paymentUrl !== undefined);
  return isShown ? { ...report, event: { type: "SHOWN" } } : report;
}

/** The answer to an inquiry. A refused inquiry says nothing about the payment, whose pay may still be on its way. */
export function inquiryReport({ result, parameters = {} }: Answer, sale: Sale, nowMs: number): SaleReport {
  const known = paymentResultMember.safeParse(parameters);
  if (result.resultStatus === "S" && known.success)
    return paymentReport(known.data.paymentResult, parameters, sale, nowMs);
  if (result.resultStatus === "U") return unknownReport(result);
  const { resultCode, resultMessage } = result;
  return unknownReport(resultOf("UNKNOWN_EXCEPTION", `The inquiry was answered with ${resultCode}: ${resultMessage}`));
}

/** The sale that a message is about, by the acquirer's own id. */
export function notifiedSaleOf(message: JsonObject): string | undefined {
  return saleMember.safeParse(message).data?.paymentRequestId;
}

/** A notification about this sale; undefined for a message that has no result in the names of the sale's interface. */
export function notificationReport(message: JsonObject, sale: Sale, nowMs: number): SaleReport | undefined {
  const parameters = sale.interface === "OLDER" ? readOlderNotification(message) : message;
  const notified = paymentResultMember.safeParse(parameters).data;
  return notified && paymentReport(notified.paymentResult, parameters, sale, nowMs);
}

/** The answer to a cancel. */
export function cancelEvent({ result }: Answer): SaleEvent {
  const { resultStatus, resultCode } = result;
  if (resultStatus === "S") return { type: "CANCELLED" };
  if (resultStatus === "U") return { type: "CANCEL_UNKNOWN" };
  return { type: resultCode === "CANCEL_WINDOW_EXCEED" ? "CANCEL_WINDOW_EXCEEDED" : "CANCEL_REFUSED" };
}

/** The answer to a refund. */
export function refundReport({ result, parameters = {} }: Answer, nowMs: number): RefundReport {
  const { resultStatus, resultCode, resultMessage } = result;
  if (resultStatus === "U") return { event: { type: "UNKNOWN" }, details: {}, unknown: result };
  if (resultStatus === "F") return { event: { type: "REFUSED", failure: { resultCode, resultMessage } }, details: {} };
  const { refundId, refundTime, settlementAmount } = refundParameters.parse(parameters);
  return { event: { type: "REFUNDED", refundTimeMs: refundTime ?? nowMs }, details: { refundId, settlementAmount } };
}

/** A payment's own result, with the parameters beside it. */
function paymentReport(result: ReportedResult, parameters: JsonObject, sale: Sale, nowMs: number): SaleReport {
  const { resultStatus, resultCode, resultMessage } = result;
  const details = detailsOf(parameters);
  if (resultStatus === "U") return { event: { type: "UNKNOWN" }, details, unknown: result };
  if (resultStatus === "F") return { event: { type: "REFUSED", failure: { resultCode, resultMessage } }, details };
  if (isAnotherAmount(parameters, sale.paymentAmount)) {
    return unknownReport(resultOf("UNKNOWN_EXCEPTION", "Alipay+ reports a success of another amount."));
  }
  const { paymentTime } = paymentParameters.parse(parameters);
  return { event: { type: "PAID", paymentTimeMs: paymentTime ?? nowMs }, details };
}

function unknownReport(unknown: ReportedResult): SaleReport {
  return { event: { type: "UNKNOWN" }, details: {}, unknown };
}

function isAnotherAmount({ paymentAmount }: JsonObject, { currency, amountMinor }: Money): boolean {
  if (paymentAmount === undefined) return false;
  const paid = positiveAmount.safeParse(paymentAmount);
  return paid.data?.currency !== currency || paid.data.amountMinor !== amountMinor;
}

function detailsOf(parameters: JsonObject): SaleDetails {
  const { paymentId, paymentUrl, orderCodeForm, ...settled } = paymentParameters.parse(parameters);
  const { settlementAmount, settlementQuote } = settled;
  return {
    paymentId,
    codeValue: orderCodeForm?.codeDetails.find(({ displayType }) => displayType === "TEXT")?.codeValue,
    paymentUrl,
    settlement: settlementAmount && {
      amount: settlementAmount,
      quote: settlementQuote && JSON.stringify(parameters.settlementQuote),
    },
  };
}
