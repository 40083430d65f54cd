/** One exchange with the wallet that a developer has asked for; Alipay+ keeps the results of payments and refunds. */
import type { JsonObject } from "../../../protocol/json.ts";
import { type ExchangeReply, exchangeMessage } from "../../alipayplus/exchange.ts";
import type { AlipayPlusWithPayments } from "../../alipayplus/interface.ts";
import type { InterfaceName } from "../../alipayplus/message.ts";
import {
  customerNamedBy,
  newsAfter,
  newsBefore,
  paymentNamedBy,
} from "../../alipayplus/payments/manual/manual-message.ts";
import { subjectOf, whileCoreAwaits } from "../../core/message-id.ts";
import type { AskedFault, Fault } from "../../faults/fault.ts";
import { CORE_LINK } from "../../faults/links.ts";

/**
 * Sends a body as {@link exchangeMessage} does, and keeps its result.
 *
 * @param message the body's JSON; undefined when the body is not JSON: then nothing is kept
 */
export async function exchangeManually(
  alipayPlus: AlipayPlusWithPayments,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  message: JsonObject | undefined,
  asked: AskedFault | undefined,
): Promise<ExchangeReply> {
  if (!message) return exchangeMessage(alipayPlus, interfaceName, body, message, { asked });
  const { network } = alipayPlus;
  const paymentRequestId = paymentNamedBy(message);
  const customerId =
    customerNamedBy(message) ??
    (paymentRequestId === undefined ? undefined : await network().customerOf(paymentRequestId));
  const isRepeat = paymentRequestId !== undefined && (await network().isOfAcquirer(paymentRequestId));
  const before = newsBefore(interfaceName, message);
  if (before) await network().noteManual(before);
  const send = (fault: Fault | undefined) =>
    exchangeMessage(alipayPlus, interfaceName, body, message, { asked: fault, customerId, isRepeat });
  const reply = await (asked?.kind.link === CORE_LINK
    ? whileCoreAwaits(alipayPlus.mppClientId, asked, subjectOf(message), () => send(undefined))
    : send(asked));
  const { exchange, result } = reply;
  const after = newsAfter(interfaceName, message, { body: exchange.response.body, result });
  if (after) await network().noteManual(after);
  return reply;
}
