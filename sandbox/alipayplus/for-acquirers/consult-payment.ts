/**
 * consultPayment: which wallets can pay an amount. Its parameters are not public: all but the amount are ignored, and
 * the answer is modelled on the other interfaces.
 *
 * Source: docs/spec/acquirer/interfaces.md; docs/spec/amounts.md#smallest-amounts for the smallest amount.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { amountOf, positiveAmount } from "../../../protocol/parameters.ts";
import { type ReportedAnswer, resultOf } from "../../../protocol/results.ts";
import type { Call, Interface } from "../interface.ts";
import type { Market } from "../market/market.ts";
import { QUOTED_CURRENCIES } from "../market/quote-table.ts";
import { WALLET_BRAND_NAME } from "../payments/charge.ts";

const parameters = z.object({ paymentAmount: positiveAmount });

/** Alipay+'s own smallest payment, the one that pay of this interface takes (docs/spec/amounts.md#smallest-amounts). */
const SMALLEST_AMOUNT_MINOR = 1n;

export const consultPayment: Interface = { path: "/consultPayment", name: "consultPayment", answer };

/** The sandbox has one wallet; it is disabled for a currency that there is no quote for. */
async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { currency } = checked.parameters.paymentAmount;
  const enabled = isConvertible(await alipayPlus.network().market(), currency);
  return {
    result: resultOf("SUCCESS"),
    paymentOptions: [
      {
        paymentMethodType: "CONNECT_WALLET",
        walletBrandName: WALLET_BRAND_NAME,
        enabled: String(enabled),
        disableReason: enabled ? undefined : "CURRENCY_NOT_SUPPORT",
        amountLimitInfo: { singleLimit: { minAmount: amountOf({ currency, amountMinor: SMALLEST_AMOUNT_MINOR }) } },
      },
    ],
  };
}

/** Whether a quote into some wallet's currency exists. */
function isConvertible({ quotes }: Market, currency: string): boolean {
  return (
    QUOTED_CURRENCIES.includes(currency) ||
    quotes.some(({ quoteCurrencyPair }) => quoteCurrencyPair.startsWith(`${currency}/`))
  );
}
