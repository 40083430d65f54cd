/**
 * What a browser shows at the address of an order code: the page of the cashier, with the code for a wallet to scan. It
 * stands for the address in `paymentUrl`, which no DNS resolves.
 *
 * Source: docs/spec/wallet/cashier.md; docs/spec/time-limits.md, docs/spec/screens.md.
 */

import { html } from "hono/html";
import * as z from "zod";
import { currencyExponent } from "../../core-wasm/index.ts";
import { nowMs } from "../../protocol/clock.ts";
import type { JsonObject, JsonValue } from "../../protocol/json.ts";
import { type Money, majorUnits } from "../../protocol/money.ts";
import { amountOf, text } from "../../protocol/parameters.ts";
import { SECOND_MS } from "../../protocol/time.ts";
import { checked, refuse, type SandboxContext } from "../http.ts";
import { type CustomerPage, customerPage, type Markup } from "../page/customer-page.ts";
import { imagePath } from "./for-acquirers/order-code-form.ts";
import { PRIVATE_ORDER_CODE_START } from "./order-code-value.ts";
import type { PaymentRecord, PaymentTerms } from "./payments/records/payment-records.ts";
import { paymentResultOf } from "./payments/views/payment-view.ts";

const path = z.object({ code: text(64).regex(/^[A-Za-z0-9]+$/, "must be letters and digits") });

/** How often the page of an open payment reloads, so that it counts down and shows the result. */
const REFRESH_S = 5;
/** The page returns to the merchant after six seconds (docs/spec/screens.md). */
const REDIRECT_S = 6;
const MINUTE_S = 60;

/** GET /sandbox/cashier/{code}: `code` is an order code without the common prefix of the sandbox's order codes. */
export async function getCashier(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { code: context.req.param("code") ?? "" });
  if ("refusal" in named) return named.refusal;
  const { network } = context.get("parties").alipayPlus;
  const payment = await network().findByCode(PRIVATE_ORDER_CODE_START + named.parameters.code);
  if (!payment?.terms) return refuse(context, "ORDER_UNKNOWN", "Illegal parameter code: no order has this code.");
  return customerPage(pageOf(payment, payment.terms));
}

function pageOf(payment: PaymentRecord, terms: PaymentTerms): CustomerPage {
  const merchant = merchantNameOf(terms);
  const { content, ...rest } = stateOf(payment, terms);
  return {
    status: 200,
    title: `Pay ${merchant}`,
    ...rest,
    content: html`<h1>${merchant}</h1>
<p class="amount">${majorText(terms.requested)}</p>
${content}`,
  };
}

function stateOf(payment: PaymentRecord, terms: PaymentTerms): Pick<CustomerPage, "content" | "refresh"> {
  const { name } = payment.state.status;
  switch (name) {
    case "OFFERED":
      return { content: codeOf(payment), refresh: { seconds: REFRESH_S } };
    case "ASKED":
      return {
        content: html`<p role="status">Confirm the payment in your wallet.</p>${countdownOf(payment)}`,
        refresh: { seconds: REFRESH_S },
      };
    case "SUCCEEDED":
      return paidOf(terms);
    case "FAILED":
    case "CLOSING":
    case "CLOSED": {
      const { resultCode, resultMessage } = paymentResultOf(payment.state);
      return { content: html`<p role="alert">Not paid: ${resultMessage}</p><p class="dim">${resultCode}</p>` };
    }
  }
}

function codeOf(payment: PaymentRecord): Markup {
  return html`<img src="${imagePath(payment.paymentId, "BIGIMAGE")}" width="256" height="256" alt="The order code as a QR code">
<p>Scan the code with your wallet.</p>
${countdownOf(payment)}`;
}

function countdownOf({ state }: PaymentRecord): Markup {
  const leftS = Math.max(0, Math.ceil((state.expiryTimeMs - nowMs()) / SECOND_MS));
  const left = `${Math.floor(leftS / MINUTE_S)}:${String(leftS % MINUTE_S).padStart(2, "0")}`;
  return html`<p class="dim">Expires in <time>${left}</time></p>`;
}

/**
 * Without a way back the customer is stranded: docs/spec/wallet/cashier.md#the-merchants-side names the missing
 * parameter as the usual cause.
 */
function paidOf({ paymentRedirectUrl: url }: PaymentTerms): Pick<CustomerPage, "content" | "refresh"> {
  const paid = html`<p role="status">Paid. Thank you.</p>`;
  if (url === undefined) {
    return { content: html`${paid}<p class="dim">The merchant named no paymentRedirectUrl to go back to.</p>` };
  }
  return {
    content: html`${paid}<p><a href="${url}">Back to the merchant</a>, by itself in ${REDIRECT_S} seconds</p>`,
    refresh: { seconds: REDIRECT_S, url },
  };
}

function merchantNameOf({ order }: PaymentTerms): string {
  const { merchant, orderDescription } = JSON.parse(order) as { merchant?: JsonObject; orderDescription?: JsonValue };
  const names = [merchant?.merchantDisplayName, merchant?.merchantName, orderDescription];
  return names.find((name) => typeof name === "string") ?? "Payment";
}

function majorText(money: Money): string {
  const { currency, value } = amountOf(money);
  return `${majorUnits(value, currencyExponent(currency) ?? 0)} ${currency}`;
}
