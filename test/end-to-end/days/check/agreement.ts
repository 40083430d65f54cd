/**
 * Which states of one payment agree at the end of a day: the acquirer's, Alipay+'s and the wallet's. Everything not in
 * these tables is a disagreement. Source: docs/spec/results.md#how-a-result-is-reported,
 * docs/spec/wallet/cancel-payment.md.
 */
import type { SaleEvidence } from "../play/evidence.ts";
import type { NetworkView, SaleStatus, WalletAbsence, WalletView } from "../play/views.ts";

type NetworkState = NetworkView["status"] | "UNKNOWN";
/** REFUNDED_INSTEAD: paid, closed at Alipay+ when the wallet could cancel no more, and refunded whole instead. */
type WalletState = WalletView["status"] | WalletAbsence | "REFUNDED_INSTEAD";

/** What Alipay+ may say where the acquirer has this status. An acquirer that still waits agrees with no state. */
export const NETWORK_STATES: Readonly<Record<SaleStatus, readonly NetworkState[]>> = {
  PAYING: [],
  SHOWN: [],
  CANCELLING: [],
  REFUNDING: [],
  SUCCEEDED: ["SUCCEEDED"],
  // Closed at its expiry, or refused before Alipay+ has stored anything of it.
  FAILED: ["FAILED", "CLOSED", "UNKNOWN"],
  // A cancel succeeds whatever the payment's state, also that of a payment that had failed.
  CANCELLED: ["CLOSED", "FAILED"],
  REFUNDED: ["SUCCEEDED"],
};

/** What the wallet may say where Alipay+ has this status. */
export const WALLET_STATES: Readonly<Record<NetworkState, readonly WalletState[]>> = {
  OFFERED: [],
  ASKED: [],
  CLOSING: [],
  SUCCEEDED: ["SUCCEEDED"],
  // A customer who declines, or lets it expire, closes it at the wallet; Alipay+ is notified of a failure. A cancel
  // that has overtaken its pay leaves a tombstone, and the pay fails.
  FAILED: ["FAILED", "CLOSED", "TOMBSTONE", "UNKNOWN"],
  // A wallet that has refused has nothing to cancel.
  CLOSED: ["CLOSED", "REFUNDED_INSTEAD", "TOMBSTONE", "FAILED", "UNKNOWN"],
  UNKNOWN: ["UNKNOWN"],
};

/** What the wallet says of a payment, in a word. */
export function walletStateOf({ network, wallet }: Pick<SaleEvidence, "network" | "wallet">): WalletState {
  if (typeof wallet === "string") return wallet;
  const { status, debitAmount, refundedAmount } = wallet;
  const isClosed = network !== "UNKNOWN" && network.status === "CLOSED";
  const isRefundedInstead = isClosed && status === "SUCCEEDED" && refundedAmount?.value === debitAmount.value;
  return isRefundedInstead ? "REFUNDED_INSTEAD" : status;
}

/** What the three say of a sale, where it does not fit together. */
export function checkAgreement({ sale, network, wallet }: SaleEvidence): string[] {
  const networkState = network === "UNKNOWN" ? network : network.status;
  const walletState = walletStateOf({ network, wallet });
  const faults: string[] = [];
  if (!NETWORK_STATES[sale.status].includes(networkState)) {
    faults.push(`${sale.paymentRequestId} is ${sale.status} for the acquirer and ${networkState} at Alipay+`);
  }
  if (!WALLET_STATES[networkState].includes(walletState)) {
    faults.push(`${sale.paymentRequestId} is ${networkState} at Alipay+ and ${walletState} at the wallet`);
  }
  if (network !== "UNKNOWN" && network.wallet && walletState === "UNKNOWN") {
    faults.push(`${sale.paymentRequestId} was asked of a wallet, which never learnt its end`);
  }
  if (network !== "UNKNOWN" && !network.wallet && walletState !== "UNKNOWN") {
    faults.push(`${sale.paymentRequestId} was asked of no wallet, and is ${walletState} at one`);
  }
  return [...faults, ...checkReasons(sale, network, wallet)];
}

/** Where a payment has failed at Alipay+, all three have the same reason. */
function checkReasons(
  sale: SaleEvidence["sale"],
  network: SaleEvidence["network"],
  wallet: SaleEvidence["wallet"],
): string[] {
  if (network === "UNKNOWN" || network.status !== "FAILED") return [];
  const reason = network.result.resultCode;
  const faults: string[] = [];
  if (typeof wallet !== "string" && wallet.result.resultCode !== reason) {
    faults.push(
      `${sale.paymentRequestId} failed with ${reason} at Alipay+, with ${wallet.result.resultCode} at the wallet`,
    );
  }
  const expected = sale.interface === "OLDER" ? (OLDER_CODES[reason] ?? reason) : reason;
  if (sale.status === "FAILED" && sale.result.resultCode !== expected) {
    faults.push(
      `${sale.paymentRequestId} failed with ${reason} at Alipay+, the acquirer says ${sale.result.resultCode}`,
    );
  }
  return faults;
}

/** The result codes of the older merchant interface (docs/sandbox/README.md), where it has others. */
const OLDER_CODES: Readonly<Record<string, string>> = {
  MERCHANT_NOT_REGISTERED: "PAYMENT_NOT_QUALIFIED",
  UNAVAILABLE_PAYMENT_METHOD: "NO_PAY_OPTION",
  USER_KYC_NOT_QUALIFIED: "USER_STATUS_ABNORMAL",
  USER_PAYMENT_VERIFICATION_FAILED: "RISK_REJECT",
  BUSINESS_NOT_SUPPORT: "INVALID_CONTRACT",
  REGULATION_RESTRICTION: "PROCESS_FAIL",
};
