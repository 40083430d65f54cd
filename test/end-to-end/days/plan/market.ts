/** The market of a day: prices near the usual ones, promotions in the currencies of both sides, surcharges. */
import type { Random } from "../../../support/random.ts";
import { type Currency, MERCHANT_CURRENCIES, priceOf, WALLET_CURRENCIES, worth } from "./money.ts";
import type { MarketPlan } from "./plan.ts";

const PAIRS_MOST = 6;
const SURCHARGE_PROBABILITY = 0.5;
/** Mostly above the price of the payment; a surcharge below it is a mistake, which the wallet has to refuse. */
const SURCHARGE_FACTOR = 1.08;
const PROMOTIONS_MOST = 2;
const SAVINGS_DOLLARS_MOST = 3;
const MINIMUM_PROBABILITY = 0.5;
const MINIMUM_DOLLARS_MOST = 20;
const VALIDITIES_MS = ["60000", "3600000", "86400000"] as const;

/** A market; `undefined` is the sandbox's own table. */
export function planMarket(random: Random): MarketPlan | undefined {
  if (random.happens(0.2)) return undefined;
  const quotes = pairsOf(random).map(([from, to]) => quoteOf(from, to, 1, random));
  const surchargeQuotes = random.happens(SURCHARGE_PROBABILITY)
    ? pairsOf(random).map(([from, to]) => quoteOf(from, to, SURCHARGE_FACTOR, random))
    : [];
  const promotions = Array.from({ length: random.below(PROMOTIONS_MOST + 1) }, () => promotionOf(random));
  return {
    ...(quotes.length > 0 && { quotes, quoteValidityMs: random.pick(VALIDITIES_MS) }),
    ...(surchargeQuotes.length > 0 && { surchargeQuotes }),
    ...(promotions.length > 0 && { promotions }),
  };
}

type Pair = readonly [from: Currency, to: Currency];

/** Different pairs of a merchant's and a customer's currency. */
function pairsOf(random: Random): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (let count = random.below(PAIRS_MOST + 1); count > 0; count -= 1) {
    const pair = [random.pick(MERCHANT_CURRENCIES), random.pick(WALLET_CURRENCIES)] as const;
    if (pair[0] !== pair[1]) pairs.set(pair.join("/"), pair);
  }
  return [...pairs.values()];
}

function quoteOf(from: Currency, to: Currency, factor: number, random: Random) {
  return { quoteCurrencyPair: `${from}/${to}`, quotePrice: priceOf(from, to, factor, random) };
}

function promotionOf(random: Random) {
  const currency = random.pick([...MERCHANT_CURRENCIES, ...WALLET_CURRENCIES]);
  return {
    promoId: `PROMO-${random.below(1_000)}`,
    savingsAmount: worth(currency, random.next() * SAVINGS_DOLLARS_MOST),
    ...(random.happens(MINIMUM_PROBABILITY) && {
      minimumAmount: worth(currency, random.next() * MINIMUM_DOLLARS_MOST),
    }),
  };
}
