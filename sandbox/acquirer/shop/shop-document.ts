/** The page of a shop. */
import { html } from "hono/html";
import { PRIVATE_ORDER_CODE_START } from "../../alipayplus/order-code-value.ts";
import type { CustomerPage, Markup } from "../../page/customer-page.ts";

/** A shop, and its currency. */
export type Shop = {
  readonly storeId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Digits after the point. */
  readonly exponent: number;
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
export function shopForm(shop: Shop, wrongAmount?: string): CustomerPage {
  const { currency, exponent } = shop;
  const isWrong = wrongAmount !== undefined;
  const error = isWrong
    ? html`<p id="error" role="alert">Please enter an amount above zero with at most ${exponent} decimals.</p>`
    : "";
  const described = isWrong ? html` aria-invalid="true" aria-describedby="error"` : "";
  const form = html`<form method="post">
<p><label for="amount">Amount in ${currency}</label></p>
<p><input id="amount" name="amount" value="${wrongAmount ?? ""}" inputmode="decimal" autocomplete="off" maxlength="64"
required autofocus${described}></p>
${error}<p><button>Pay</button></p>
</form>`;
  return { ...pageOf(shop, isWrong ? 400 : 200, form), formTarget: new URL(PRIVATE_ORDER_CODE_START).origin };
}

/** The page without a form, with the reason. */
export function shopNotice(shop: Shop, status: number, notice: keyof typeof NOTICES): CustomerPage {
  return pageOf(shop, status, html`<p>${NOTICES[notice]}</p>`);
}

function pageOf({ storeId }: Shop, status: number, content: Markup): CustomerPage {
  return {
    status,
    title: `Harbour Bakery, shop ${storeId}`,
    content: html`<h1>Harbour Bakery</h1>
<p class="dim">Shop ${storeId}</p>
${content}`,
  };
}
