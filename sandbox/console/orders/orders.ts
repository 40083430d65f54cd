/**
 * A merchant's view of its orders, and its early end of one. Source: docs/spec/wallet/cancel-payment.md,
 * docs/spec/results.md#how-a-result-is-reported.
 */
import * as z from "zod";
import { identifier } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import { receivedNotificationJson } from "../../acquirer/notifications/received-notification.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { PARTIES } from "../../alipayplus/message.ts";
import type { PaymentStatus } from "../../alipayplus/payments/machine/payment.ts";
import type { ManualOrder, PaymentRecord, PaymentTerms } from "../../alipayplus/payments/records/payment-records.ts";
import type { ReceivedNotification } from "../../alipayplus/payments/records/received-notifications.ts";
import { manualTermsOf } from "../../alipayplus/payments/views/order-terms.ts";
import { checked, checkedFault, refuse, type SandboxContext } from "../../http.ts";
import { exchangeManually } from "../wallet/manual-exchange.ts";

const path = z.object({ paymentRequestId: identifier });

/** CREATED: not scanned yet. CLOSED: by the merchant, its expiry or a cancel; a paid amount is refunded. */
type OrderStatus = "CREATED" | "DECODED" | "PAID" | "FAILED" | "CLOSED";

/** An order as the network keeps it. */
type Order = {
  readonly payment: PaymentRecord;
  readonly terms: PaymentTerms;
  readonly manual: ManualOrder;
  readonly notifications: readonly ReceivedNotification[];
};

/** GET /sandbox/orders/{paymentRequestId}: an order, its status, and the notifications of the wallet. */
export async function getOrder(context: SandboxContext): Promise<Response> {
  const found = await namedOrder(context);
  return "refusal" in found ? found.refusal : context.json(orderJson(found.order));
}

/**
 * POST /sandbox/orders/{paymentRequestId}/close: the merchant closes the order. From then on the code cannot be
 * decoded; a wallet that has decoded it is sent a cancel. A paid order is closed once the wallet has cancelled it.
 */
export async function postCloseOrder(context: SandboxContext): Promise<Response> {
  const found = await namedOrder(context);
  if ("refusal" in found) return found.refusal;
  const asked = checkedFault(context, walletMessageKind("cancelPayment"));
  if ("refusal" in asked) return asked.refusal;
  const { alipayPlus } = context.get("parties");
  const { paymentId: paymentRequestId } = found.order.payment;
  await alipayPlus.network().closeManualOrder(paymentRequestId);
  // Read after it was closed: a customer may have scanned it at the last moment, none can from now on.
  const order = (await orderOf(context, paymentRequestId)) ?? found.order;
  if (!order.payment.charge) return context.json({ order: orderJson(order) });
  const message = { ...PARTIES, paymentRequestId };
  const reply = await exchangeManually(alipayPlus, "cancelPayment", JSON.stringify(message), message, asked.fault);
  const closed = (await orderOf(context, paymentRequestId)) ?? order;
  return context.json({ order: orderJson(closed), ...reply });
}

async function namedOrder(
  context: SandboxContext,
): Promise<{ readonly order: Order } | { readonly refusal: Response }> {
  const named = checked(context, path, { paymentRequestId: context.req.param("paymentRequestId") ?? "" });
  if ("refusal" in named) return named;
  const order = await orderOf(context, named.parameters.paymentRequestId);
  if (order) return { order };
  const why = "Illegal parameter paymentRequestId: no such order was placed from the console.";
  return { refusal: refuse(context, "ORDER_UNKNOWN", why) };
}

async function orderOf(context: SandboxContext, paymentRequestId: string): Promise<Order | undefined> {
  const reply = await context.get("parties").alipayPlus.network().inquire(paymentRequestId);
  if (reply.outcome === "UNKNOWN") return undefined;
  const { payment, notifications } = reply;
  const { terms } = payment;
  return terms?.manual && { payment, terms, manual: terms.manual, notifications };
}

function orderJson({ payment, terms, manual, notifications }: Order) {
  const { paymentId, codeValue, charge, state } = payment;
  return {
    paymentRequestId: paymentId,
    codeValue,
    status: statusOf(state.status, charge !== undefined),
    customerId: charge?.customerId,
    paymentExpiryTime: formatTime(state.expiryTimeMs),
    terms: manualTermsOf(payment, terms, manual),
    notifications: notifications.map(receivedNotificationJson),
  };
}

function statusOf({ name }: PaymentStatus, isScanned: boolean): OrderStatus {
  switch (name) {
    case "OFFERED":
      // A scanned evaluation has nothing to wait for.
      return isScanned ? "DECODED" : "CREATED";
    case "ASKED":
      return "DECODED";
    case "SUCCEEDED":
      return "PAID";
    case "FAILED":
      return "FAILED";
    case "CLOSING":
    case "CLOSED":
      return "CLOSED";
  }
}
