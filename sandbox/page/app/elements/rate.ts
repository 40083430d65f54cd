import { type Rate, unitPrice } from "../rate.ts";
import { exponentOf } from "../settings.ts";

/** A rate as people read it, `1 JPY = 0.052 HKD`; in smallest units where the sandbox does not know a currency. */
export function rateText({ quoteCurrencyPair, quotePrice }: Rate): string {
  const [from = "", to = ""] = quoteCurrencyPair.split("/");
  const [fromExponent, toExponent] = [exponentOf(from), exponentOf(to)];
  if (fromExponent === undefined || toExponent === undefined) return `1 unit of ${from} = ${quotePrice} units of ${to}`;
  return `1 ${from} = ${unitPrice(quotePrice, fromExponent, toExponent)} ${to}`;
}
