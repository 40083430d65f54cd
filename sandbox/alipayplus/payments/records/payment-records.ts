/**
 * The payments of acquirers, and the orders that a developer has placed, as rows. Every method is synchronous: a
 * decision and its row stay in one turn.
 */
import {
  amount,
  converted,
  derived,
  type FieldMaps,
  fields,
  integer,
  json,
  money,
  optional,
  shared,
  text,
  variants,
} from "../../../../durable/platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../../../../durable/platform/due-alarm.ts";
import { Table } from "../../../../durable/platform/table.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import type { Money, WireAmount } from "../../../../protocol/money.ts";
import type { PromoDetail } from "../../market/promotion.ts";
import type { WireQuote } from "../../market/quote-table.ts";
import type { Failure, PaymentState, PaymentStatus } from "../machine/payment.ts";
import { NO_SHARES, type Shares } from "../machine/refund.ts";

/** How a payment reaches its customer (docs/spec/wallet/pay.md#scenarios). */
export type Scenario = "PAYMENT_CODE" | "ORDER_CODE" | "ENTRY_CODE" | "CASHIER" | "AUTO_DEBIT";

/** The parameters without a column of their own, as JSON. */
type Details = {
  /** The code that the merchant has scanned. */
  readonly paymentCode?: string | undefined;
  /** The token that pays an Auto Debit, and the mode that its acquirer names. */
  readonly accessToken?: string | undefined;
  readonly presentmentMode?: string | undefined;
  /** An Order, as the acquirer wrote it, as JSON text. */
  readonly order: string;
  readonly paymentNotifyUrl?: string | undefined;
  readonly paymentRedirectUrl?: string | undefined;
  readonly passThroughInfo?: string | undefined;
  /** Present when the acquirer is settled in another currency. */
  readonly settlementQuote?: WireQuote | undefined;
  /** The older merchant interface has a smallest amount per wallet. */
  readonly hasSmallestAmount?: boolean | undefined;
  /** The regions of the wallets that may pay, ISO 3166 alpha-2; missing: all. */
  readonly allowedPspRegions?: readonly string[] | undefined;
  /** An evaluation: its code is decoded, and no payment exists that Alipay+ could poll, close or notify. */
  readonly isPaymentEvaluation?: boolean | undefined;
  /** Present when a developer has placed it. */
  readonly manual?: ManualOrder | undefined;
};

/** An order that a developer has placed: its amounts are fixed for every customer, and no acquirer is owed anything. */
export type ManualOrder = {
  /** {@link FixedAmounts} as JSON text. */
  readonly amounts: string;
  /** Where the wallet notifies the result, instead of Alipay+'s own URL. */
  readonly paymentNotifyUrl?: string | undefined;
  /** An AuthorizationInfo as JSON text. */
  readonly authorizationInfo?: string | undefined;
};

/** The amounts as userInitiatedPay answers them, with their quotes and promotions. */
export type FixedAmounts = JsonObject & { readonly paymentAmount: WireAmount; readonly payToAmount: WireAmount };

/** The amount that the acquirer requested. */
export type PaymentTerms = Details & {
  readonly scenario: Scenario;
  readonly requested: Money;
  /** The amount that the acquirer is owed; for a manual order, which has no acquirer, the requested amount. */
  readonly settlement: Money;
};

/** The surcharge that Alipay+ collects for the wallet. */
export type Surcharge = {
  /** The customer's amount in minor units of the wallet's currency: at least what the wallet owes. */
  readonly amountMinor: bigint;
  readonly quote: WireQuote;
};

/** The charge to a wallet, once the paying customer is known. */
export type Charge = {
  readonly customerId: string;
  /** In the transaction currency, promotions taken off. */
  readonly payment: Money;
  /** The amount that the wallet owes, in its currency. */
  readonly payTo: Money;
  /** Present when the two currencies differ. */
  readonly quote?: WireQuote | undefined;
  /** Present when a surcharge is collected. */
  readonly surcharge?: Surcharge | undefined;
  /** Those that apply, as the wallet gets them. */
  readonly promotions: readonly PromoDetail[];
};

/**
 * A payment as it is stored. The tombstone of a cancel has no fingerprint and no terms; a manual order is never
 * requested again, and has no fingerprint either.
 */
