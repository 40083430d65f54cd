/**
 * The disputes of a sale: what the wallet has sent Alipay+ has taken or refused, the answers are the same on both
 * sides, and what was accepted was refunded, or could not be. Source: docs/spec/wallet/other-services.md#disputes.
 */
import type { DisputeEvidence } from "../../play/evidence.ts";
import type { NetworkDispute, SaleView, WalletDispute } from "../../play/views.ts";

/** What does not agree about the disputes of a sale. */
export function checkDisputes({ sale, network, wallet }: DisputeEvidence): string[] {
  const atNetwork = new Map(network.map((dispute) => [dispute.disputeRequestId, dispute]));
  const atWallet = new Set(wallet.map(({ disputeRequestId }) => disputeRequestId));
  return [
    ...network
      .filter(({ disputeRequestId }) => !atWallet.has(disputeRequestId))
      .map(({ disputeRequestId }) => `dispute ${disputeRequestId} is known to Alipay+, and not to the wallet`),
    ...wallet.flatMap((dispute) => [
      ...checkDispute(dispute, atNetwork.get(dispute.disputeRequestId)),
      ...checkRefund(dispute, sale),
    ]),
  ];
}

function checkDispute(wallet: WalletDispute, network: NetworkDispute | undefined): string[] {
  const { disputeRequestId: id, status } = wallet;
  const answered = network?.answer;
  const expected = network === undefined ? "REFUSED" : answered ? "ANSWERED" : "OPEN";
  if (status !== expected) return [`dispute ${id} is ${status} at the wallet, and ${expected} by what Alipay+ knows`];
  if (network && network.kind !== wallet.kind) return [`dispute ${id} is a ${wallet.kind} at the wallet alone`];
  if (!network || !answered) return [];
  const code = answered.responseCode ?? answered.refundType;
  const isAccepted = answered.refundType !== undefined && answered.refundType !== "REFUSE_REFUND";
  const accepted = isAccepted ? (answered.refundAmount ?? network.message.escalationAmount)?.value : undefined;
  return [
    ...(wallet.answerCode === code
      ? []
      : [`dispute ${id} was answered ${code}, and is ${wallet.answerCode} at the wallet`]),
    ...(wallet.acceptedAmount?.value === accepted
      ? []
      : [`dispute ${id}: ${accepted} was accepted, and ${wallet.acceptedAmount?.value} at the wallet`]),
  ];
}

/**
 * A sale that was cancelled has nothing to refund. Whether a refund succeeded is the business of the checks of refunds:
 * a merchant may have refunded the whole before.
 */
function checkRefund({ disputeRequestId, acceptedAmount }: WalletDispute, { status, refunds }: SaleView): string[] {
  if (!acceptedAmount || status !== "SUCCEEDED") return [];
  const refund = refunds.find(({ refundRequestId }) => refundRequestId === disputeRequestId);
  if (refund?.refundAmount.value === acceptedAmount.value) return [];
  return [
    `dispute ${disputeRequestId} was accepted, and ${refund?.refundAmount.value} refunded of ${acceptedAmount.value}`,
  ];
}
