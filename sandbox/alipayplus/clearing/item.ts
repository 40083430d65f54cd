/** What is cleared: a payment or a refund that succeeded. Amounts are minor units, times epoch milliseconds. */
import type { Money } from "../../../protocol/money.ts";

/** A payment or a refund as the network keeps it, each sum as the party counts it that it concerns. */
export type ClearingItem = {
  readonly transactionType: "PAYMENT" | "REFUND";
  readonly transactionTimeMs: number;
  /** Alipay+'s own id, which a wallet knows as its `paymentRequestId` or `refundRequestId`. */
  readonly transactionId: string;
  /** The id that the acquirer chose. */
  readonly transactionRequestId: string;
  /** Alipay+'s id of the payment that a refund is of. */
  readonly originalTransactionId: string | undefined;
  /** What the acquirer asked for, in the transaction currency. */
  readonly requested: Money;
  /** What the wallet was asked for, in the transaction currency: promotions taken off. */
  readonly payment: Money;
  /** What the wallet owes, or gets back. */
  readonly payTo: Money;
  /** What the acquirer is owed, or owes for a refund. */
  readonly settlement: Money;
  /**
   * True where the acquirer has a cancel, which is in no file, but its wallet could only refund the whole:
   * the wallet's ledger has both.
   */
  readonly isOfWalletAlone: boolean;
};
