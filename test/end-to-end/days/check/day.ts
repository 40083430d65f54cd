/** All that must hold at the end of a day; each check tells what is wrong in sentences. */
import { checkAgreement } from "./agreement.ts";
import { checkAmounts } from "./amounts.ts";
import { checkBook } from "./settlement-ledger.ts";
import { checkClearing } from "./clearing.ts";
import { checkLedger } from "./ledger.ts";
import { checkTimely } from "./timely.ts";
import { checkTimes } from "./times.ts";
import { checkTold } from "./answers.ts";
import type { ClearingEvidence, Evidence } from "../play/evidence.ts";
import type { Event } from "../play/play.ts";

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
