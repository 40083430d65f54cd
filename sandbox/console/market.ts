/** The market as a developer sees and sets it. */

import { marketJsonOf } from "../alipayplus/market/market.ts";
import { marketBody } from "../alipayplus/market/market-body.ts";
import { checkedBody, type SandboxContext } from "../http.ts";

/** GET /sandbox/market: the market in force, besides the table of quotes. */
export async function getMarket(context: SandboxContext): Promise<Response> {
  return context.json(marketJsonOf(await context.get("parties").alipayPlus.network().market()));
}

/** PUT /sandbox/market: replaces the market; payments that were charged keep what they were charged with. */
export async function putMarket(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, marketBody);
  if ("refusal" in input) return input.refusal;
  return context.json(marketJsonOf(await context.get("parties").alipayPlus.network().setMarket(input.parameters)));
}

/** DELETE /sandbox/market: back to the table. */
export async function deleteMarket(context: SandboxContext): Promise<Response> {
  return context.json(marketJsonOf(await context.get("parties").alipayPlus.network().setMarket(undefined)));
}
