/** Amounts and rates as people read them: in the ordinary units of currencies. */
import type { Amount } from "./demo-sandbox.ts";

/** An amount in the currency's ordinary unit: `{"currency":"HKD","value":"23400"}` is `234.00 HKD`. */
export function amountText({ value, currency }: Amount): string {
  const decimals = decimalsOf(currency);
  const isNegative = value.startsWith("-");
  const digits = value.replace("-", "").padStart(decimals + 1, "0");
  const whole = BigInt(digits.slice(0, digits.length - decimals)).toLocaleString("en");
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${isNegative ? "-" : ""}${whole}${fraction} ${currency}`;
}

/** The same with its sign. */
export function signedText(amount: Amount): string {
  const text = amountText(amount);
  return text.startsWith("-") ? text : `+${text}`;
}

/**
 * A rate between ordinary units; a quote is one between smallest units (spec/03 Amount arithmetic).
 *
 * @example rateText({ quoteCurrencyPair: "JPY/HKD", quotePrice: "5.2" }) // "1 JPY = 0.052 HKD"
 */
export function rateText(quote: { readonly quoteCurrencyPair: string; readonly quotePrice: string }): string {
  const [from = "", to = ""] = quote.quoteCurrencyPair.split("/");
  return `1 ${from} = ${pointMoved(quote.quotePrice, decimalsOf(from) - decimalsOf(to))} ${to}`;
}

function decimalsOf(currency: string): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return maximumFractionDigits;
}

/** A decimal number times a power of ten, exactly. */
function pointMoved(decimal: string, places: number): string {
  const [whole = "", fraction = ""] = decimal.split(".");
  const decimals = Math.max(fraction.length - places, 0);
  const digits = (whole + fraction).padEnd(whole.length + places, "0").padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  const rest = digits.slice(split).replace(/0+$/, "");
  return `${BigInt(digits.slice(0, split))}${rest === "" ? "" : `.${rest}`}`;
}
