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
import type { Fault } from "../../faults/fault.ts";

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
  asked: Fault | undefined,
): Promise<ExchangeReply> {
  if (!message) return exchangeMessage(alipayPlus, interfaceName, body, message, { asked });
  const { network } = alipayPlus;
  const paymentRequestId = paymentNamedBy(message);
  const customerId =
    customerNamedBy(message) ??
    (paymentRequestId === undefined ? undefined : await network().customerOf(paymentRequestId));
  const before = newsBefore(interfaceName, message);
  if (before) await network().noteManual(before);
  const reply = await exchangeMessage(alipayPlus, interfaceName, body, message, { asked, customerId });
  const { exchange, result } = reply;
  const after = newsAfter(interfaceName, message, { body: exchange.response.body, result });
  if (after) await network().noteManual(after);
  return reply;
}
