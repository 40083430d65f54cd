/** The operators' calls about one payment. They show neither amounts nor customers. */
import type { PaymentInspection } from "../../durable/messages.ts";
import { onPayments } from "../../durable/payments/call-payments.ts";
import type { Payments } from "../../durable/payments/object.ts";
import type { OutboxReport } from "../../durable/platform/outbox/outbox.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { isProblem, type Problem, problem } from "../http/problem.ts";

/** GET /ops/payments/{paymentRequestId}: the status of a payment, and the attempts to notify its result. */
export const inspectPayment: Endpoint = {
  method: "GET",
  path: "/payments/{paymentRequestId}",
  name: "inspectPayment",
  async respond(arrival) {
    const found = await onPayment(arrival, async (payments, paymentId) => payments.inspect(paymentId));
    if (isProblem(found)) return found;
    const { paymentId, reply } = found;
    return reply ? jsonResponse({ paymentId, ...inspectionView(reply) }) : problem("PAYMENT_UNKNOWN");
  },
};

/** POST /ops/payments/{paymentRequestId}/notifications: notifies Alipay+ of the result again, at once. */
export const notifyPaymentAgain: Endpoint = {
  method: "POST",
  path: "/payments/{paymentRequestId}/notifications",
  name: "notifyPaymentAgain",
  async respond(arrival) {
    const found = await onPayment(arrival, async (payments, paymentId) => payments.notifyAgain(paymentId));
    if (isProblem(found)) return found;
    switch (found.reply.outcome) {
      case "DUE":
        return jsonResponse({ outcome: "DUE" });
      case "UNKNOWN":
        return problem("PAYMENT_UNKNOWN");
      case "NOT_FINAL":
        return problem("PAYMENT_NOT_FINAL");
      case "NO_URL":
        return problem("PAYMENT_NOT_NOTIFIED");
    }
  },
};

async function onPayment<Reply>(
  { gateway, parameters, line }: Arrival,
  ask: (payments: DurableObjectStub<Payments>, paymentId: string) => Promise<Reply>,
): Promise<{ readonly paymentId: string; readonly reply: Reply } | Problem> {
  const paymentId = await paymentIdOf(gateway.clientId, parameters.paymentRequestId ?? "");
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  const reply = await onPayments({ ...gateway, usesShard }, paymentId, (payments) => ask(payments, paymentId));
  return { paymentId, reply };
}

function inspectionView(inspection: PaymentInspection): object {
  const { status, createdTimeMs, expiryTimeMs, dueTimeMs, unanswered, amountsDiffer, notification } = inspection;
  return {
    status: status.name,
    reason: "reason" in status ? status.reason : undefined,
    closedBy: "closedBy" in status ? status.closedBy : undefined,
    createdTime: formatTime(createdTimeMs),
    paymentExpiryTime: formatTime(expiryTimeMs),
    paymentTime: "paymentTimeMs" in status ? formatTime(status.paymentTimeMs) : undefined,
    resolverDueTime: optionalTime(dueTimeMs),
    unanswered,
    amountsDiffer,
    notification: notification && notificationView(notification),
  };
}

function notificationView({ acknowledgedTimeMs, dueTimeMs, attempts }: OutboxReport): object {
  return {
    acknowledgedTime: optionalTime(acknowledgedTimeMs),
    dueTime: optionalTime(dueTimeMs),
    attempts: attempts.map(({ attemptNumber, timeMs, resultCode, outcome }) => ({
      attemptNumber,
      time: formatTime(timeMs),
      resultCode,
      outcome,
    })),
  };
}

function optionalTime(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : formatTime(timeMs);
}
