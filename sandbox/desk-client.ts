/** The only way to the desk: its own methods, and nothing of the library that it stands on. */
import { callIttyObject } from "../durable/itty-client.ts";
import type { Desk, DeskMethod } from "./desk.ts";

/**
 * Two objects of one class: a call writes only the part that it changes, and each stays below the 2 MiB that one
 * stored value may hold.
 */
const DRAWER_OF_METHOD: Record<DeskMethod, "payments" | "orders"> = {
  rememberPayment: "payments",
  findPayment: "payments",
  planRefund: "payments",
  settleRefund: "payments",
  placeOrder: "orders",
  findOrder: "orders",
  decodeOrder: "orders",
  closeUnpaidOrder: "orders",
  closeCancelledOrder: "orders",
  takeNotification: "orders",
};

/** New stubs of the desk's objects, only to be erased. */
export function deskObjectsOf(namespace: DurableObjectNamespace): DurableObjectStub[] {
  return [...new Set(Object.values(DRAWER_OF_METHOD))].map((drawer) => namespace.getByName(drawer));
}

/** The desk's methods (desk.ts). A call rejects only when the desk itself is broken. */
export type DeskClient = {
  readonly [Method in DeskMethod]: (
    ...parameters: Parameters<Desk[Method]>
  ) => Promise<Awaited<ReturnType<Desk[Method]>>>;
};

/**
 * Makes the client of a desk.
 *
 * @param namespace the DESK binding
 */
export function createDeskClient(namespace: DurableObjectNamespace): DeskClient {
  const methods = Object.entries(DRAWER_OF_METHOD).map(([method, drawer]) => [
    method,
    (...parameters: readonly unknown[]) => callIttyObject(namespace, drawer, method, parameters),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as DeskClient;
}
