/**
 * The five operations, each as one transaction: look for the first answer, decide, store the answer, move the money.
 *
 * It is as small as the contract allows: customers with one account, no limits; a customer can be set to refuse every
 * debit for a reason. Put your own checks into `#refusalOf`.
 */
import { Customers } from "./customers.ts";
import type { Database } from "./database.ts";
import type {
  DebitAnswer,
  DebitRefusal,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRefusal,
  RefundRequest,
  ReverseAnswer,
} from "./messages.ts";
import { type Payment, Payments } from "./payments.ts";
import { Rejection } from "./rejection.ts";

/** The money of the customers. Every method is one transaction. */
export class Ledger {
  readonly customers: Customers;
  readonly #database: Database;
  readonly #payments: Payments;

  constructor(database: Database) {
    this.#database = database;
    this.customers = new Customers(database);
    this.#payments = new Payments(database);
  }

  /** Takes `debit` from the customer, once for a `paymentId`. */
  debit(request: DebitRequest, nowMs: number): DebitAnswer {
    return this.#database.transaction(() => {
      // Rule 1: what was answered once is answered always.
      const known = this.#payments.find(request);
      if (known) return debitAnswer(known);
      const outcome = this.#refusalOf(request, nowMs) ?? "DONE";
      const payment: Payment = {
        outcome,
        timeMs: nowMs,
        currency: request.debit.currency,
        creditLeftMinor: request.debit.amountMinor,
        payToLeftMinor: request.payTo.amountMinor,
        reversedTimeMs: undefined,
      };
      // Rule 2: a refusal is stored as well.
      this.#payments.write(request, payment);
      if (outcome === "DONE") this.customers.move("DEBIT", request, -request.debit.amountMinor, nowMs);
      return debitAnswer(payment);
    });
  }

  /** Reports what a debit would answer now; stores nothing. */
  evaluate(request: DebitRequest, nowMs: number): EvaluateAnswer {
    const known = this.#payments.find(request)?.outcome;
    const refusal = known === "DONE" ? undefined : (known ?? this.#refusalOf(request, nowMs));
    return refusal === undefined ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason: refusal };
  }

  /** Reports what became of a debit. */
  inquire(key: PaymentKey): InquireAnswer {
    const payment = this.#payments.find(key);
    if (!payment) return { outcome: "UNKNOWN" };
    const wasTaken = payment.outcome === "DONE" && payment.reversedTimeMs !== undefined;
    return wasTaken || payment.outcome === "PAYMENT_REVERSED" ? { outcome: "REVERSED" } : debitAnswer(payment);
  }

  /** Returns what refunds have left of a debit, or makes sure that it never happens. */
  reverse(key: PaymentKey, nowMs: number): ReverseAnswer {
    return this.#database.transaction(() => {
      // Rule 3: a reversal of an unknown debit is stored, so that the debit is refused when it comes.
      const payment = this.#payments.find(key) ?? reversedBeforeDebit(nowMs);
      if (payment.outcome === "DONE" && payment.reversedTimeMs === undefined) {
        this.customers.move("REVERSAL", key, payment.creditLeftMinor, nowMs);
      }
      const reversedTimeMs = payment.reversedTimeMs ?? nowMs;
      this.#payments.write(key, { ...payment, reversedTimeMs });
      return { outcome: "DONE", timeMs: reversedTimeMs };
    });
  }

  /** Returns a part of a debit, once for a `refundId`. */
  refund(request: RefundRequest, nowMs: number): RefundAnswer {
    return this.#database.transaction(() => {
      // Rule 1, for refunds.
      const known = this.#payments.findRefund(request);
      if (known) return refundAnswer(known.outcome, known.timeMs);
      const outcome = this.#makeRefund(request, nowMs);
      this.#payments.writeRefund(request, { outcome, timeMs: nowMs });
      return refundAnswer(outcome, nowMs);
    });
  }

  /** Moves the money of a refund, if it can be made. */
  #makeRefund(request: RefundRequest, nowMs: number): "DONE" | RefundRefusal {
    if (!this.customers.find(request.customerId)) return "CUSTOMER_UNKNOWN";
    const payment = this.#payments.find(request);
    if (payment?.outcome === "PAYMENT_REVERSED") return "PAYMENT_REVERSED";
    // A debit that was refused took nothing: there is no payment to refund.
    if (payment?.outcome !== "DONE") return "PAYMENT_UNKNOWN";
    if (payment.reversedTimeMs !== undefined) return "PAYMENT_REVERSED";
    if (payment.currency !== request.credit.currency) throw new Rejection(400, `the payment is in ${payment.currency}`);
    // Rule 5: refunds together never exceed the debit, nor its payTo.
    const creditLeftMinor = payment.creditLeftMinor - request.credit.amountMinor;
    const payToLeftMinor = payment.payToLeftMinor - request.payTo.amountMinor;
    if (creditLeftMinor < 0n || payToLeftMinor < 0n) return "REFUND_EXCEEDS_PAYMENT";
    this.#payments.write(request, { ...payment, creditLeftMinor, payToLeftMinor });
    this.customers.move("REFUND", request, request.credit.amountMinor, nowMs);
    return "DONE";
  }

  #refusalOf({ customerId, debit, expiryTimeMs }: DebitRequest, nowMs: number): DebitRefusal | undefined {
    const customer = this.customers.find(customerId);
    if (!customer) return "CUSTOMER_UNKNOWN";
    // Rule 4: a debit that comes too late.
    if (nowMs > expiryTimeMs) return "PAYMENT_EXPIRED";
    if (customer.refusal !== undefined) return customer.refusal;
    if (customer.currency !== debit.currency) return "CURRENCY_NOT_SUPPORTED";
    return debit.amountMinor > customer.balanceMinor ? "BALANCE_NOT_ENOUGH" : undefined;
  }
}

function reversedBeforeDebit(timeMs: number): Payment {
  const nothing = { currency: "", creditLeftMinor: 0n, payToLeftMinor: 0n };
  return { outcome: "PAYMENT_REVERSED", timeMs, reversedTimeMs: undefined, ...nothing };
}

function debitAnswer({ outcome, timeMs }: Payment): DebitAnswer {
  return outcome === "DONE" ? { outcome, timeMs } : { outcome: "REFUSED", reason: outcome };
}

function refundAnswer(outcome: "DONE" | RefundRefusal, timeMs: number): RefundAnswer {
  return outcome === "DONE" ? { outcome, timeMs } : { outcome: "REFUSED", reason: outcome };
}
