/**
 * The desk: what the sandbox remembers of payments and refunds that a developer has sent by hand. It is lost without harm:
 * every payment and its money are the gateway's own, which are kept elsewhere.
 *
 * It stands on itty-durable, whose traps durable/platform/itty/object.ts keeps shut (test/sandbox/console/desk.test.ts shows each).
 * Everything is one stored value, which SQLite storage limits to 2 MiB: both lists are bounded. Amounts are digit strings.
 */
import { IttyObject, keepChange } from "../../../durable/platform/itty/object.ts";
import { asksToErase, eraseObject, noteMade } from "../../rehearsal/erase.ts";
import {
  findPayment,
  type PaymentBook,
  planRefund,
  type RefundPlan,
  type RefundWish,
  type RememberedPayment,
  rememberPayment,
  type SentPayment,
  type SentRefund,
  type SettledRefund,
  settleRefund,
} from "./desk-payments.ts";

/** The answer of a method that has nothing to tell. */
export type Done = { readonly outcome: "DONE" };

const DONE: Done = { outcome: "DONE" };

/** The methods that desk-client.ts offers. */
export type DeskMethod = "rememberPayment" | "findPayment" | "planRefund" | "settleRefund";

/** The desk's only object. */
export class Desk extends IttyObject implements PaymentBook {
  payments: readonly RememberedPayment[];
  refunds: readonly SentRefund[];

  constructor(state: DurableObjectState) {
    super(state);
    noteMade(state);
    this.payments = [];
    this.refunds = [];
  }

  /** A call of the library's, or a reset's. */
  override fetch(request: Request): Promise<Response> {
    return asksToErase(request) ? eraseObject(this.state) : super.fetch(request);
  }

  /** Remembers a payment that was sent. */
  rememberPayment(payment: SentPayment): Promise<Done> {
    return this.#keep(rememberPayment(this.#book(), payment), DONE);
  }

  /** The payment that was sent under an id, if it is still remembered. */
  findPayment(paymentRequestId: string): { readonly payment?: RememberedPayment | undefined } {
    return { payment: findPayment(this.#book(), paymentRequestId) };
  }

  /** Works out a refund and counts it. */
  planRefund(wish: RefundWish): Promise<RefundPlan> {
    const { book, plan } = planRefund(this.#book(), wish);
    return this.#keep(book, plan);
  }

  /** Takes note of a refund's final result. */
  settleRefund(settled: SettledRefund): Promise<Done> {
    return this.#keep(settleRefund(this.#book(), settled), DONE);
  }

  #book(): PaymentBook {
    return { payments: this.payments, refunds: this.refunds };
  }

  /** Keeps a change, then answers. */
  async #keep<Answer>(change: PaymentBook, answer: Answer): Promise<Answer> {
    await keepChange<Desk>(this, change);
    return answer;
  }
}
