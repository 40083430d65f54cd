/** A sale as the merchant knows it, and what each message changes about it. Pure. */
import type { Amount } from "../money.ts";
import type { ExchangeReply, Order, OrderCode, Result } from "../sandbox-client.ts";

/** CREATED: the order code waits to be scanned. DECODED: it was. UNKNOWN: to be inquired. */
export type SaleStatus = Order["status"] | "UNKNOWN";

/** A sale in either mode. */
export type Sale = {
  readonly paymentRequestId: string;
  readonly amount: Amount;
  readonly status: SaleStatus;
  /** Why it stands as it does. */
  readonly resultCode?: string | undefined;
  /** Only of a sale by order code. */
  readonly order?: OrderCode;
  /** Digits of the smallest unit. */
  readonly refundedValue: string;
};

const STATUS_OF_RESULT: Readonly<Record<Result["resultStatus"], SaleStatus>> = { S: "PAID", F: "FAILED", U: "UNKNOWN" };

/** A sale that waits for the result of pay. */
export function newSale(paymentRequestId: string, amount: Amount): Sale {
  return { paymentRequestId, amount, status: "UNKNOWN", refundedValue: "0" };
}

/** A sale whose order code is shown. */
export function newOrderSale(order: OrderCode, amount: Amount): Sale {
  const { paymentRequestId } = order;
  return { paymentRequestId, amount, status: "CREATED", order, refundedValue: "0" };
}

/** Whether nothing was paid yet, and may still be. */
export function isOpen({ status }: Sale): boolean {
  return status === "CREATED" || status === "DECODED" || status === "UNKNOWN";
}

/** What can still be refunded. */
export function refundableOf({ amount, refundedValue }: Sale): Amount {
  return { ...amount, value: String(BigInt(amount.value) - BigInt(refundedValue)) };
}

/** After pay. */
export function afterPay(sale: Sale, { resultCode, resultStatus }: Result): Sale {
  return { ...sale, status: STATUS_OF_RESULT[resultStatus], resultCode };
}

/** After a look at the order. */
export function afterOrder(sale: Sale, { status, notifications }: Order): Sale {
  return { ...sale, status, resultCode: notifications.at(-1)?.resultCode ?? sale.resultCode };
}

/** After inquiryPayment: what counts is `paymentResult`, and only when the inquiry itself succeeded (spec/02). */
export function afterInquiry(sale: Sale, { exchange, result }: ExchangeReply): Sale {
  if (result.resultStatus !== "S") return { ...sale, resultCode: result.resultCode };
  const { paymentResult } = JSON.parse(exchange.response.body) as { paymentResult: Result };
  if (paymentResult.resultCode === "ORDER_IS_CLOSED") {
    return { ...sale, status: "CLOSED", resultCode: paymentResult.resultCode };
  }
  // An order that waits for its customer is U, too: the order itself tells more of it.
  const isWaiting = paymentResult.resultStatus === "U" && sale.order !== undefined;
  return isWaiting ? { ...sale, resultCode: paymentResult.resultCode } : afterPay(sale, paymentResult);
}

/** After cancelPayment: S closes everything but what had failed before. */
export function afterCancel(sale: Sale, { result }: ExchangeReply): Sale {
  const isClosed = result.resultStatus === "S" && sale.status !== "FAILED";
  return { ...sale, ...(isClosed && { status: "CLOSED" as const }), resultCode: result.resultCode };
}

/** After refund. */
export function afterRefund(sale: Sale, refundAmount: Amount, { result }: ExchangeReply): Sale {
  const refunded = result.resultStatus === "S" ? BigInt(refundAmount.value) : 0n;
  return { ...sale, refundedValue: String(BigInt(sale.refundedValue) + refunded), resultCode: result.resultCode };
}
