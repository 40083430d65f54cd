/** GET /sandbox/wallet-api: the page about the calls of the wallet API. */
import { walletApiPage } from "./page.ts";

const PAGE_PATH = "/sandbox/wallet-api";

/** The gateway's own answer at `/wallet/v1` names its OpenAPI document, with or without a slash at the end. */
const INDEX_PATH = /^\/wallet\/v1\/?$/;

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

/** Leads a browser that opens the gateway's `/wallet/v1` to the page; `undefined` for any other request. */
export function redirectToWalletApiPage({ method, url, headers }: Request): Response | undefined {
  const isBrowser = method === "GET" && (headers.get("Accept") ?? "").includes("text/html");
  const { origin, pathname } = new URL(url);
  return isBrowser && INDEX_PATH.test(pathname) ? Response.redirect(`${origin}${PAGE_PATH}`) : undefined;
}
