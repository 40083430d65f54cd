/**
 * The rates at which the sandbox's Alipay+ converts where the market (market/) has none of its own. They are invented
 * and never change, so that a rehearsal gives the same amounts every day.
 *
 * Source: docs/spec/objects.md.
 */
/** A Quote as a message has it. */
export type WireQuote = {
  readonly quoteId: string;
  readonly quoteCurrencyPair: string;
  readonly quotePrice: string;
  /** Missing with payments that were stored before quotes had a validity. */
  readonly quoteStartTime?: string;
  readonly quoteExpiryTime?: string;
};

/** The price of one US dollar in the smallest units of each currency. */
const UNITS_OF_A_DOLLAR: ReadonlyMap<string, bigint> = new Map([
  ["AED", 367n],
  ["AUD", 152n],
  ["BDT", 12_000n],
  ["CAD", 137n],
  ["CHF", 88n],
  ["CNY", 720n],
  ["EUR", 92n],
  ["GBP", 79n],
  ["HKD", 780n],
  ["IDR", 1_600_000n],
  ["INR", 8_400n],
  ["JPY", 150n],
  ["KRW", 1_380n],
  ["KWD", 307n],
  ["MNT", 340_000n],
  ["MOP", 803n],
  ["MYR", 445n],
  ["NZD", 165n],
  ["PHP", 5_800n],
  ["PKR", 27_800n],
  ["SGD", 134n],
  ["THB", 3_500n],
  ["TWD", 3_200n],
  ["USD", 100n],
  ["VND", 25_000n],
]);

/** Every currency of the table, ISO 4217. */
export const QUOTED_CURRENCIES: readonly string[] = [...UNITS_OF_A_DOLLAR.keys()];

/** Enough for dinars against rupiah; the largest price, 16000 with all its decimals, still fits the core's i64. */
const PRICE_DECIMALS = 10;

/**
 * The table's price between two currencies, undefined for a currency that it does not know.
 *
 * @example tablePriceBetween("JPY", "HKD") // "5.2"
 */
export function tablePriceBetween(from: string, to: string): string | undefined {
  const fromUnits = UNITS_OF_A_DOLLAR.get(from);
  const toUnits = UNITS_OF_A_DOLLAR.get(to);
  if (fromUnits === undefined || toUnits === undefined) return undefined;
  const scaled = String((toUnits * 10n ** BigInt(PRICE_DECIMALS)) / fromUnits).padStart(PRICE_DECIMALS + 1, "0");
  const decimals = scaled.slice(-PRICE_DECIMALS).replace(/0+$/, "");
  const whole = scaled.slice(0, -PRICE_DECIMALS);
  return decimals === "" ? whole : `${whole}.${decimals}`;
}
