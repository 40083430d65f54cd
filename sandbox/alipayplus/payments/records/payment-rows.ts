/** How a payment stands in its row. */
import { formatAmount } from "../../../../core-wasm/index.ts";
import type { PromoDetail } from "../../market/promotion.ts";
import type { WireQuote } from "../../market/quote-table.ts";
import type { ClosedBy, PaymentStatus } from "../machine/payment.ts";
import type { Charge, Details, PaymentRecord, PaymentTerms, Scenario } from "./payment-records.ts";

/** A row of `payments`. What belongs to a charge is null or empty until there is one. */
export type PaymentRow = {
  payment_id: string;
  client_id: string;
  payment_request_id: string;
  fingerprint: string | null;
  created_time_ms: number;
  status: PaymentStatus["name"];
  closed_by: ClosedBy | null;
  result_code: string | null;
  result_message: string | null;
  attempts: number;
  due_time_ms: number | null;
  expiry_time_ms: number;
  payment_time_ms: number | null;
  closed_time_ms: number | null;
  scenario: Scenario | null;
  code_value: string | null;
  requested_currency: string;
  requested_amount: string;
  settlement_currency: string;
  settlement_amount: string;
  details: string;
  customer_id: string | null;
  payment_amount: string;
  wallet_currency: string;
  pay_to_amount: string;
  payment_quote: string | null;
  surcharge_amount: string | null;
  surcharge_quote: string | null;
  promotions: string | null;
  wallet_payment_id: string | null;
  refunded_requested_amount: string;
  refunded_payment_amount: string;
  refunded_pay_to_amount: string;
  refunded_customer_amount: string;
  refunded_settlement_amount: string;
};

/** The columns of what the acquirer asked for, from `scenario` to `details`. */
export function columnsOf(
  { scenario, requested, settlement, ...details }: PaymentTerms,
  codeValue: string | undefined,
) {
  const amounts = [requested, settlement].flatMap((money) => [money.currency, formatAmount(money.amountMinor)]);
  return [scenario, codeValue ?? null, ...amounts, JSON.stringify(details satisfies Details)];
}

/** The payment of a row. */
export function recordOf(row: PaymentRow): PaymentRecord {
  return {
    paymentId: row.payment_id,
    clientId: row.client_id,
    paymentRequestId: row.payment_request_id,
    fingerprint: row.fingerprint ?? undefined,
    createdTimeMs: row.created_time_ms,
    state: {
      status: statusOf(row),
      expiryTimeMs: row.expiry_time_ms,
      attempts: row.attempts,
      dueTimeMs: row.due_time_ms ?? undefined,
      hasRefund: row.refunded_requested_amount !== "0",
    },
    closedTimeMs: row.closed_time_ms ?? undefined,
    terms: termsOf(row),
    codeValue: row.code_value ?? undefined,
    charge: chargeOf(row),
    walletPaymentId: row.wallet_payment_id ?? undefined,
    refunded: {
      requestedMinor: BigInt(row.refunded_requested_amount),
      paymentMinor: BigInt(row.refunded_payment_amount),
      payToMinor: BigInt(row.refunded_pay_to_amount),
      customerMinor: BigInt(row.refunded_customer_amount),
      settlementMinor: BigInt(row.refunded_settlement_amount),
    },
  };
}

function termsOf(row: PaymentRow): PaymentTerms | undefined {
  if (row.scenario === null) return undefined;
  return {
    ...(JSON.parse(row.details) as Details),
    scenario: row.scenario,
    requested: { currency: row.requested_currency, amountMinor: BigInt(row.requested_amount) },
    settlement: { currency: row.settlement_currency, amountMinor: BigInt(row.settlement_amount) },
  };
}

/** The columns of a charge, from `customer_id` to `promotions`. */
export function chargeColumnsOf({ customerId, payment, payTo, quote, surcharge, promotions }: Charge) {
  return [
    ...[customerId, formatAmount(payment.amountMinor), payTo.currency, formatAmount(payTo.amountMinor)],
    ...[quote ? JSON.stringify(quote) : null, surcharge ? formatAmount(surcharge.amountMinor) : null],
    ...[surcharge ? JSON.stringify(surcharge.quote) : null, promotions.length > 0 ? JSON.stringify(promotions) : null],
  ];
}

function chargeOf(row: PaymentRow): Charge | undefined {
  if (row.customer_id === null) return undefined;
  return {
    customerId: row.customer_id,
    payment: { currency: row.requested_currency, amountMinor: BigInt(row.payment_amount) },
    payTo: { currency: row.wallet_currency, amountMinor: BigInt(row.pay_to_amount) },
    quote: quoteOf(row.payment_quote),
    surcharge: surchargeOf(row),
    promotions: row.promotions === null ? [] : (JSON.parse(row.promotions) as PromoDetail[]),
  };
}

function surchargeOf({ surcharge_amount: amount, surcharge_quote: quoteText }: PaymentRow): Charge["surcharge"] {
  const quote = quoteOf(quoteText);
  return amount !== null && quote ? { amountMinor: BigInt(amount), quote } : undefined;
}

function quoteOf(text: string | null): WireQuote | undefined {
  return text === null ? undefined : (JSON.parse(text) as WireQuote);
}

function statusOf(row: PaymentRow): PaymentStatus {
  switch (row.status) {
    case "OFFERED":
    case "ASKED":
      return { name: row.status };
    case "SUCCEEDED":
      return { name: row.status, paymentTimeMs: row.payment_time_ms ?? row.created_time_ms };
    case "FAILED":
      return {
        name: row.status,
        failure: { resultCode: row.result_code ?? "PROCESS_FAIL", resultMessage: row.result_message ?? "" },
      };
    case "CLOSING":
    case "CLOSED":
      return { name: row.status, closedBy: row.closed_by ?? "EXPIRY" };
  }
}
