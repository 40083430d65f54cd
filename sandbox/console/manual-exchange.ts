/** One exchange with the wallet that a developer has asked for: the desk, and the network, take note of it. */
import type { JsonObject } from "../../protocol/json.ts";
import { type ExchangeReply, exchangeMessage } from "../alipayplus/exchange.ts";
import type { InterfaceName } from "../alipayplus/message.ts";
import type { Sandbox } from "../env.ts";
import type { Fault } from "../faults/fault.ts";
import { customerOf, expectNotification, takeNote } from "./desk/memory.ts";

/**
 * Sends a body as {@link exchangeMessage} does, and remembers what it has come to.
 *
 * @param message the body's JSON; undefined when it is none: then there is nothing to remember
 */
export async function exchangeByHand(
  sandbox: Sandbox,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  message: JsonObject | undefined,
  asked: Fault | undefined,
): Promise<ExchangeReply> {
  if (!message) return exchangeMessage(sandbox, interfaceName, body, message, { asked });
  const customerId = await customerOf(sandbox, message);
  await expectNotification(sandbox.desk, interfaceName, message);
  const reply = await exchangeMessage(sandbox, interfaceName, body, message, { asked, customerId });
  await takeNote(sandbox, interfaceName, message, reply);
  return reply;
}
