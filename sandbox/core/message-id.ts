/** The message to the core that follows from a call of the gateway, known before the gateway sends it. */
import { paymentIdOf, refundIdOf } from "../../protocol/idempotency.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { awaitFault, forgetAwaited } from "../faults/active.ts";
import type { AskedFault } from "../faults/fault.ts";
import { type CoreOperation, messageIdOf } from "../rehearsal/core-contract.ts";

/** What a call of the gateway is about, by Alipay+'s own ids. */
type Subject = { readonly paymentRequestId: string; readonly refundRequestId?: string };

/** What a message to the wallet is about. */
export function subjectOf({ paymentRequestId, refundRequestId }: JsonObject): Subject {
  return { paymentRequestId: String(paymentRequestId), refundRequestId: String(refundRequestId) };
}

/**
 * Its `webhook-id`: the gateway derives its ids from Alipay+'s (docs/spec/idempotency.md), and all tries of one message
 * have the same.
 *
 * @param clientId the wallet's
 */
export async function coreMessageIdOf(
  clientId: string,
  operation: CoreOperation,
  { paymentRequestId, refundRequestId = "" }: Subject,
): Promise<string> {
  const paymentId = await paymentIdOf(clientId, paymentRequestId);
  return messageIdOf(operation, { paymentId, refundId: await refundIdOf(clientId, refundRequestId) });
}

/**
 * While a call of the gateway is under way, the first message to the core that follows from it meets a fault.
 *
 * @param asked on the link to the core
 */
export async function whileCoreAwaits<Done>(
  clientId: string,
  asked: AskedFault,
  subject: Subject,
  call: () => Promise<Done>,
): Promise<Done> {
  const messageId = await coreMessageIdOf(clientId, asked.kind.interface as CoreOperation, subject);
  awaitFault(messageId, asked);
  try {
    return await call();
  } finally {
    forgetAwaited(messageId);
  }
}
