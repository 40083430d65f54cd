/** What moves a payment's money: the embedded core within the home's own transaction, or the wallet's core by HTTP. */

import type { EvaluateReply, PayCommand, PayReply } from "../messages.ts";
import type { DebitRequest } from "../wallet-core/port.ts";
import type { PaymentState } from "./machine/payment.ts";
import type { PaymentRecord } from "./records.ts";
import type { AcceptedRefund, RefundRecord } from "./refund-records.ts";

/**
 * Payments with one kind of core. A call rejects when the directory gives no answer; what the home has not stored by
 * then has not happened.
 */
export interface CorePayments {
  /** Makes a payment that the home does not know yet. */
  pay(command: PayCommand): Promise<PayReply>;
  /** The pay of a payment that is under way, if there is one. */
  underWay(paymentId: string): Promise<PayReply> | undefined;
  /**
   * What a debit would come to; nothing is moved or stored.
   *
   * @param ignoresLimits whether limits of amount and number do not count, as with an access token
   */
  evaluate(request: DebitRequest, ignoresLimits: boolean): Promise<EvaluateReply>;
  /** Debits an order that its customer confirms. */
  confirm(record: PaymentRecord): Promise<PaymentState>;
  /** Closes a payment, and returns what was taken. */
  cancel(record: PaymentRecord): Promise<PaymentState>;
  /** Makes a refund whose amounts are decided, and stores it with them reserved. */
  refund(refund: AcceptedRefund, payment: PaymentRecord): Promise<RefundRecord>;
  /** A refund that is under way, if there is one. */
  refundUnderWay(refundId: string): Promise<RefundRecord> | undefined;
  /** Goes on with a payment that is due. */
  resolve(record: PaymentRecord): Promise<unknown>;
  /** Goes on with a refund that is due. */
  resolveRefund(record: RefundRecord, payment: PaymentRecord): Promise<unknown>;
}
