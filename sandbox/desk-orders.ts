/**
 * The orders that merchants have placed, from the order code to what the wallet has told of them. Pure.
 *
 * Source: seeds/001; spec/01 Idempotency; spec/03 Merchant-presented codes, Results, Cancel.
 */
import type { JsonObject } from "../worker/json.ts";
import { newestWithin } from "./desk-bounds.ts";

/** CREATED: nobody has scanned it. CLOSED: by the merchant or by a cancel; what was paid has gone back. */
export type OrderStatus = "CREATED" | "DECODED" | "PAID" | "FAILED" | "CLOSED";

/** What the wallet has told of a payment, and what it was answered. */
export type ReceivedNotification = {
  readonly resultCode: string;
  readonly resultStatus: "S" | "F";
  /** The wallet's id of the payment. */
  readonly paymentId?: string | undefined;
  /** Epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly answer: "SUCCESS" | "REPEAT_REQ_INCONSISTENT";
};

/** A new order. */
export type NewOrder = {
  readonly paymentRequestId: string;
  readonly codeValue: string;
  /** From then on the code cannot be decoded. Epoch milliseconds. */
  readonly expiryTimeMs: number;
  /** What userInitiatedPay answers beside `result`. */
  readonly terms: JsonObject;
};

/** An order and what became of it. */
export type PlacedOrder = NewOrder & {
  readonly status: OrderStatus;
  /** Who scanned it; missing while nobody has. */
  readonly customerId?: string;
  /** In the order in which they came. */
  readonly notifications: readonly ReceivedNotification[];
  /** The compared parameters of the last notification that was accepted. */
  readonly notificationFingerprint?: string;
};

/** A scan of an order code. `nowMs` is the caller's clock. */
export type OrderScan = { readonly codeValue: string; readonly customerId: string; readonly nowMs: number };

/** What an order code decodes to. */
export type DecodedOrder =
  | { readonly outcome: "DECODED"; readonly terms: JsonObject }
  | { readonly outcome: "UNKNOWN" }
  | { readonly outcome: "CLOSED" }
  | { readonly outcome: "EXPIRED" }
  /** Another customer has scanned it. */
  | { readonly outcome: "CUSTOMER_DIFFERENT" };

/** A notification that has arrived. */
export type Notification = Omit<ReceivedNotification, "answer"> & {
  readonly paymentRequestId: string;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
};

/** How an order takes a notification. */
export type NotificationReceipt =
  | { readonly outcome: "ACCEPTED"; readonly order: PlacedOrder }
  /** It says something else than the one before. */
  | { readonly outcome: "INCONSISTENT" }
  | { readonly outcome: "ORDER_UNKNOWN" };

/** The most orders that are remembered: the oldest are dropped. */
export const ORDERS_LIMIT = 1_000;
/** The most characters that they may have together, as JSON. */
export const ORDERS_LIMIT_CHARACTERS = 900_000;
/** The most notifications of one order that are remembered: the oldest are dropped. */
export const NOTIFICATIONS_LIMIT = 20;

/** The order of a payment. */
export function findOrder(orders: readonly PlacedOrder[], paymentRequestId: string): PlacedOrder | undefined {
  return orders.find((order) => order.paymentRequestId === paymentRequestId);
}

/** Remembers an order. */
export function placeOrder(orders: readonly PlacedOrder[], order: NewOrder): readonly PlacedOrder[] {
  return bounded([...orders, { ...order, status: "CREATED", notifications: [] }]);
}

/**
 * Decodes an order code for a customer. Within its validity it always decodes to the same, for the first customer who
 * has scanned it.
 */
export function decodeOrder(
  orders: readonly PlacedOrder[],
  { codeValue, customerId, nowMs }: OrderScan,
): { readonly orders: readonly PlacedOrder[]; readonly answer: DecodedOrder } {
  const order = orders.find((placed) => placed.codeValue === codeValue);
  if (!order) return { orders, answer: { outcome: "UNKNOWN" } };
  if (order.status === "CLOSED") return { orders, answer: { outcome: "CLOSED" } };
  if (nowMs >= order.expiryTimeMs) return { orders, answer: { outcome: "EXPIRED" } };
  const answer: DecodedOrder = { outcome: "DECODED", terms: order.terms };
  if (order.customerId === undefined) {
    return { orders: replaced(orders, { ...order, status: "DECODED", customerId }), answer };
  }
  return { orders, answer: order.customerId === customerId ? answer : { outcome: "CUSTOMER_DIFFERENT" } };
}

/** Closes an order that is not paid. What is paid must be given back first: {@link closeCancelledOrder}. */
export function closeUnpaidOrder(orders: readonly PlacedOrder[], paymentRequestId: string): readonly PlacedOrder[] {
  const order = findOrder(orders, paymentRequestId);
  return order && order.status !== "PAID" ? replaced(orders, { ...order, status: "CLOSED" }) : orders;
}

/** Closes an order whose payment the wallet has cancelled. */
export function closeCancelledOrder(orders: readonly PlacedOrder[], paymentRequestId: string): readonly PlacedOrder[] {
  const order = findOrder(orders, paymentRequestId);
  return order ? replaced(orders, { ...order, status: "CLOSED" }) : orders;
}

/**
 * Takes a notification. All that are told of a payment must agree (spec/01 Idempotency); the one exception is a success
 * that a cancel has undone (spec/03 Results). One that does not agree is remembered, and changes nothing else.
 */
export function takeNotification(
  orders: readonly PlacedOrder[],
  notification: Notification,
): { readonly orders: readonly PlacedOrder[]; readonly receipt: NotificationReceipt } {
  const { paymentRequestId, fingerprint, ...told } = notification;
  const order = findOrder(orders, paymentRequestId);
  if (!order) return { orders, receipt: { outcome: "ORDER_UNKNOWN" } };
  if (!agrees(order, notification)) {
    const remembered = withNotification(order, { ...told, answer: "REPEAT_REQ_INCONSISTENT" });
    return { orders: replaced(orders, remembered), receipt: { outcome: "INCONSISTENT" } };
  }
  const accepted: PlacedOrder = {
    ...withNotification(order, { ...told, answer: "SUCCESS" }),
    status: statusAfter(order.status, told.resultStatus),
    notificationFingerprint: fingerprint,
  };
  return { orders: replaced(orders, accepted), receipt: { outcome: "ACCEPTED", order: accepted } };
}

function agrees(order: PlacedOrder, { fingerprint, resultStatus, resultCode }: Notification): boolean {
  if (order.notificationFingerprint === undefined || order.notificationFingerprint === fingerprint) return true;
  const last = order.notifications.findLast(({ answer }) => answer === "SUCCESS");
  return last?.resultStatus === "S" && resultStatus === "F" && resultCode === "ORDER_IS_CLOSED";
}

function statusAfter(status: OrderStatus, resultStatus: "S" | "F"): OrderStatus {
  if (status === "CLOSED") return status;
  if (resultStatus === "S") return "PAID";
  return status === "PAID" ? "CLOSED" : "FAILED";
}

function withNotification(order: PlacedOrder, notification: ReceivedNotification): PlacedOrder {
  return { ...order, notifications: [...order.notifications, notification].slice(-NOTIFICATIONS_LIMIT) };
}

function replaced(orders: readonly PlacedOrder[], changed: PlacedOrder): readonly PlacedOrder[] {
  return bounded(orders.map((order) => (order.paymentRequestId === changed.paymentRequestId ? changed : order)));
}

function bounded(orders: readonly PlacedOrder[]): readonly PlacedOrder[] {
  return newestWithin(orders, ORDERS_LIMIT, ORDERS_LIMIT_CHARACTERS, (order) => JSON.stringify(order).length);
}
