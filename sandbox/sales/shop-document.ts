/** The documents of a shop's page. They have no script and no style, and nothing from elsewhere. */
import { html } from "hono/html";
import { PRIVATE_ORDER_CODE_START } from "../order-code-value.ts";

/** A shop, and the currency that it counts in. */
export type Shop = {
  readonly storeId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Digits after the point. */
  readonly exponent: number;
};

/** A browser applies `form-action` to where the form's answer leads, too. */
const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  `form-action 'self' ${new URL(PRIVATE_ORDER_CODE_START).origin}`,
  "frame-ancestors 'none'",
];

/** The headers of a document. */
export const SHOP_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=UTF-8",
  "Content-Security-Policy": POLICY.join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  Vary: "User-Agent",
};

const NOTICES = {
  OPEN_IN_WALLET: "Please scan the code with your wallet: this page takes payments inside the wallet alone.",
  NOT_AVAILABLE: "This payment is not possible at the moment. Please try again.",
} as const;

/**
 * The form that asks for the amount.
 *
 * @param wrongAmount what was entered and is no amount
 */
export function shopFormOf(shop: Shop, wrongAmount?: string): string {
  const { currency, exponent } = shop;
  const isWrong = wrongAmount !== undefined;
  const error = isWrong
    ? html`<p id="error" role="alert">Please enter an amount above zero with at most ${exponent} decimals.</p>`
    : "";
  const described = isWrong ? html` aria-invalid="true" aria-describedby="error"` : "";
  return documentOf(
    shop,
    html`<form method="post">
<p><label for="amount">Amount in ${currency}</label></p>
<p><input id="amount" name="amount" value="${wrongAmount ?? ""}" inputmode="decimal" autocomplete="off" maxlength="64"
required autofocus${described}></p>
${error}<p><button>Pay</button></p>
</form>`,
  );
}

/** A page that only says why there is no form. */
export function shopNoticeOf(shop: Shop, notice: keyof typeof NOTICES): string {
  return documentOf(shop, html`<p>${NOTICES[notice]}</p>`);
}

function documentOf({ storeId }: Shop, content: ReturnType<typeof html>): string {
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Harbour Bakery, shop ${storeId}</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Harbour Bakery</h1>
<p>Shop ${storeId}</p>
${content}
</main>
</body>
</html>
`;
  return String(markup);
}
