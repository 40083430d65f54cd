/** Faults of the wallet's core that a test switches on for one customer. The Worker under test runs in the same isolate. */

/** The operations of the port that move money or tell about it. */
export type CoreOperation = "debit" | "inquire" | "reverse" | "refund" | "evaluate";

/**
 * - LOST: the request never reaches the core.
 * - MUTE: the core does it, and its answer never arrives.
 * - BROKEN: the call fails with an exception, before anything is done.
 */
export type CoreFault = "LOST" | "MUTE" | "BROKEN";

const faults = new Map<string, CoreFault>();
const calls = new Map<string, number>();

function key(customerId: string, operation: CoreOperation): string {
  return `${operation} ${customerId}`;
}

/** From now on, `operation` fails for this customer; without a fault it works again. */
export function setCoreFault(customerId: string, operation: CoreOperation, fault?: CoreFault): void {
  if (fault) faults.set(key(customerId, operation), fault);
  else faults.delete(key(customerId, operation));
}

/** How often the gateway asked the core for `operation` of this customer. */
export function coreCalls(customerId: string, operation: CoreOperation): number {
  return calls.get(key(customerId, operation)) ?? 0;
}

/** Lets a call through to the core, or not. A held answer is a promise that stays open: RPC waits for it either way. */
export function throughFaults<T>(customerId: string, operation: CoreOperation, work: () => T): T {
  const name = key(customerId, operation);
  calls.set(name, (calls.get(name) ?? 0) + 1);
  const fault = faults.get(name);
  if (fault === undefined) return work();
  if (fault === "BROKEN") throw new Error("The core is broken");
  if (fault === "MUTE") work();
  return new Promise(() => {}) as T;
}
