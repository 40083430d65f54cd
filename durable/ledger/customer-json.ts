/** Customers of the embedded core as JSON: their settings as they come in, and a customer as it goes out. */
import * as z from "zod";
import { currency, identifier, minorUnits, text } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import type { JournalEntry } from "./journal.ts";
import type { CustomerView } from "./ledger.ts";
import { BLOCKED_MERCHANTS_LIMIT } from "./settings.ts";

const count = text(9)
  .regex(/^(0|[1-9][0-9]*)$/, "must be a whole number")
  .transform(Number);

const word = text(64).regex(/^[A-Z][A-Z0-9_]*$/, "must be an upper-case word");

/** The settings of a customer but for the balance; amounts and counts are digits. */
export const customerSettings = z.strictObject({
  currency,
  status: word.optional(),
  kyc: word.optional(),
  limits: z
    .strictObject({ single: minorUnits.optional(), daily: minorUnits.optional(), dailyCount: count.optional() })
    .optional(),
  risk: z.enum(["PASS", "REJECT"], "must be PASS or REJECT").optional(),
  paymentMethod: z.enum(["AVAILABLE", "UNAVAILABLE"], "must be AVAILABLE or UNAVAILABLE").optional(),
  verification: z.enum(["PASSED", "FAILED"], "must be PASSED or FAILED").optional(),
  blockedMerchants: z
    .array(identifier, "must be a list of referenceMerchantId")
    .max(BLOCKED_MERCHANTS_LIMIT, `must have at most ${BLOCKED_MERCHANTS_LIMIT} elements`)
    .optional(),
});

/** A customer with settings, balance and journal entries; amounts are digits. */
export function customerJson({ customerId, settings: shown, balance, entryCount, entries }: CustomerView) {
  const { currency, status, kyc, limits, ...others } = shown;
  return {
    customerId,
    currency,
    balance: String(balance),
    status,
    kyc,
    limits: {
      single: limits.single?.toString(),
      daily: limits.daily?.toString(),
      dailyCount: limits.dailyCount?.toString(),
    },
    ...others,
    entryCount,
    entries: entries.map(entryJson),
  };
}

/** A journal entry; amounts are digits. */
export function entryJson({ entryNumber, kind, id, paymentId, timeMs, currency, legs }: JournalEntry) {
  return {
    entryNumber,
    kind,
    id,
    paymentId,
    time: formatTime(timeMs),
    currency,
    legs: legs.map(({ account, amountMinor }) => ({ account, amount: String(amountMinor) })),
  };
}
