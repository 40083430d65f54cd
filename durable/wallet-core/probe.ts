/** A question that shows whether the core answers, and moves nothing. */
import type { PaymentKey } from "./port.ts";

/** A payment that does not exist, for `inquire`: the core answers UNKNOWN. New each time. */
export function newProbe(): PaymentKey {
  return { paymentId: `probe-${crypto.randomUUID()}`, customerId: "plusgate-probe" };
}
