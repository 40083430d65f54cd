/**
 * GET /quotes: an exchange rate for the app to show. Source:
 * docs/spec/wallet/other-services.md#exchange-rate-for-display.
 */
import * as z from "zod";
import { currency } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { WalletRoute } from "../route.ts";
import { type CurrencyPair, currentQuote } from "./current-quote.ts";

const RETRY_AFTER_SECONDS = 5;

const currencyPair = z.object({
  sellCurrency: currency.describe("What Alipay+ sells for the customer (ISO 4217).").meta({ examples: ["JPY"] }),
  buyCurrency: currency.describe("What Alipay+ buys for the customer (ISO 4217).").meta({ examples: ["HKD"] }),
});

const quoteReply = z.object({
  quoteId: z.string().optional(),
  quoteCurrencyPair: z.string(),
  quotePrice: z.string().describe("Between the smallest units of the two currencies."),
  quoteStartTime: z.string().optional(),
  quoteExpiryTime: z.string().optional(),
});

type QuoteView = z.infer<typeof quoteReply>;

/** GET /wallet/v1/quotes */
export const readQuote: WalletRoute<CurrencyPair, QuoteView> = {
  method: "GET",
  path: "/quotes",
  name: "readQuote",
  summary: "An exchange rate for display",
  description:
    "The exchange rate of Alipay+ between two currencies, at most a minute old. It is for reference alone: each payment " +
    "has its own rate, and no amount may be worked out from this one.",
  body: currencyPair,
  reply: quoteReply,
  problems: ["ALIPAYPLUS_REFUSED", "ALIPAYPLUS_UNAVAILABLE"],
  async answer({ gateway, body, receivedTimeMs }): Promise<QuoteView | Problem> {
    if (body.sellCurrency === body.buyCurrency) {
      return problem("PARAM_ILLEGAL", "Illegal parameter buyCurrency: must differ from sellCurrency.");
    }
    const reply = await currentQuote(gateway, body, receivedTimeMs);
    switch (reply.outcome) {
      case "REFUSED":
        return problem("ALIPAYPLUS_REFUSED", reply.resultCode);
      case "UNKNOWN":
        return { ...problem("ALIPAYPLUS_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
      case "KNOWN": {
        const { quoteId, quoteCurrencyPair, quotePrice, quoteStartTime, quoteExpiryTime } = reply.quote;
        return {
          ...(quoteId !== undefined && { quoteId }),
          quoteCurrencyPair,
          quotePrice,
          ...(quoteStartTime !== undefined && { quoteStartTime: formatTime(quoteStartTime) }),
          ...(quoteExpiryTime !== undefined && { quoteExpiryTime: formatTime(quoteExpiryTime) }),
        };
      }
    }
  },
};
