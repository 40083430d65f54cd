/** The only way to the desk: its own methods, and nothing of the library that it stands on. */
import { callIttyObject } from "../../../durable/platform/itty/client.ts";
import type { Desk, DeskMethod } from "./desk.ts";

const OBJECT_NAME = "payments";

const METHODS: readonly DeskMethod[] = ["rememberPayment", "findPayment", "planRefund", "settleRefund"];

/** A new stub of the desk's object, only to be erased. */
export function deskObjectOf(namespace: DurableObjectNamespace): DurableObjectStub {
  return namespace.getByName(OBJECT_NAME);
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
  const methods = METHODS.map((method) => [
    method,
    (...parameters: readonly unknown[]) => callIttyObject(namespace, OBJECT_NAME, method, parameters),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as DeskClient;
}
