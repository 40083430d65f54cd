/** Until when a payment may succeed. Source: docs/spec/time-limits.md. */
import { time } from "../../protocol/parameters.ts";
import { LATEST_TIME_MS } from "../../protocol/time.ts";
import type { Scenario } from "./payments/records/payment-records.ts";

/** `paymentExpiryTime` of a message, which the wallet would cut where it is too far away. */
export const expiryTime = time.refine((timeMs) => timeMs < LATEST_TIME_MS, "is too far away");

/** How long a payment may take when the acquirer does not say. */
const TIME_LIMIT_MS: Record<Scenario, number> = {
  PAYMENT_CODE: 180_000,
  ORDER_CODE: 600_000,
  ENTRY_CODE: 600_000,
  CASHIER: 600_000,
  AUTO_DEBIT: 60_000,
};

/** Where the time that an acquirer wants is cut. */
const CUT: ReadonlySet<Scenario> = new Set<Scenario>(["CASHIER", "AUTO_DEBIT"]);

/**
 * Until when a payment may succeed, to the second, as messages write it; at most ten minutes for the cashier, and a
 * minute for Auto Debit.
 *
 * @param wantedTimeMs `paymentExpiryTime`, epoch milliseconds
 */
export function expiryTimeOf(scenario: Scenario, wantedTimeMs: number | undefined, nowMs: number): number {
  const usualTimeMs = nowMs + TIME_LIMIT_MS[scenario];
  const timeMs = CUT.has(scenario) ? Math.min(wantedTimeMs ?? usualTimeMs, usualTimeMs) : wantedTimeMs;
  return Math.floor((timeMs ?? usualTimeMs) / 1_000) * 1_000;
}
