/** The settings of a customer of the embedded ledger. */

import { hasAtMost } from "../../protocol/characters.ts";
import { isAmount } from "./amounts.ts";

/** Limits of a customer, in minor units of the customer's currency. A missing limit means no limit. */
type CustomerLimits = {
  /** The largest single payment. */
  readonly single?: bigint | undefined;
  /** The largest sum of payments in one day (UTC+8). */
  readonly daily?: bigint | undefined;
  /** The largest number of payments in one day (UTC+8). */
  readonly dailyCount?: number | undefined;
};

/**
 * The input of `openCustomer`. A setting that the first call leaves out gets its default; one that a later call leaves
 * out stays as it was, each limit separately.
 */
export type CustomerSettings = {
  /** ISO 4217 alphabetic code. It cannot change once the customer has journal entries. */
  readonly currency: string;
  /**
   * The balance to set, in minor units. The difference is journalled against `funding`. Left out, it stays as it was; a
   * new customer begins with nothing.
   */
  readonly balance?: bigint | undefined;
  /** `ACTIVE` (default) is the only status that can pay. */
  readonly status?: string | undefined;
  /** `QUALIFIED` (default) is the only level that can pay. */
  readonly kyc?: string | undefined;
  readonly limits?: CustomerLimits | undefined;
  /** What the risk check says; default `PASS`. */
  readonly risk?: "PASS" | "REJECT" | undefined;
  /** Default `AVAILABLE`. */
  readonly paymentMethod?: "AVAILABLE" | "UNAVAILABLE" | undefined;
  /** Whether the user passes verification; default `PASSED`. */
  readonly verification?: "PASSED" | "FAILED" | undefined;
  /** Each `referenceMerchantId` that the customer cannot pay; default none. Replaces the list before it. */
  readonly blockedMerchants?: readonly string[] | undefined;
};

/** A customer's settings complete; a missing limit means no limit. */
export type CompleteSettings = {
  readonly currency: string;
  readonly status: string;
  readonly kyc: string;
  readonly limits: CustomerLimits;
  readonly risk: "PASS" | "REJECT";
  readonly paymentMethod: "AVAILABLE" | "UNAVAILABLE";
  readonly verification: "PASSED" | "FAILED";
  readonly blockedMerchants: readonly string[];
};

/** The most merchants that can be blocked for one customer. */
export const BLOCKED_MERCHANTS_LIMIT = 100;

const WORD_LIMIT_CHARACTERS = 64;
const CURRENCY = /^[A-Z]{3}$/;

const DEFAULTS: Omit<CompleteSettings, "currency"> = {
  status: "ACTIVE",
  kyc: "QUALIFIED",
  limits: {},
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

/**
 * Checks settings that may come from outside.
 *
 * @returns the name of the first setting that is not allowed, `undefined` when all are
 */
export function invalidSetting(settings: CustomerSettings): keyof CustomerSettings | undefined {
  const { currency, balance, status, kyc, limits, risk, paymentMethod, verification, blockedMerchants } = settings;
  if (!CURRENCY.test(currency)) return "currency";
  if (balance !== undefined && !isAmount(balance)) return "balance";
  if (status !== undefined && !isWord(status)) return "status";
  if (kyc !== undefined && !isWord(kyc)) return "kyc";
  if (limits !== undefined && !areLimits(limits)) return "limits";
  if (risk !== undefined && risk !== "PASS" && risk !== "REJECT") return "risk";
  if (paymentMethod !== undefined && paymentMethod !== "AVAILABLE" && paymentMethod !== "UNAVAILABLE") {
    return "paymentMethod";
  }
  if (verification !== undefined && verification !== "PASSED" && verification !== "FAILED") return "verification";
  if (blockedMerchants !== undefined && !areMerchants(blockedMerchants)) return "blockedMerchants";
  return undefined;
}

/**
 * Fills in the settings that were left out: with the previous value, or else the default.
 *
 * @param settings checked by `invalidSetting`
 * @param before the customer's settings until now, `undefined` for a new customer
 */
export function completeSettings(settings: CustomerSettings, before: CompleteSettings | undefined): CompleteSettings {
  const kept = before ?? DEFAULTS;
  return {
    currency: settings.currency,
    status: settings.status ?? kept.status,
    kyc: settings.kyc ?? kept.kyc,
    limits: {
      single: settings.limits?.single ?? kept.limits.single,
      daily: settings.limits?.daily ?? kept.limits.daily,
      dailyCount: settings.limits?.dailyCount ?? kept.limits.dailyCount,
    },
    risk: settings.risk ?? kept.risk,
    paymentMethod: settings.paymentMethod ?? kept.paymentMethod,
    verification: settings.verification ?? kept.verification,
    blockedMerchants: settings.blockedMerchants ?? kept.blockedMerchants,
  };
}

function isWord(value: unknown): boolean {
  return (
    typeof value === "string" && value.length > 0 && hasAtMost(value, WORD_LIMIT_CHARACTERS) && value.isWellFormed()
  );
}

function areLimits(limits: CustomerLimits): boolean {
  const { single, daily, dailyCount } = limits;
  return (
    (single === undefined || isAmount(single)) &&
    (daily === undefined || isAmount(daily)) &&
    (dailyCount === undefined || (Number.isSafeInteger(dailyCount) && dailyCount >= 0))
  );
}

function areMerchants(merchants: readonly string[]): boolean {
  return Array.isArray(merchants) && merchants.length <= BLOCKED_MERCHANTS_LIMIT && merchants.every(isWord);
}
