/** A merchant's view of its orders, and its early end of one. Source: spec/03 Cancel, Results. */
import * as z from "zod";
import { identifier } from "../worker/alipayplus/parameters.ts";
import { formatTime } from "../worker/iso-time.ts";
import type { PlacedOrder } from "./desk-orders.ts";
import { exchangeMessage, walletMessageKind } from "./exchange.ts";
import { checked, checkedFault, refuse, type SandboxContext } from "./http.ts";
import { PARTIES } from "./message.ts";

const path = z.object({ paymentRequestId: identifier });

/** GET /sandbox/orders/{paymentRequestId}: an order, what became of it, and what the wallet has told. */
export async function getOrder(context: SandboxContext): Promise<Response> {
  const found = await namedOrder(context);
  return "refusal" in found ? found.refusal : context.json(orderJson(found.order));
}

/**
 * POST /sandbox/orders/{paymentRequestId}/close: the merchant does not wait any longer. From now on the code cannot be
 * decoded; a wallet that has decoded it is asked to cancel. A paid order is closed when the wallet has done so.
 */
export async function postCloseOrder(context: SandboxContext): Promise<Response> {
  const found = await namedOrder(context);
  if ("refusal" in found) return found.refusal;
  const asked = checkedFault(context, walletMessageKind("cancelPayment"));
  if ("refusal" in asked) return asked.refusal;
  const sandbox = context.get("sandbox");
  const { paymentRequestId } = found.order;
  await sandbox.desk.closeUnpaidOrder(paymentRequestId);
  // Read after it was closed: somebody may have scanned it at the last moment, nobody can from now on.
  const { order = found.order } = await sandbox.desk.findOrder(paymentRequestId);
  if (order.customerId === undefined) return context.json({ order: orderJson(order) });
  const message = { ...PARTIES, paymentRequestId };
  const reply = await exchangeMessage(sandbox, "cancelPayment", JSON.stringify(message), message, asked.fault);
  const { order: closed = order } = await sandbox.desk.findOrder(paymentRequestId);
  return context.json({ order: orderJson(closed), ...reply });
}

async function namedOrder(
  context: SandboxContext,
): Promise<{ readonly order: PlacedOrder } | { readonly refusal: Response }> {
  const named = checked(context, path, { paymentRequestId: context.req.param("paymentRequestId") ?? "" });
  if ("refusal" in named) return named;
  const { order } = await context.get("sandbox").desk.findOrder(named.parameters.paymentRequestId);
  if (order) return { order };
  const why = "Illegal parameter paymentRequestId: the desk remembers no such order.";
  return { refusal: refuse(context, "ORDER_UNKNOWN", why) };
}

function orderJson({
  paymentRequestId,
  codeValue,
  status,
  customerId,
  expiryTimeMs,
  terms,
  notifications,
}: PlacedOrder) {
  return {
    paymentRequestId,
    codeValue,
    status,
    customerId,
    paymentExpiryTime: formatTime(expiryTimeMs),
    terms,
    notifications: notifications.map(({ receivedTimeMs, resultCode, resultStatus, paymentId, answer }) => ({
      time: formatTime(receivedTimeMs),
      resultCode,
      resultStatus,
      paymentId,
      answer,
    })),
  };
}
