/** Amounts as a person types them, and what is wrong with one that cannot be used. Pure. */
import { AMOUNT_MAX_MINOR } from "../../../protocol/money.ts";
import { majorUnits, readMajorUnits } from "./money.ts";

/** An amount in digits of the smallest unit, or what is wrong with the text. */
type TypedAmount =
  | { readonly value: string; readonly problem?: never }
  | { readonly problem: string; readonly value?: never };

/** The currency (ISO 4217) that is typed in, its digits after the point, and whether nothing at all is an amount. */
type AmountRules = { readonly currency: string; readonly exponent: number; readonly mayBeZero?: boolean };

const ZERO = /^0+(?:\.0*)?$/;
const NEGATIVE = /^[-−]\s*\d/;
/** Digits, in groups or not, with or without decimals: a number, however large. */
const NUMBER = /^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/;
/** A comma before the decimals, points or nothing between the groups: `12,50`, `1.234,50`. */
const DECIMAL_COMMA = /^(\d{1,3}(?:\.\d{3})+|\d+),(\d+)$/;

/**
 * Reads an amount that a person typed.
 *
 * @example readAmount("12,50", { currency: "HKD", exponent: 2 }) // problem: "Write decimals with a point: 12.50."
 */
export function readAmount(text: string, rules: AmountRules): TypedAmount {
  const typed = text.trim();
  const { exponent, mayBeZero = false } = rules;
  if (mayBeZero && ZERO.test(typed)) return { value: "0" };
  const value = readMajorUnits(typed, exponent);
  if (value === undefined) return { problem: problemOf(typed, rules) };
  return BigInt(value) > AMOUNT_MAX_MINOR ? { problem: tooLarge(rules) } : { value };
}

function problemOf(typed: string, rules: AmountRules): string {
  const { currency, exponent, mayBeZero = false } = rules;
  if (typed === "") return "Enter an amount.";
  if (NEGATIVE.test(typed) || ZERO.test(typed)) return mayBeZero ? "Enter zero or more." : "Enter more than zero.";
  const number = NUMBER.exec(typed);
  if (number && (number[1]?.length ?? 0) <= exponent) return tooLarge(rules);
  if (number && exponent > 0) return `${currency} has at most ${exponent} decimals.`;
  const withComma = DECIMAL_COMMA.exec(typed);
  if (exponent === 0 && (number || withComma)) return `${currency} has no decimals: enter a whole number.`;
  if (withComma) return `Write decimals with a point: ${withComma[1]?.replaceAll(".", "")}.${withComma[2]}.`;
  return `Enter a number, such as ${majorUnits("1250", exponent)}.`;
}

function tooLarge({ currency, exponent }: AmountRules): string {
  return `Too large: at most ${currency} ${majorUnits(String(AMOUNT_MAX_MINOR), exponent)}.`;
}
