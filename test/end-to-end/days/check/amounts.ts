/**
 * The amounts of a sale and of its refunds, as each of the three knows them: the same to the unit, and nothing is left
 * over.
 */

import type { Amount } from "../plan/plan.ts";
import type { SaleEvidence } from "../play/evidence.ts";
import { minorOf, type NetworkRefund, type NetworkView, type SaleRefund } from "../play/views.ts";

/** What does not agree in amounts. */
export function checkAmounts(evidence: SaleEvidence): string[] {
  const { sale, network } = evidence;
  if (network === "UNKNOWN") return sale.refunds.flatMap((refund) => checkRefund(refund, undefined));
  return [
    ...checkRequested(evidence, network),
    ...checkWallet(evidence, network),
    ...checkRefunds(evidence, network),
    ...checkWhole(network),
  ];
}

function checkRequested({ sale }: SaleEvidence, network: NetworkView): string[] {
  const { paymentAmount, settlementAmount } = network;
  const id = sale.paymentRequestId;
  return [
    ...(paymentAmount
      ? differs(`${id}: paymentAmount of acquirer and Alipay+`, sale.paymentAmount, paymentAmount)
      : []),
    // Within one currency the settlement has no amount of its own.
    ...(sale.settlementAmount && settlementAmount
      ? differs(`${id}: settlementAmount of acquirer and Alipay+`, sale.settlementAmount, settlementAmount)
      : []),
  ];
}

function checkWallet({ sale, wallet }: SaleEvidence, { wallet: asked }: NetworkView): string[] {
  if (typeof wallet === "string" || !asked) return [];
  const id = sale.paymentRequestId;
  const surcharge = wallet.includedSurcharge ? minorOf(wallet.includedSurcharge) : 0n;
  const payTo = { ...wallet.debitAmount, value: String(minorOf(wallet.debitAmount) - surcharge) };
  return [
    ...differs(`${id}: paymentAmount of Alipay+ and wallet`, asked.paymentAmount, wallet.paymentAmount),
    ...differs(`${id}: payToAmount of Alipay+ and wallet`, asked.payToAmount, payTo),
    ...differs(
      `${id}: what the customer pays by Alipay+ and by the wallet`,
      asked.surchargeInfo?.surchargeAmount ?? asked.payToAmount,
      wallet.debitAmount,
    ),
  ];
}

function checkRefunds({ sale }: SaleEvidence, { refunds }: NetworkView): string[] {
  const known = new Map(refunds.map((refund) => [refund.refundRequestId, refund]));
  const ofAcquirer = new Set(sale.refunds.map(({ refundRequestId }) => refundRequestId));
  const unknown = refunds
    .filter(({ refundRequestId }) => !ofAcquirer.has(refundRequestId))
    .map(({ refundRequestId }) => `refund ${refundRequestId} is known to Alipay+, and not to the acquirer`);
  return [...unknown, ...sale.refunds.flatMap((refund) => checkRefund(refund, known.get(refund.refundRequestId)))];
}

/** One refund as acquirer and Alipay+ know it. One that Alipay+ has refused without storing it has failed. */
function checkRefund(refund: SaleRefund, network: NetworkRefund | undefined): string[] {
  const id = `refund ${refund.refundRequestId}`;
  const status = refund.result.resultStatus;
  const known = network?.result.resultStatus ?? "F";
  if (status !== known) return [`${id} is ${status} for the acquirer and ${known} at Alipay+`];
  if (status === "U") return [`${id} never became final`];
  if (!network) return [];
  return [
    ...differs(`${id}: refundAmount of acquirer and Alipay+`, refund.refundAmount, network.refundAmount),
    ...(status === "S" && refund.settlementAmount
      ? differs(`${id}: settlementAmount of acquirer and Alipay+`, refund.settlementAmount, network.settlementAmount)
      : []),
  ];
}

/** Refunds never exceed the payment, and the refund that completes it returns the last unit of every amount. */
function checkWhole({ paymentRequestId, paymentAmount, settlementAmount, wallet, refunds }: NetworkView): string[] {
  const done = refunds.filter(({ status }) => status === "SUCCEEDED");
  if (done.length === 0 || !paymentAmount || !settlementAmount || !wallet) return [];
  const sums = [
    { name: "refundAmount", paid: paymentAmount, sum: sumOf(done.map(({ refundAmount }) => refundAmount)) },
    { name: "refundFromAmount", paid: wallet.payToAmount, sum: sumOf(done.map((refund) => refund.refundFromAmount)) },
    { name: "settlementAmount", paid: settlementAmount, sum: sumOf(done.map((refund) => refund.settlementAmount)) },
  ];
  const isWhole = sums[0]?.sum === minorOf(paymentAmount);
  return sums.flatMap(({ name, paid, sum }) => {
    const paidMinor = minorOf(paid);
    if (sum > paidMinor) return [`${paymentRequestId}: the refunds' ${name} is ${sum} in sum, of ${paidMinor}`];
    return isWhole && sum !== paidMinor
      ? [`${paymentRequestId} was refunded whole, and ${paidMinor - sum} of ${name} is left`]
      : [];
  });
}

function sumOf(amounts: readonly (Amount | undefined)[]): bigint {
  return amounts.reduce((sum, amount) => sum + (amount ? minorOf(amount) : 0n), 0n);
}

function differs(what: string, one: Amount, other: Amount): string[] {
  if (one.currency === other.currency && one.value === other.value) return [];
  return [`${what} differ: ${one.currency} ${one.value} and ${other.currency} ${other.value}`];
}
