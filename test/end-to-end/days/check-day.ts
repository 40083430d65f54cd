/** All that must hold at the end of a day; each check tells what is wrong in sentences. */
import { checkAgreement } from "./agreement.ts";
import { checkAmounts } from "./check-amounts.ts";
import { checkBook } from "./check-book.ts";
import { checkClearing } from "./check-clearing.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkTimely } from "./check-timely.ts";
import { checkTimes } from "./check-times.ts";
import { checkTold } from "./check-told.ts";
import type { ClearingEvidence, Evidence } from "./evidence.ts";
import type { Event } from "./play.ts";

/** What the acquirer, Alipay+, the wallet and their books do not agree about. */
export function checkDay(events: readonly Event[], evidence: Evidence, reports: ClearingEvidence): readonly string[] {
  const { sales } = evidence;
  return [
    ...sales.flatMap(checkAgreement),
    ...sales.flatMap(checkAmounts),
    ...checkLedger(evidence),
    ...checkBook(evidence),
    ...checkTimes(evidence),
    ...checkTold(events, evidence),
    ...checkClearing(evidence, reports),
    ...checkTimely(events, reports),
  ];
}
