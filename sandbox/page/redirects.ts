/** Leads from addresses of the gateway to the sandbox's pages, in local development alone. */

const PAGE_PATH = "/sandbox";
const WALLET_API_PAGE_PATH = "/sandbox/wallet-api";

/** The gateway's own answer at `/wallet/v1` names its OpenAPI document, with or without a slash at the end. */
const WALLET_API_PATH = /^\/wallet\/v1\/?$/;

/**
 * Leads `/` to the page, and a browser that opens the gateway's `/wallet/v1` to the page about it; `undefined` for any
 * other request.
 */
export function redirectToPage({ method, url, headers }: Request): Response | undefined {
  if (method !== "GET") return undefined;
  const { origin, pathname } = new URL(url);
  if (pathname === "/") return Response.redirect(`${origin}${PAGE_PATH}`);
  const isBrowser = (headers.get("Accept") ?? "").includes("text/html");
  return isBrowser && WALLET_API_PATH.test(pathname)
    ? Response.redirect(`${origin}${WALLET_API_PAGE_PATH}`)
    : undefined;
}
