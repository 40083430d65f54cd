/** Changes to the arithmetic of amounts and to the check of an order's amounts. */
import type { Change } from "../change.ts";

const CHECK = "worker/alipayplus/amounts/amount-check.ts";
const READINGS = "worker/alipayplus/amounts/promotion-readings.ts";
const WIDE = "core-wasm/assembly/wide.ts";
const MONEY = "core-wasm/assembly/money.ts";

const CHECK_TEST = "unit test/unit/worker/amount-check.test.ts";
const COUPONS_TEST = "unit test/unit/worker/several-coupons.test.ts";
const AMOUNT_TEST = "unit test/property/core-wasm/amount.test.ts";
const QUOTE_TEST = "unit test/property/core-wasm/quote.test.ts";

/** The changes. */
export const AMOUNT_CHANGES: readonly Change[] = [
  {
    name: "savings in a third currency count as the wallet's",
    file: CHECK,
    find: "else if (savingsAmount?.currency === payToAmount.currency)",
    replacement: "else if (savingsAmount)",
    tests: [CHECK_TEST],
  },
  {
    name: "a surcharge amount may be below payToAmount",
    file: CHECK,
    find: "const isCovered = surchargeAmount.amountMinor >= payToAmount.amountMinor;",
    replacement: "const isCovered = true;",
    tests: [CHECK_TEST],
  },
  {
    name: "any surcharge amount is right",
    file: CHECK,
    find: "surchargePrice === undefined ||",
    replacement: "surchargePrice !== null ||",
    tests: [CHECK_TEST],
  },
  {
    name: "any payToAmount is right",
    file: CHECK,
    find: "return first <= last ? { ...reading",
    replacement: "return first >= 0n ? { ...reading",
    tests: [CHECK_TEST],
  },
  {
    name: "currencies that differ need no quote",
    file: CHECK,
    find: 'if (quotePrice === undefined) return ["payToAmount"];',
    replacement: "if (quotePrice === undefined) return [];",
    tests: [CHECK_TEST],
  },
  {
    name: "a surcharge amount may be above what the promotion gives",
    file: CHECK,
    find: "reached <= converted + offSurchargeSpread) return true;",
    replacement: "reached >= 0n) return true;",
    tests: [CHECK_TEST],
  },
  {
    name: "a conversion is inverted to the amount after it",
    file: "worker/alipayplus/amounts/conversion.ts",
    find: "converted >= target) high = middle;",
    replacement: "converted > target) high = middle;",
    tests: [CHECK_TEST],
  },
  {
    name: "several savings may differ by more than their rounding",
    file: READINGS,
    find: "const slack = THOUSAND / 2n + BigInt(ranges.length);",
    replacement: "const slack = THOUSAND * 2n + BigInt(ranges.length);",
    tests: [COUPONS_TEST],
  },
  {
    name: "several savings may not differ by their rounding",
    file: READINGS,
    find: "const slack = THOUSAND / 2n + BigInt(ranges.length);",
    replacement: "const slack = 0n;",
    tests: [COUPONS_TEST],
  },
  {
    name: "one saving may differ by its rounding",
    file: READINGS,
    find: "inPaymentCurrency.length + inWalletCurrency.length < 2) return undefined;",
    replacement: "inPaymentCurrency.length + inWalletCurrency.length < 1) return undefined;",
    tests: [CHECK_TEST],
  },
  {
    name: "halves are rounded up",
    file: WIDE,
    find: "(twice == divisorMagnitude && (quotient & 1) == 1)",
    replacement: "twice == divisorMagnitude",
    tests: [QUOTE_TEST],
  },
  {
    name: "a product of 128 bits loses a carry",
    file: WIDE,
    find: "leftHigh * rightLow + (low >> 32);",
    replacement: "leftHigh * rightLow;",
    tests: [QUOTE_TEST],
  },
  {
    name: "a result beyond 64 bits is delivered",
    file: WIDE,
    find: "if (quotient > LARGEST_MAGNITUDE - (negative ? 0 : 1)) return OVERFLOW;",
    replacement: "",
    tests: [QUOTE_TEST],
  },
  {
    name: "an amount beyond 64 bits is read",
    file: MONEY,
    find: "return amount > <u64>i64.MAX_VALUE ? OVERFLOW : deliver(amount);",
    replacement: "return deliver(amount);",
    tests: [AMOUNT_TEST],
  },
  {
    name: "amounts are compared the other way round",
    file: MONEY,
    find: "return i32(left > right) - i32(left < right);",
    replacement: "return i32(left < right) - i32(left > right);",
    tests: [AMOUNT_TEST],
  },
];
