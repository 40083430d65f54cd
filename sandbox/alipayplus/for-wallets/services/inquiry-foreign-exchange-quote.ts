/** inquiryForeignExchangeQuote. Source: docs/spec/wallet/other-services.md#exchange-rate-for-display. */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { currency } from "../../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer, resultOf } from "../../../../protocol/results.ts";
import type { Call, Interface } from "../../interface.ts";
import { quoteAt } from "../../market/quote-at.ts";

const parameters = z.object({ sellCurrency: currency, buyCurrency: currency });

/** Binds nothing: a payment has its own quote. CURRENCY_NOT_SUPPORT for a pair without one. */
export const inquiryForeignExchangeQuote: Interface = {
  path: "/payments/inquiryForeignExchangeQuote",
  name: "inquiryForeignExchangeQuote",
  answer,
};

/** The quote of the market in force, as payments are charged with it. */
async function answer({ alipayPlus, body, receivedTimeMs }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { sellCurrency, buyCurrency } = checked.parameters;
  const market = await alipayPlus.network().market();
  const foreignExchangeQuote = quoteAt(market, sellCurrency, buyCurrency, receivedTimeMs);
  return foreignExchangeQuote
    ? { result: resultOf("SUCCESS"), foreignExchangeQuote }
    : answerOf("CURRENCY_NOT_SUPPORT");
}
