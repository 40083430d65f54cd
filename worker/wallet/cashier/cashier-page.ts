/**
 * GET /cashier: the page at the wallet's cashier URL, for a browser without the wallet's app, or before it. It leads
 * into the app, or to the wallet's own login. It decodes nothing, and knows nothing of customer and order: a code is
 * used up by the customer who logs in (open-cashier-order.ts), never by a browser that opens a link.
 *
 * Source: docs/spec/wallet/cashier.md#the-landing.
 */
import { html, raw } from "hono/html";
import { CODE_VALUE_LIMIT_CHARACTERS } from "../../../durable/code-rules/identify.ts";
import type { Configuration } from "../../../durable/env.ts";
import { cashierUrlOf, codeValueIn, opensAppAlone } from "../../../protocol/cashier-url.ts";
import { hasAtMost } from "../../../protocol/characters.ts";
import type { Arrival, Endpoint } from "../../http/endpoint.ts";
import { type Problem, problem } from "../../http/problem.ts";

const STYLE = `:root{color-scheme:light dark}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:24rem;margin:0 auto;padding:15vh 1.5rem 2rem}
h1{font-size:1.5rem;line-height:1.2}
a{display:block;margin:1rem 0;padding:.75rem 1rem;border:2px solid currentcolor;border-radius:.5rem;color:inherit;font-weight:600;text-align:center;text-decoration:none}
a:focus-visible{outline:3px solid;outline-offset:3px}`;

/** A link of the page. */
type Way = { readonly text: string; readonly url: string };

/** GET /wallet/v1/cashier */
export const showCashier: Endpoint = {
  method: "GET",
  path: "/cashier",
  name: "showCashier",
  respond: async (arrival) => respond(arrival),
};

/** Parameters besides the code value are ignored: a wallet's link may have its own. */
function respond({ url, gateway, line }: Arrival): Response | Problem {
  const codeValue = codeValueIn(url);
  if (codeValue === undefined || !hasAtMost(codeValue, CODE_VALUE_LIMIT_CHARACTERS)) {
    line.resultCode = "PARAM_ILLEGAL";
    return pageOf(400, "This link is not complete", "Go back to the merchant, and choose to pay again.", []);
  }
  const ways = waysOf(codeValue, gateway.configuration);
  if (ways.length === 0) {
    return problem("MISCONFIGURED", "Neither CASHIER_URLS names an app, nor is CASHIER_LOGIN_URL set.");
  }
  return pageOf(200, "Pay with your wallet", "The wallet shows the order before you pay.", ways);
}

/** The app first: a customer who has it need not log in. */
function waysOf(codeValue: string, { cashierUrls, cashierLoginUrl }: Configuration): Way[] {
  const appUrl = cashierUrls.find(opensAppAlone);
  return [
    ...(appUrl === undefined ? [] : [{ text: "Open the app", url: cashierUrlOf(appUrl, codeValue) }]),
    ...(cashierLoginUrl === undefined ? [] : [{ text: "Log in here", url: cashierUrlOf(cashierLoginUrl, codeValue) }]),
  ];
}

function pageOf(status: number, title: string, sentence: string, ways: readonly Way[]): Response {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${sentence}</p>
${ways.map(({ text, url }) => html`<a href="${url}">${text}</a>`)}
</main>
</body>
</html>
`;
  const headers = {
    "Content-Type": "text/html; charset=UTF-8",
    "Content-Security-Policy": policy.join("; "),
    "X-Content-Type-Options": "nosniff",
    // The URL holds the code: no other page may learn it, and no cache or search engine may keep it.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
  };
  return new Response(String(markup), { status, headers });
}
