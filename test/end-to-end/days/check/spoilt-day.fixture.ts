/** The sound day, with whatever one wants changed, before all checks. */

import type { ClearingEvidence, Evidence } from "../play/evidence.ts";
import type { Event } from "../play/play.ts";
import type { LedgerEntry } from "../play/views.ts";
import { checkDay } from "./day.ts";
import { SOUND_DAY, SOUND_REPORTS } from "./sound-day.fixture.ts";

/** A copy in which anything can be changed. */
export type Spoilt<Value> = Value extends bigint
  ? bigint
  : Value extends object
    ? { -readonly [Name in keyof Value]: Spoilt<Value[Name]> }
    : Value;

/** A day that can be corrupted, and its reports. */
export type SpoiltDay = { readonly day: Spoilt<Evidence>; readonly reports: Spoilt<ClearingEvidence> };

/** A copy in which no two places are one object. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

/** A copy of the correct day, to be corrupted. */
export function soundCopy(): Spoilt<Evidence> {
  return copyOf(SOUND_DAY) as Spoilt<Evidence>;
}

/** What must be there. */
export function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the sound day lacks it");
  return value;
}

/** The findings of the checks on the corrupted day. */
export function faultsOf(spoil: (spoilt: SpoiltDay) => void, events: readonly Event[] = []): readonly string[] {
  const spoilt = copyOf({ day: SOUND_DAY, reports: SOUND_REPORTS }) as unknown as SpoiltDay;
  spoil(spoilt);
  return checkDay(events, spoilt.day as unknown as Evidence, spoilt.reports as unknown as ClearingEvidence);
}

/** The sale with this id, as all three know it. */
export function saleIn({ day }: Pick<SpoiltDay, "day">, id: string) {
  const evidence = day.sales.find(({ sale }) => sale.paymentRequestId === id);
  if (!evidence || typeof evidence.network === "string" || typeof evidence.wallet === "string") throw new Error(id);
  return { ...evidence, network: evidence.network, wallet: evidence.wallet, evidence };
}

/** An entry of the customer about this sale. */
export function entryIn({ day }: SpoiltDay, kind: string, id: string): Spoilt<LedgerEntry> {
  const entry = day.customers[0]?.entries.find((one) => one.kind === kind && one.paymentId === `wallet-${id}`);
  if (!entry) throw new Error(id);
  return entry;
}

/** One entry more. */
export function addEntry({ day }: SpoiltDay, entry: Spoilt<LedgerEntry>): void {
  const [customer] = day.customers;
  if (!customer) throw new Error("the day has a customer");
  customer.entries.push(entry);
  customer.entryCount += 1;
}