export type PaymentRecord = {
  /** Alipay+'s own id; towards wallets it is the `paymentRequestId`. */
  readonly paymentId: string;
  readonly clientId: string;
  /** The acquirer's id; of a manual order it is `paymentId`. */
  readonly paymentRequestId: string;
  readonly fingerprint: string | undefined;
  readonly createdTimeMs: number;
  readonly state: PaymentState;
  /** When it was closed, epoch milliseconds. */
  readonly closedTimeMs: number | undefined;
  readonly terms: PaymentTerms | undefined;
  /** The code that a customer scans, or opens as `paymentUrl`. */
  readonly codeValue: string | undefined;
  readonly charge: Charge | undefined;
  /** The wallet's id of the payment, once it has notified or answered a success. */
  readonly walletPaymentId: string | undefined;
  /** Refunds that succeeded or are being made. */
  readonly refunded: Shares;
};

/** A payment as it is first stored. */
type NewPaymentRecord = Pick<
  PaymentRecord,
  "paymentId" | "clientId" | "paymentRequestId" | "fingerprint" | "createdTimeMs" | "state" | "terms" | "codeValue"
>;

const ZERO_AT_FIRST = { constraint: "DEFAULT '0'" };
/** The columns that the market added. */
const MARKET_STEP = 2;

const STATE = fields<PaymentState>({
  status: variants<PaymentStatus>(text("status"), {
    OFFERED: {},
    ASKED: {},
    // A payment that is closed later keeps the time at which it was paid.
    SUCCEEDED: { paymentTimeMs: integer("payment_time_ms", { keeps: "LATEST" }) },
    FAILED: { failure: fields<Failure>({ resultCode: text("result_code"), resultMessage: text("result_message") }) },
    CLOSING: { closedBy: text("closed_by") },
    CLOSED: { closedBy: text("closed_by") },
  }),
  expiryTimeMs: integer("expiry_time_ms"),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
  hasRefund: derived(text("refunded_requested_amount"), (refunded) => refunded !== "0"),
});

type StoredTerms = Pick<PaymentTerms, "scenario" | "requested" | "settlement"> & { readonly details: Details };

const TERMS = converted<StoredTerms, PaymentTerms>(
  fields<StoredTerms>({
    scenario: text<Scenario>("scenario"),
    requested: money(text("requested_currency"), amount("requested_amount")),
    settlement: money(text("settlement_currency"), amount("settlement_amount")),
    details: json<Details>("details"),
  }),
  ({ details, ...rest }) => ({ ...details, ...rest }),
  ({ scenario, requested, settlement, ...details }) => ({ scenario, requested, settlement, details }),
);

const CHARGE = fields<Charge>({
  customerId: text("customer_id"),
  payment: money(shared(text("requested_currency")), amount("payment_amount")),
  payTo: money(text("wallet_currency"), amount("pay_to_amount")),
  quote: optional(json<WireQuote>("payment_quote")),
  surcharge: optional(
    fields<Surcharge>({
      amountMinor: amount("surcharge_amount", { step: MARKET_STEP }),
      quote: json<WireQuote>("surcharge_quote", { step: MARKET_STEP }),
    }),
  ),
  promotions: converted<readonly PromoDetail[] | undefined, readonly PromoDetail[]>(
    optional(json<readonly PromoDetail[]>("promotions", { step: MARKET_STEP })),
    (stored) => stored ?? [],
    (promotions) => (promotions.length > 0 ? promotions : undefined),
  ),
});

const REFUNDED = fields<Shares>({
  requestedMinor: amount("refunded_requested_amount", ZERO_AT_FIRST),
  paymentMinor: amount("refunded_payment_amount", ZERO_AT_FIRST),
  payToMinor: amount("refunded_pay_to_amount", ZERO_AT_FIRST),
  customerMinor: amount("refunded_customer_amount", { ...ZERO_AT_FIRST, step: MARKET_STEP }),
  settlementMinor: amount("refunded_settlement_amount", ZERO_AT_FIRST),
});

