/**
 * consultPayment: which wallets can pay an amount. Its parameters are not public: all but the amount are ignored, and
 * the answer is made up in the manner of the other interfaces.
 *
 * Source: spec/02 List; seeds/002 for the smallest amounts.
 */
import * as z from "zod";
import { parametersOf } from "../../worker/alipayplus/interface.ts";
import { amountOf, positiveAmount } from "../../worker/alipayplus/parameters.ts";
import { resultOf } from "../../worker/alipayplus/result.ts";
import type { Call, Interface, SandboxAnswer } from "../alipayplus/interface.ts";
import { smallestAmountMinorOf, WALLET_BRAND_NAME } from "../network/charge.ts";
import { quoteBetween } from "../quotes.ts";

const parameters = z.object({ paymentAmount: positiveAmount });

export const consultPayment: Interface = { path: "/consultPayment", name: "consultPayment", answer };

/** The sandbox has one wallet; it is disabled for a currency that there is no quote for, and below its own smallest amount. */
async function answer({ body }: Call): Promise<SandboxAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { currency, amountMinor } = checked.parameters.paymentAmount;
  const smallestMinor = smallestAmountMinorOf(currency);
  const disableReason = disableReasonOf(quoteBetween(currency, currency) !== undefined, amountMinor >= smallestMinor);
  return {
    result: resultOf("SUCCESS"),
    paymentOptions: [
      {
        paymentMethodType: "CONNECT_WALLET",
        walletBrandName: WALLET_BRAND_NAME,
        enabled: String(disableReason === undefined),
        disableReason,
        amountLimitInfo: { singleLimit: { minAmount: amountOf({ currency, amountMinor: smallestMinor }) } },
      },
    ],
  };
}

function disableReasonOf(hasQuote: boolean, isLargeEnough: boolean): string | undefined {
  if (!hasQuote) return "CURRENCY_NOT_SUPPORT";
  return isLargeEnough ? undefined : "PAYMENT_AMOUNT_EXCEED_LIMIT";
}
