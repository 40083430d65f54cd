/**
 * The checks before a debit, and the counters of the daily limits, which follow Alipay+'s clearing day. Pure: no
 * storage, no clock.
 */
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";
import { dayOf } from "../../protocol/time.ts";
import type { DebitRefusal, DebitRequest } from "../wallet-core/port.ts";
import type { Customer, DayCounters } from "./accounts.ts";

/**
 * Why this debit cannot be made now; `undefined` when it can. Of several reasons, the first in a fixed order is given.
 * Source: docs/spec/wallet/pay.md.
 */
export function refusalOf(
  customer: Customer | undefined,
  request: DebitRequest,
  timeMs: number,
): DebitRefusal | undefined {
  if (customer === undefined) return "CUSTOMER_UNKNOWN";
  if (timeMs > request.expiryTimeMs) return "PAYMENT_EXPIRED";
  return settingsRefusal(customer, request) ?? amountRefusal(customer, request.debit.amountMinor, timeMs);
}

function settingsRefusal({ settings }: Customer, request: DebitRequest): DebitRefusal | undefined {
  const { referenceMerchantId } = request;
  if (settings.status !== "ACTIVE") return "CUSTOMER_STATUS_ABNORMAL";
  if (settings.kyc !== "QUALIFIED") return "KYC_NOT_QUALIFIED";
  if (settings.currency !== request.debit.currency) return "CURRENCY_NOT_SUPPORTED";
  if (settings.risk !== "PASS") return "RISK_REJECTED";
  if (settings.paymentMethod !== "AVAILABLE") return "METHOD_UNAVAILABLE";
  if (referenceMerchantId !== undefined && settings.blockedMerchants.includes(referenceMerchantId)) {
    return "MERCHANT_NOT_REGISTERED";
  }
  if (settings.verification !== "PASSED") return "VERIFICATION_FAILED";
  return undefined;
}

function amountRefusal(customer: Customer, debitMinor: bigint, timeMs: number): DebitRefusal | undefined {
  const { single, daily, dailyCount } = customer.settings.limits;
  const after = countPayment(customer.today, debitMinor, timeMs);
  if (single !== undefined && debitMinor > single) return "PAYMENT_LIMIT_EXCEEDED";
  if (daily !== undefined && after.amountMinor > daily) return "DAILY_AMOUNT_LIMIT_EXCEEDED";
  if (dailyCount !== undefined && after.count > dailyCount) return "DAILY_COUNT_LIMIT_EXCEEDED";
  if (debitMinor > customer.balanceMinor) return "BALANCE_NOT_ENOUGH";
  // Without a limit of its own the day's sum still has to fit signed 64 bits, like every amount.
  if (after.amountMinor > AMOUNT_MAX_MINOR) return "DAILY_AMOUNT_LIMIT_EXCEEDED";
  return undefined;
}

/**
 * The day's counters after one more payment; on a later day they begin at zero. They never return to an earlier day,
 * even when the object moves to a machine whose clock is behind.
 *
 * @returns the counters; their `day` is the one under which the payment is counted, to be kept for `uncountPayment`
 */
export function countPayment(today: DayCounters, debitMinor: bigint, timeMs: number): DayCounters {
  const day = Math.max(today.day, dayOf(timeMs));
  const before = today.day === day ? today : { amountMinor: 0n, count: 0 };
  return { day, amountMinor: before.amountMinor + debitMinor, count: before.count + 1 };
}

/**
 * The day's counters after a payment was reversed: its whole amount and its count are taken off when it was counted
 * under the day that they count; otherwise nothing changes.
 *
 * @param countedDay the day under which `countPayment` has counted it: by a clock that was behind, a later one than
 *   that of the payment's time
 */
export function uncountPayment(today: DayCounters, debitMinor: bigint, countedDay: number): DayCounters {
  if (today.day !== countedDay) {
    return today;
  }
  return { day: today.day, amountMinor: today.amountMinor - debitMinor, count: today.count - 1 };
}

/** The customer without limits of amount and number. */
export function withoutLimits(customer: Customer): Customer {
  return { ...customer, settings: { ...customer.settings, limits: {} } };
}
