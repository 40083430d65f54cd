/** Opening and changing customers. */

import { readCustomer, writeSettings } from "./accounts.ts";
import { isAmount } from "./amounts.ts";
import { postEntry } from "./journal.ts";
import { fundingLegs } from "./legs.ts";
import { type CustomerSettings, completeSettings, invalidSetting } from "./settings.ts";

/** What `openCustomer` answers. After a refusal nothing has changed. */
export type OpenCustomerAnswer =
  | { readonly outcome: "DONE" }
  /** `setting` has a value that is not allowed. */
  | { readonly outcome: "REFUSED"; readonly reason: "SETTING_INVALID"; readonly setting: keyof CustomerSettings }
  /** The customer has journal entries in another currency. */
  | { readonly outcome: "REFUSED"; readonly reason: "CURRENCY_IN_USE" }
  /** With everything that may still be refunded, the balance could exceed signed 64 bits. */
  | { readonly outcome: "REFUSED"; readonly reason: "BALANCE_OUT_OF_RANGE" };

/** Opens a customer, or changes one; what `settings` leaves out stays as it was. */
export function openCustomer(
  sql: SqlStorage,
  customerId: string,
  settings: CustomerSettings,
  timeMs: number,
): OpenCustomerAnswer {
  const setting = invalidSetting(settings);
  if (setting !== undefined) {
    return { outcome: "REFUSED", reason: "SETTING_INVALID", setting };
  }
  const before = readCustomer(sql, customerId);
  if (before !== undefined && before.settings.currency !== settings.currency && before.entryCount > 0) {
    return { outcome: "REFUSED", reason: "CURRENCY_IN_USE" };
  }
  const balanceMinor = before?.balanceMinor ?? 0n;
  const differenceMinor = (settings.balance ?? balanceMinor) - balanceMinor;
  const fundedMinor = (before?.fundedMinor ?? 0n) + differenceMinor;
  if (!isAmount(fundedMinor)) {
    return { outcome: "REFUSED", reason: "BALANCE_OUT_OF_RANGE" };
  }
  writeSettings(sql, customerId, completeSettings(settings, before?.settings));
  if (differenceMinor !== 0n) {
    fund(sql, customerId, differenceMinor, timeMs);
  }
  return { outcome: "DONE" };
}

function fund(sql: SqlStorage, customerId: string, differenceMinor: bigint, timeMs: number): void {
  const customer = readCustomer(sql, customerId);
  if (customer === undefined) {
    throw new Error("A customer whose settings were just written cannot be read");
  }
  // The number of the entry makes its id unique for the customer, and the customer's id for the shard.
  const id = `${customerId}:${customer.entryCount + 1}`;
  postEntry(sql, customer, "FUNDING", { id, paymentId: undefined, timeMs, legs: fundingLegs(differenceMinor) });
}
