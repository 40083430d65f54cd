/** A payment of the acquirer as Alipay+ keeps it: with the refunds, the settlement ledger and the notifications. */
import * as z from "zod";
import type { OutboxReport } from "../../../durable/platform/outbox/outbox.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { amountOf, identifier } from "../../../protocol/parameters.ts";
import { formatOptionalTime, formatTime } from "../../../protocol/time.ts";
import { receivedNotificationJson } from "../../acquirer/notifications/received-notification.ts";
import { refundResultOf } from "../../alipayplus/for-acquirers/inquiry-payment.ts";
import type { PaymentRecord } from "../../alipayplus/payments/records/payment-records.ts";
import type { RefundRecord } from "../../alipayplus/payments/records/refund-records.ts";
import type { SettlementEntry } from "../../alipayplus/payments/records/settlement-ledger.ts";
import { chargeParametersOf } from "../../alipayplus/payments/views/charge-view.ts";
import { paymentResultOf } from "../../alipayplus/payments/views/payment-view.ts";
import { checked, refuse, type SandboxContext } from "../../http.ts";

const path = z.object({ paymentRequestId: identifier });

/** GET /sandbox/acquirer/payments/{paymentRequestId}: the acquirer's own id names it. */
export async function getAcquirerPayment(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { paymentRequestId: context.req.param("paymentRequestId") ?? "" });
  if ("refusal" in named) return named.refusal;
  const { acquirerClientId, network } = context.get("parties").alipayPlus;
  const paymentId = await paymentIdOf(acquirerClientId, named.parameters.paymentRequestId);
  const [reply, settlementEntries, notification] = await Promise.all([
    network().inquire(paymentId),
    network().settlementEntriesOfPayment(paymentId),
    network().notificationReport(paymentId),
  ]);
  if (reply.outcome === "UNKNOWN") {
    return refuse(context, "PAYMENT_UNKNOWN", "Illegal parameter paymentRequestId: Alipay+ knows no such payment.");
  }
  const { payment, refunds, notifications } = reply;
  return context.json({
    ...paymentJson(payment),
    refunds: refunds.map((refund) => refundJson(refund, payment)),
    settlementEntries: settlementEntries.map(settlementEntryJson),
    /** The deliveries to the acquirer, and the notifications of the wallet. */
    notification: notification && notificationJson(notification),
    received: notifications.map(receivedNotificationJson),
  });
}

function paymentJson(payment: PaymentRecord) {
  const { paymentId, paymentRequestId, state, terms, charge, codeValue, walletPaymentId } = payment;
  const { status, expiryTimeMs, dueTimeMs, attempts } = state;
  return {
    paymentRequestId,
    paymentId,
    scenario: terms?.scenario,
    status: status.name,
    result: paymentResultOf(state),
    paymentExpiryTime: formatTime(expiryTimeMs),
    /** When Alipay+ asks the wallet next, and how often it got no final answer. */
    dueTime: formatOptionalTime(dueTimeMs),
    attempts,
    paymentAmount: terms && amountOf(terms.requested),
    settlementAmount: terms && amountOf(terms.settlement),
    codeValue,
    wallet: charge && {
      customerId: charge.customerId,
      paymentId: walletPaymentId,
      ...chargeParametersOf(charge),
    },
  };
}

function refundJson({ refundId, refundRequestId, state, shares }: RefundRecord, { terms, charge }: PaymentRecord) {
  return {
    refundRequestId,
    refundId,
    status: state.status.name,
    result: refundResultOf(state.status),
    dueTime: formatOptionalTime(state.dueTimeMs),
    refundAmount: terms && amountOf({ ...terms.requested, amountMinor: shares.requestedMinor }),
    refundFromAmount: charge && amountOf({ ...charge.payTo, amountMinor: shares.payToMinor }),
    /** With a surcharge: what is refunded to the customer. */
    surchargeAmount: charge?.surcharge && amountOf({ ...charge.payTo, amountMinor: shares.customerMinor }),
    settlementAmount: terms && amountOf({ ...terms.settlement, amountMinor: shares.settlementMinor }),
  };
}

/** An entry of the settlement ledger: plus owes Alipay+, minus is owed. */
function settlementEntryJson({ movementId, kind, timeMs, account, currency, amountMinor }: SettlementEntry) {
  return { movementId, kind, time: formatTime(timeMs), account, currency, amount: String(amountMinor) };
}

/** The deliveries of a notification to the acquirer. */
export function notificationJson({ acknowledgedTimeMs, dueTimeMs, attempts }: OutboxReport) {
  return {
    acknowledgedTime: formatOptionalTime(acknowledgedTimeMs),
    dueTime: formatOptionalTime(dueTimeMs),
    attempts: attempts.map(({ timeMs, resultCode, outcome }) => ({
      time: formatTime(timeMs),
      resultCode,
      outcome,
    })),
  };
}
