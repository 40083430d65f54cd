/** A question that shows whether the core answers, and moves nothing. */
import type { PaymentKey } from "./port.ts";

const PREFIX = "probe-";

/** A payment that does not exist, for `inquire`: the core answers UNKNOWN. New each time. */
export function newProbe(): PaymentKey {
  return { paymentId: `${PREFIX}${crypto.randomUUID()}`, customerId: "plusgate-probe" };
}

/** Whether an operation is about a probe: the id of a payment has only hexadecimal digits. */
export function isProbe({ paymentId }: Pick<PaymentKey, "paymentId">): boolean {
  return paymentId.startsWith(PREFIX);
}
