/** The operators' calls about one payment. They show neither amounts nor customers. */
import { atHomeOfPayment } from "../../durable/customers/call-home.ts";
import type { Customers } from "../../durable/customers/object.ts";
import type { PaymentInspection } from "../../durable/messages.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { formatOptionalTime, formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problem } from "../http/problem.ts";
import { coreTroubleView } from "./core-trouble-view.ts";
import { deliveryView } from "./delivery-view.ts";

/** GET /ops/payments/{paymentRequestId}: the status of a payment, and the attempts to notify its result. */
export const inspectPayment: Endpoint = {
  method: "GET",
  path: "/payments/{paymentRequestId}",
  name: "inspectPayment",
  async respond(arrival) {
    const { paymentId, reply } = await onPayment(arrival, async (customers, id) => customers.inspect(id));
    if (!reply) return problem("PAYMENT_UNKNOWN");
    if (!("outcome" in reply)) return jsonResponse({ paymentId, ...inspectionView(reply) });
    return reply.outcome === "CLOSED"
      ? jsonResponse({ paymentId, status: "CLOSED", closedBy: "CANCEL" })
      : problem("PAYMENT_UNKNOWN");
  },
};

/** POST /ops/payments/{paymentRequestId}/notifications: notifies Alipay+ of the result again, at once. */
export const notifyPaymentAgain: Endpoint = {
  method: "POST",
  path: "/payments/{paymentRequestId}/notifications",
  name: "notifyPaymentAgain",
  async respond(arrival) {
    const { reply } = await onPayment(arrival, async (customers, id) => customers.notifyAgain(id));
    switch (reply.outcome) {
      case "DUE":
        return jsonResponse({ outcome: "DUE" });
      case "UNKNOWN":
        return problem("PAYMENT_UNKNOWN");
      case "NOT_FINAL":
        return problem("PAYMENT_NOT_FINAL");
      case "CLOSED":
      case "NO_URL":
        return problem("PAYMENT_NOT_NOTIFIED");
    }
  },
};

type AtHome<Reply> = { readonly paymentId: string; readonly reply: Reply | { readonly outcome: "UNKNOWN" | "CLOSED" } };

/** Asks the home of the payment that the path names. */
export async function onPayment<Reply>(
  { gateway, parameters, line }: Arrival,
  ask: (customers: DurableObjectStub<Customers>, paymentId: string) => Promise<Reply>,
): Promise<AtHome<Reply>> {
  const { paymentRequestId = "" } = parameters;
  const paymentId = await paymentIdOf(gateway.configuration.clientId, paymentRequestId);
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  const reply = await atHomeOfPayment({ ...gateway, usesShard }, { paymentId, paymentRequestId }, (customers) =>
    ask(customers, paymentId),
  );
  return { paymentId, reply };
}

function inspectionView(inspection: PaymentInspection): object {
  const { status, createdTimeMs, expiryTimeMs, dueTimeMs, unanswered, amountsDiffer, core } = inspection;
  const { coreTrouble, notification, disputes, authorizationId } = inspection;
  return {
    status: status.name,
    reason: "reason" in status ? status.reason : undefined,
    closedBy: "closedBy" in status ? status.closedBy : undefined,
    createdTime: formatTime(createdTimeMs),
    paymentExpiryTime: formatTime(expiryTimeMs),
    paymentTime: "paymentTimeMs" in status ? formatTime(status.paymentTimeMs) : undefined,
    resolverDueTime: formatOptionalTime(dueTimeMs),
    unanswered,
    amountsDiffer,
    core,
    coreTrouble: coreTrouble && coreTroubleView(coreTrouble),
    notification: notification && deliveryView(notification, "resultCode"),
    disputes,
    authorizationId,
  };
}
