/** An item to clear: a payment or a refund that succeeded. Amounts are minor units, times epoch milliseconds. */
import type { Money } from "../../../protocol/money.ts";

/** A payment or a refund as the network keeps it, with the amount of each party. */
export type ClearingItem = {
  readonly transactionType: "PAYMENT" | "REFUND";
  readonly transactionTimeMs: number;
  /** Alipay+'s own id, which a wallet knows as its `paymentRequestId` or `refundRequestId`. */
  readonly transactionId: string;
  /** The id that the acquirer chose. */
  readonly transactionRequestId: string;
  /** Alipay+'s id of the payment that a refund is of. */
  readonly originalTransactionId: string | undefined;
  /** The acquirer's amount, in the transaction currency. */
  readonly requested: Money;
  /** The wallet's amount in the transaction currency, after promotions. */
  readonly payment: Money;
  /** The amount that the wallet owes, or is refunded. */
  readonly payTo: Money;
  /** The amount that the acquirer is owed, or owes for a refund. */
  readonly settlement: Money;
  /**
   * True where the acquirer has a cancel, which is in no file, but its wallet could only refund the whole:
   * the wallet's ledger has both.
   */
  readonly isOfWalletAlone: boolean;
};
