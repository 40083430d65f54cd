/** GET /sandbox/wallet-api: the page about the calls of the wallet API. */
import { walletApiPage } from "./page.ts";

/**
 * Answers the page, made from the document that the gateway answers now. When the gateway answers a problem instead,
 * that is passed on.
 *
 * @param token the wallet's of local development, for the samples
 */
export async function getWalletApiPage({ url }: Request, gateway: Fetcher, token?: string): Promise<Response> {
  const { origin } = new URL(url);
  const answer = await gateway.fetch(`${origin}/wallet/v1/openapi.json`);
  return answer.ok ? walletApiPage(await answer.json(), { origin, token }) : answer;
}
