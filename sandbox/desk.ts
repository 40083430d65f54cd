/**
 * The desk: what the sandbox remembers as Alipay+. It is lost without harm: every
 * payment and its money are the gateway's own, which are kept elsewhere.
 *
 * It stands on itty-durable, whose traps durable/itty-object.ts keeps shut (test/edge/sandbox-desk.test.ts shows each).
 * Everything is one stored value, which SQLite storage limits to 2 MiB: every list is bounded. Amounts are digit strings.
 */
import { IttyObject, keepChange } from "../durable/itty-object.ts";
import {
  closeCancelledOrder,
  closeUnpaidOrder,
  type DecodedOrder,
  decodeOrder,
  findOrder,
  type NewOrder,
  type Notification,
  type NotificationReceipt,
  type OrderScan,
  type PlacedOrder,
  placeOrder,
  takeNotification,
} from "./desk-orders.ts";
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
import { asksToErase, eraseObject, noteMade } from "./erase.ts";

/** What an object of the desk keeps. Each of the two uses only its own part (desk-client.ts). */
type DeskContents = {
  readonly payments: readonly RememberedPayment[];
  readonly refunds: readonly SentRefund[];
  readonly orders: readonly PlacedOrder[];
};

/** The answer of a method that has nothing to tell. */
export type Done = { readonly outcome: "DONE" };

const DONE: Done = { outcome: "DONE" };

/** The methods that desk-client.ts offers. */
export type DeskMethod =
  | "rememberPayment"
  | "findPayment"
  | "planRefund"
  | "settleRefund"
  | "placeOrder"
  | "findOrder"
  | "decodeOrder"
  | "closeUnpaidOrder"
  | "closeCancelledOrder"
  | "takeNotification";

/** One object of the desk. */
export class Desk extends IttyObject implements DeskContents {
  payments: readonly RememberedPayment[];
  refunds: readonly SentRefund[];
  orders: readonly PlacedOrder[];

  constructor(state: DurableObjectState) {
    super(state);
    noteMade(state);
    this.payments = [];
    this.refunds = [];
    this.orders = [];
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

  /** Remembers an order of a merchant. */
  placeOrder(order: NewOrder): Promise<Done> {
    return this.#keep({ orders: placeOrder(this.orders, order) }, DONE);
  }

  /** The order of a payment, if it is still remembered. */
  findOrder(paymentRequestId: string): { readonly order?: PlacedOrder | undefined } {
    return { order: findOrder(this.orders, paymentRequestId) };
  }

  /** Decodes an order code for a customer. */
  decodeOrder(scan: OrderScan): Promise<DecodedOrder> {
    const { orders, answer } = decodeOrder(this.orders, scan);
    return this.#keep({ orders }, answer);
  }

  /** Closes an order unless it is paid. */
  closeUnpaidOrder(paymentRequestId: string): Promise<Done> {
    return this.#keep({ orders: closeUnpaidOrder(this.orders, paymentRequestId) }, DONE);
  }

  /** Closes an order whose payment was cancelled. */
  closeCancelledOrder(paymentRequestId: string): Promise<Done> {
    return this.#keep({ orders: closeCancelledOrder(this.orders, paymentRequestId) }, DONE);
  }

  /** Takes what the wallet tells of a payment. */
  takeNotification(notification: Notification): Promise<NotificationReceipt> {
    const { orders, receipt } = takeNotification(this.orders, notification);
    return this.#keep({ orders }, receipt);
  }

  #book(): PaymentBook {
    return { payments: this.payments, refunds: this.refunds };
  }

  /** Keeps a change, then answers. */
  async #keep<Answer>(change: Partial<DeskContents>, answer: Answer): Promise<Answer> {
    await keepChange<Desk>(this, change);
    return answer;
  }
}
