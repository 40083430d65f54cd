/** All that must hold at the end of a day; each check says what is wrong in sentences. */
import type { ClearingEvidence, Evidence, InspectedSale } from "../play/evidence.ts";
import type { Event } from "../play/play.ts";
import { checkAgreement } from "./agreement.ts";
import { checkAmounts } from "./amounts.ts";
import { checkAnswers } from "./answers.ts";
import { checkAuthorizations } from "./around-payments/authorizations.ts";
import { checkDisputes } from "./around-payments/disputes.ts";
import { checkClearing } from "./clearing.ts";
import { checkLedger } from "./ledger.ts";
import { checkOrder } from "./orders.ts";
import { checkPayments } from "./payments.ts";
import { checkSettlementLedger } from "./settlement-ledger.ts";
import { checkTimely } from "./timely.ts";
import { checkTimes } from "./times.ts";

/** Where the acquirer, Alipay+, the wallet, their books and the clearing files do not agree. */
export function checkDay(events: readonly Event[], evidence: Evidence, reports: ClearingEvidence): readonly string[] {
  return [...checkParties(events, evidence), ...checkClearing(evidence, reports), ...checkTimely(events, reports)];
}

/**
 * The same of a day of kills, whose orders see no faults. Its clearing files lack the payments that Alipay+ has asked
 * of the wallet itself, so they are not compared.
 *
 * @param killTimesMs when the gateway was killed, in the rehearsal's time
 */
export function checkKillDay(
  events: readonly Event[],
  evidence: Evidence,
  orders: readonly InspectedSale[],
  killTimesMs: readonly number[],
): readonly string[] {
  return [...checkParties(events, evidence), ...orders.flatMap((order) => checkOrder(order, events, killTimesMs))];
}

function checkParties(events: readonly Event[], evidence: Evidence): readonly string[] {
  const { sales } = evidence;
  return [
    ...sales.flatMap(checkAgreement),
    ...sales.flatMap(checkAmounts),
    ...checkLedger(evidence),
    ...checkSettlementLedger(evidence),
    ...checkTimes(evidence),
    ...checkAnswers(events, evidence),
    ...checkPayments(events, evidence),
    ...checkAuthorizations(events, evidence),
    ...evidence.disputes.flatMap(checkDisputes),
  ];
}
