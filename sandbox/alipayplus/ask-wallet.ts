/** A message of Alipay+ to the wallet, and the answer that it takes from it. Source: docs/spec/results.md. */
import type { JsonObject } from "../../protocol/json.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import { exchangeMessage } from "./exchange.ts";
import type { InterfaceName } from "./message.ts";
import type { AlipayPlus } from "./party.ts";

/** U where the answer does not count; the parameters of any other. */
export type WalletAnswer = { readonly result: ReportedResult; readonly parameters: unknown };

/**
 * Asks the wallet.
 *
 * @param customerId whose balance is shown with the exchange; undefined when the message is about none
 */
export async function askWallet(
  alipayPlus: AlipayPlus,
  interfaceName: InterfaceName,
  message: JsonObject,
  customerId: string | undefined,
): Promise<WalletAnswer> {
  const body = JSON.stringify(message);
  const { exchange, result } = await exchangeMessage(alipayPlus, interfaceName, body, message, { customerId });
  // Only an answer that verified, and was read strictly, has a result other than U.
  return { result, parameters: result.resultStatus === "U" ? undefined : JSON.parse(exchange.response.body) };
}
