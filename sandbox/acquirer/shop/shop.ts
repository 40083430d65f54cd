/**
 * A merchant's page behind an entry code: the wallet opens it, the customer enters an amount, and it leads to the
 * payment. It plays `https://shop.plusgate.example/s/{storeId}`.
 *
 * Source: docs/spec/order-codes.md#the-way-of-an-order.
 */

import * as z from "zod";
import { currencyExponent } from "../../../core-wasm/index.ts";
import { readBytes } from "../../../protocol/exchange/body.ts";
import { AMOUNT_MAX_MINOR, readMajorUnits } from "../../../protocol/money.ts";
import { currency, text } from "../../../protocol/parameters.ts";
import { WALLET_USER_AGENT } from "../../alipayplus/for-wallets/code-rules.ts";
import { checked, refuseTooLarge, type SandboxContext } from "../../http.ts";
import { customerPage } from "../../page/customer-page.ts";
import { newId } from "../../rehearsal/request-id.ts";
import { merchantOfStore } from "../sample-order.ts";
import { sellCommandOf } from "../sell-command.ts";
import { type Shop, shopForm, shopNotice } from "./shop-document.ts";

const CURRENCY_DEFAULT = "JPY";
const FORM_LIMIT_BYTES = 1_024;

const shop = z.strictObject({
  storeId: text(64).regex(/^[A-Za-z0-9_-]+$/, "must be letters, digits, - and _"),
  currency: currency.default(CURRENCY_DEFAULT),
});

const order = z.strictObject({ amount: z.string("must be a text").max(64, "must have at most 64 characters") });

/** GET /sandbox/shop/{storeId}?currency=JPY: the form, in the wallet; elsewhere a hint to open it in the wallet. */
export function getShop(context: SandboxContext): Response {
  const named = shopOf(context);
  if ("refusal" in named) return named.refusal;
  return customerPage(isWallet(context) ? shopForm(named.shop) : shopNotice(named.shop, 200, "OPEN_IN_WALLET"));
}

/** POST /sandbox/shop/{storeId}: sells for the amount of the form, and leads to the payment. */
export async function postShop(context: SandboxContext): Promise<Response> {
  const named = shopOf(context);
  if ("refusal" in named) return named.refusal;
  if (!isWallet(context)) return customerPage(shopNotice(named.shop, 403, "OPEN_IN_WALLET"));
  const form = await readBytes(context.req.raw, FORM_LIMIT_BYTES);
  if (typeof form === "string") return refuseTooLarge(context, FORM_LIMIT_BYTES);
  const fields = new URLSearchParams(new TextDecoder().decode(form));
  const read = checked(context, order, Object.fromEntries(fields));
  if ("refusal" in read) return read.refusal;
  const { amount } = read.parameters;
  const amountMinor = amountMinorOf(amount, named.shop.exponent);
  if (amountMinor === undefined) return customerPage(shopForm(named.shop, amount));
  const paymentUrl = await sell(context, named.shop, amountMinor);
  if (paymentUrl === undefined) return customerPage(shopNotice(named.shop, 503, "NOT_AVAILABLE"));
  return new Response(null, { status: 303, headers: { Location: paymentUrl, "Cache-Control": "no-store" } });
}

function shopOf(context: SandboxContext): { readonly shop: Shop } | { readonly refusal: Response } {
  const storeId = context.req.param("storeId") ?? "";
  const named = checked(context, shop, { ...context.req.query(), storeId });
  if ("refusal" in named) return named;
  const { parameters } = named;
  return { shop: { ...parameters, exponent: currencyExponent(parameters.currency) ?? 0 } };
}

function isWallet({ req }: SandboxContext): boolean {
  return (req.header("User-Agent") ?? "").includes(WALLET_USER_AGENT);
}

function amountMinorOf(amount: string, exponent: number): bigint | undefined {
  const digits = readMajorUnits(amount, exponent);
  const amountMinor = digits === undefined ? undefined : BigInt(digits);
  return amountMinor !== undefined && amountMinor <= AMOUNT_MAX_MINOR ? amountMinor : undefined;
}

/** The URL where the customer pays; undefined when there is nothing to pay. */
async function sell(context: SandboxContext, shop: Shop, amountMinor: bigint): Promise<string | undefined> {
  const sale = {
    paymentRequestId: newId(),
    interface: "TODAY",
    scenario: "EntryCode",
    paymentAmount: { currency: shop.currency, amountMinor },
    merchant: merchantOfStore(shop.storeId),
  } as const;
  const command = sellCommandOf(sale, undefined, new URL(context.req.url).origin);
  const reply = await context.get("parties").acquirer.sales().sell(command);
  return reply.outcome === "KNOWN" && reply.sale.state.status.name === "SHOWN" ? reply.sale.paymentUrl : undefined;
}
