/** A sale as the console shows it. */

import type { JsonValue } from "../../protocol/json.ts";
import { amountOf } from "../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../protocol/results.ts";
import { formatOptionalTime, formatTime } from "../../protocol/time.ts";
import { refundResultOf } from "../alipayplus/for-acquirers/inquiry-payment.ts";
import type { KnownSale } from "./messages.ts";
import type { SaleRefund } from "./refund-records.ts";
import type { Sale } from "./sale-records.ts";

/** A sale and its refunds; unknown members are left out. */
export function saleJson({ sale, refunds }: KnownSale) {
  const { state, settlement } = sale;
  return {
    paymentRequestId: sale.paymentRequestId,
    paymentId: sale.paymentId,
    interface: sale.interface,
    scenario: sale.scenario,
    subscriptionId: sale.subscriptionId,
    paymentAmount: amountOf(sale.paymentAmount),
    status: state.status.name,
    result: saleResultOf(sale),
    createdTime: formatTime(sale.createdTimeMs),
    paymentTime: formatOptionalTime(state.paymentTimeMs),
    paymentExpiryTime: formatTime(state.expiryTimeMs),
    codeValue: sale.codeValue,
    paymentUrl: sale.paymentUrl,
    settlementAmount: settlement && amountOf(settlement.amount),
    settlementQuote: settlement?.quote === undefined ? undefined : (JSON.parse(settlement.quote) as JsonValue),
    dueTime: formatOptionalTime(nextDueTimeMs(sale, refunds)),
    inquiries: sale.inquiries,
    notifications: sale.notifications,
    refunds: refunds.map(refundJson),
  };
}

function refundJson(refund: SaleRefund) {
  const { state, settlementAmount } = refund;
  return {
    refundRequestId: refund.refundRequestId,
    refundId: refund.refundId,
    refundAmount: amountOf(refund.refundAmount),
    status: state.status.name,
    result: state.status.name === "ASKED" && refund.unknown ? refund.unknown : refundResultOf(state.status),
    settlementAmount: settlementAmount && amountOf(settlementAmount),
  };
}

/** The payment's own result, as far as it is known. */
function saleResultOf({ state: { status }, unknown }: Sale): ReportedResult {
  switch (status.name) {
    case "PAYING":
    case "SHOWN":
    case "CANCELLING":
      return unknown ?? resultOf("PAYMENT_IN_PROCESS");
    case "SUCCEEDED":
    case "REFUNDING":
    case "REFUNDED":
      return resultOf("SUCCESS");
    case "FAILED":
      return { ...status.failure, resultStatus: "F" };
    case "CANCELLED":
      return resultOf("ORDER_IS_CLOSED");
  }
}

/** When the acquirer next inquires, cancels or refunds, by itself. */
function nextDueTimeMs({ state }: Sale, refunds: readonly SaleRefund[]): number | undefined {
  const dueTimes = [state, ...refunds.map((refund) => refund.state)].flatMap(({ dueTimeMs }) => dueTimeMs ?? []);
  return dueTimes.length === 0 ? undefined : Math.min(...dueTimes);
}