const NEW_PAYMENT: FieldMaps<NewPaymentRecord & Pick<PaymentRecord, "closedTimeMs">> = {
  paymentId: text("payment_id", { constraint: "UNIQUE" }),
  clientId: text("client_id"),
  paymentRequestId: text("payment_request_id"),
  fingerprint: optional(text("fingerprint")),
  createdTimeMs: integer("created_time_ms"),
  state: STATE,
  closedTimeMs: optional(integer("closed_time_ms", { keeps: "FIRST" })),
  terms: optional(TERMS),
  codeValue: optional(text("code_value", { constraint: "UNIQUE" })),
};

const WALLET_PAYMENT_ID = text("wallet_payment_id");

const PAYMENT = fields<PaymentRecord>({
  ...NEW_PAYMENT,
  charge: optional(CHARGE),
  walletPaymentId: optional(WALLET_PAYMENT_ID),
  refunded: REFUNDED,
});

const PAYMENTS = new Table("payments", "payment_id", [
  integer("payment_number", { constraint: "PRIMARY KEY" }),
  PAYMENT,
]);

/** The table of the Network object as it was first made: a row per payment, tombstones included. */
export const PAYMENT_SCHEMA: readonly string[] = [PAYMENTS.create(), dueIndex("payments")];

/** The columns that the market added: surcharge, promotions, and the refunded part of a surcharge. */
export const PAYMENT_MARKET_SCHEMA: readonly string[] = [
  ...PAYMENTS.add(MARKET_STEP),
  // Without a surcharge, customers are refunded what the wallet no longer owes.
  "UPDATE payments SET refunded_customer_amount = refunded_pay_to_amount",
];

const find = PAYMENTS.select(PAYMENT, "WHERE payment_id = ?");
const findByCode = PAYMENTS.select(PAYMENT, "WHERE code_value = ?");
const findDue = PAYMENTS.select(PAYMENT, WHERE_DUE);
const insert = PAYMENTS.insert(fields(NEW_PAYMENT));
const setState = PAYMENTS.update(fields({ state: STATE, closedTimeMs: NEW_PAYMENT.closedTimeMs }));
const setCharge = PAYMENTS.update(CHARGE);
const setWalletPaymentId = PAYMENTS.update(WALLET_PAYMENT_ID);
const setRefunded = PAYMENTS.update(REFUNDED);

/** The payments of the network. */
export class PaymentRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(paymentId: string): PaymentRecord | undefined {
    return find(this.#sql, paymentId)[0];
  }

  /** The payment of an order code. */
  findByCode(codeValue: string): PaymentRecord | undefined {
    return findByCode(this.#sql, codeValue)[0];
  }

  /** The payments that are due, the longest waiting first. */
  due(nowMs: number, limit: number): PaymentRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(payment: NewPaymentRecord): void {
    const closedTimeMs = payment.state.status.name === "CLOSED" ? payment.createdTimeMs : undefined;
    insert(this.#sql, { ...payment, closedTimeMs });
  }

  /** Stores a new state; `nowMs` becomes its closing time if the state closes the payment. */
  setState(paymentId: string, state: PaymentState, nowMs: number): void {
    const { name } = state.status;
    const closedTimeMs = name === "CLOSING" || name === "CLOSED" ? nowMs : undefined;
    setState(this.#sql, paymentId, { state, closedTimeMs });
  }

  setCharge(paymentId: string, charge: Charge): void {
    setCharge(this.#sql, paymentId, charge);
  }

  setWalletPaymentId(paymentId: string, walletPaymentId: string): void {
    setWalletPaymentId(this.#sql, paymentId, walletPaymentId);
  }

  setRefunded(paymentId: string, refunded: Shares): void {
    setRefunded(this.#sql, paymentId, refunded);
  }
}

/** The amounts that a payment moved, per party; zero before a wallet was charged. */
export function paidShares({ terms, charge }: Pick<PaymentRecord, "terms" | "charge">): Shares {
  if (!terms || !charge) return NO_SHARES;
  return {
    requestedMinor: terms.requested.amountMinor,
    paymentMinor: charge.payment.amountMinor,
    payToMinor: charge.payTo.amountMinor,
    customerMinor: (charge.surcharge ?? charge.payTo).amountMinor,
    settlementMinor: terms.settlement.amountMinor,
  };
}
