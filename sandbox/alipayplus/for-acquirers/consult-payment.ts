/**
 * consultPayment: which wallets can pay an amount. Its parameters are not public: all but amount and regions are
 * ignored, and the answer is modelled on the other interfaces.
 *
 * Source: docs/spec/acquirer/interfaces.md; docs/spec/amounts.md#smallest-amounts for the smallest amount.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { amountOf, positiveAmount } from "../../../protocol/parameters.ts";
import { type ReportedAnswer, type ResultCode, resultOf } from "../../../protocol/results.ts";
import type { Call, Interface } from "../interface.ts";
import type { Market } from "../market/market.ts";
import { QUOTED_CURRENCIES } from "../market/quote-table.ts";
import { anyMayPay, WALLET_BRAND_NAME } from "../payments/network-wallets.ts";
import { allowedPspRegions } from "./pay.ts";

const parameters = z.object({ paymentAmount: positiveAmount, allowedPspRegions });

/** Alipay+'s own smallest payment, the one that pay of this interface takes (docs/spec/amounts.md#smallest-amounts). */
const SMALLEST_AMOUNT_MINOR = 1n;

/** S with the sandbox's one option, disabled where no wallet can pay; asks no wallet and stores nothing. */
export const consultPayment: Interface = { path: "/consultPayment", name: "consultPayment", answer };

/** The wallets of the sandbox have one brand; it is disabled for a currency without a quote, and in other regions. */
async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { currency } = checked.parameters.paymentAmount;
  const reason = disableReasonOf(await alipayPlus.network().market(), checked.parameters);
  return {
    result: resultOf("SUCCESS"),
    paymentOptions: [
      {
        paymentMethodType: "CONNECT_WALLET",
        walletBrandName: WALLET_BRAND_NAME,
        enabled: String(reason === undefined),
        disableReason: reason,
        amountLimitInfo: { singleLimit: { minAmount: amountOf({ currency, amountMinor: SMALLEST_AMOUNT_MINOR }) } },
      },
    ],
  };
}

function disableReasonOf(market: Market, wish: z.infer<typeof parameters>): ResultCode | undefined {
  if (!isConvertible(market, wish.paymentAmount.currency)) return "CURRENCY_NOT_SUPPORT";
  return anyMayPay(wish) ? undefined : "BUSINESS_NOT_SUPPORT";
}

/** Whether a quote into some wallet's currency exists. */
function isConvertible({ quotes }: Market, currency: string): boolean {
  return (
    QUOTED_CURRENCIES.includes(currency) ||
    quotes.some(({ quoteCurrencyPair }) => quoteCurrencyPair.startsWith(`${currency}/`))
  );
}
