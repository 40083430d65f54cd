/**
 * The wallets that the sandbox's Alipay+ knows: one for each of these currencies, in its region. The gateway under
 * rehearsal plays all of them, each for the customers whose accounts have its currency.
 *
 * Source: docs/spec/amounts.md#smallest-amounts; docs/spec/acquirer/interfaces.md#pay.
 */
import { type Result, resultOf } from "../../../protocol/results.ts";
import type { PaymentTerms } from "./records/payment-records.ts";

/** A wallet. */
type NetworkWallet = {
  /** ISO 3166 alpha-2. */
  readonly region: string;
  /** The smallest payment and refund, in minor units. */
  readonly smallestAmountMinor: bigint;
};

/** Alipay+'s name of the wallet for customers and merchants, made up. */
export const WALLET_BRAND_NAME = "Plusgate Wallet";

/** TrueMoney, AlipayHK, Touch'n Go, GCash, DANA, bKash, EasyPaisa and KakaoPay, by their currencies. */
const WALLETS: ReadonlyMap<string, NetworkWallet> = new Map([
  ["THB", { region: "TH", smallestAmountMinor: 100n }],
  ["HKD", { region: "HK", smallestAmountMinor: 10n }],
  ["MYR", { region: "MY", smallestAmountMinor: 10n }],
  ["PHP", { region: "PH", smallestAmountMinor: 100n }],
  ["IDR", { region: "ID", smallestAmountMinor: 30_000n }],
  ["BDT", { region: "BD", smallestAmountMinor: 1n }],
  ["PKR", { region: "PK", smallestAmountMinor: 10_000n }],
  ["KRW", { region: "KR", smallestAmountMinor: 50n }],
]);

/** Why a wallet may not pay; the documentation names no code for it. */
export const WALLET_NOT_ALLOWED: Result = resultOf(
  "BUSINESS_NOT_SUPPORT",
  "The region of the customer's wallet is not among allowedPspRegions.",
);

/** Whether the wallet of a currency is among those that an acquirer allows; a wallet of no known region is not. */
export function mayPay(
  { allowedPspRegions }: Pick<PaymentTerms, "allowedPspRegions">,
  walletCurrency: string,
): boolean {
  return allowedPspRegions?.includes(WALLETS.get(walletCurrency)?.region ?? "") ?? true;
}

/** Whether any wallet is. */
export function anyMayPay(terms: Pick<PaymentTerms, "allowedPspRegions">): boolean {
  return [...WALLETS.keys()].some((walletCurrency) => mayPay(terms, walletCurrency));
}

/**
 * The smallest amount that a payment takes from its wallet, and that a refund returns to it, in minor units of the
 * wallet's currency: Alipay+'s own is one unit, the older merchant interface knows the wallet's.
 */
export function smallestAmountMinorOf(
  { hasSmallestAmount }: Pick<PaymentTerms, "hasSmallestAmount">,
  walletCurrency: string,
): bigint {
  return (hasSmallestAmount && WALLETS.get(walletCurrency)?.smallestAmountMinor) || 1n;
}
