/**
 * The only way to the desk. It shows the desk's own methods and nothing of the library: its stub answers to every
 * name, so `await` on it never ends, and `destroy` or `reset` would be one typing error away.
 */
import { proxyDurable } from "itty-durable";
import type { Desk, DeskMethod } from "./desk.ts";

/**
 * Four objects of one class: a call writes only the part that it changes, and each stays below the 2 MiB that one
 * stored value may hold.
 */
const DRAWER_OF_METHOD: Record<DeskMethod, "codes" | "payments" | "orders" | "traffic"> = {
  issueCodes: "codes",
  decodeCode: "codes",
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
  addRecord: "traffic",
  lastRecords: "traffic",
};

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
  const drawers = proxyDurable(namespace, { parse: true });
  // A new stub for each call: one that has failed stays broken.
  const methods = Object.entries(DRAWER_OF_METHOD).map(([method, drawer]) => [
    method,
    (...parameters: readonly unknown[]) => drawers.get(drawer).perform(method, asciiJson(parameters)),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as DeskClient;
}

/** JSON in printable ASCII, everything else escaped. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
