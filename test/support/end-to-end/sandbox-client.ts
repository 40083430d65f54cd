/** The sandbox's console, as a developer calls it (docs/sandbox/README.md). */
import { readUntil } from "./eventually.ts";
import { JsonClient, type JsonClientOptions, type Reply } from "./json-client.ts";

const NOTIFICATION_TIMEOUT_MS = 10_000;

/** An Amount in the smallest unit of its currency. */
export type Amount = { readonly currency: string; readonly value: string };

/** An amount in Hong Kong cents. */
export const hkd = (value: string): Amount => ({ currency: "HKD", value });

/** An amount in yen, which have no smaller unit. */
export const jpy = (value: string): Amount => ({ currency: "JPY", value });

/** A `result` of Alipay+. */
export type Result = { readonly resultCode: string; readonly resultStatus: string };

/** One exchange between Alipay+ and the gateway. */
type Exchange = {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly response: {
    /** Missing when the gateway did not answer. */
    readonly httpStatus?: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Whether the wallet's signature verifies. */
    readonly verified: boolean;
    readonly verificationFault?: string;
  };
  readonly tookMs: number;
};

/** The answer to a call that makes Alipay+ send a message; without an exchange when Alipay+ itself refuses. */
export type Sent = { readonly result: Result; readonly exchange?: Exchange };

/** One movement of money; amounts are in the smallest unit. */
type LedgerEntry = {
  readonly entryNumber: number;
  readonly kind: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
};

/** A customer of the embedded ledger; `entries` newest first. */
export type Customer = {
  readonly customerId: string;
  readonly currency: string;
  readonly balance: string;
  readonly limits: object;
  readonly entries: readonly LedgerEntry[];
};

/** A sale of a merchant, as far as the demo looks at it. */
type Sale = { readonly paymentRequestId: string; readonly status: string; readonly paymentUrl?: string };

/** An order of a merchant, and the code that a wallet scans. */
export type OrderCode = { readonly codeValue: string; readonly paymentRequestId: string };

/** The state of an order at its merchant, and the wallet's notifications, oldest first. */
type Order = {
  readonly status: string;
  readonly notifications: readonly {
    readonly resultCode: string;
    readonly paymentId?: string;
    /** The result code that Alipay+ answered with. */
    readonly answer: string;
  }[];
};

/** A subscription as its merchant knows it; `debits` newest first. */
export type Subscription = {
  readonly subscriptionId: string;
  readonly status: string;
  readonly authUrl?: string;
  readonly accessToken?: string;
  readonly debits: readonly { readonly status: string; readonly result: Result }[];
};

/** The trial balance over all shards: sums by currency and account. */
type Books = {
  readonly balanced: boolean;
  readonly currencies: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** The rehearsal's time and the machine's, ISO 8601. */
type SandboxTime = { readonly time: string; readonly realTime: string };

/** Calls one sandbox. Every named method rejects when the sandbox refuses; `call` returns a refusal. */
export class SandboxClient extends JsonClient {
  /** @param origin `http://127.0.0.1:<port>`, without a trailing slash */
  constructor(origin: string, options?: JsonClientOptions) {
    super(`${origin}/sandbox`, options);
  }

  /** Opens a customer with 1,000.00 HKD, or with other settings; changes one who is there. */
  openCustomer(customerId: string, settings: object = {}): Promise<Customer> {
    const opening = { currency: "HKD", balance: "100000", ...settings };
    return this.read("PUT", `/customers/${encodeURIComponent(customerId)}`, opening);
  }

  customer(customerId: string): Promise<Customer> {
    return this.read("GET", `/customers/${encodeURIComponent(customerId)}`);
  }

  async balance(customerId: string): Promise<string> {
    return (await this.customer(customerId)).balance;
  }

  /** A fresh payment code of a customer. */
  async paymentCode(customerId: string): Promise<string> {
    const { paymentCodeInfoList } = await this.read<{
      readonly paymentCodeInfoList: readonly [{ paymentCode: string }];
    }>("POST", "/payment-codes", { customerId });
    return paymentCodeInfoList[0].paymentCode;
  }

  /** Alipay+ asks the wallet to pay an amount by a payment code. */
  pay(paymentCode: string, paymentAmount: Amount, more: object = {}): Promise<Sent> {
    return this.read("POST", "/pay", { paymentCode, paymentAmount, ...more });
  }

  /** Alipay+ asks the wallet for the result of a payment. */
  inquire(paymentRequestId: string): Promise<Sent> {
    return this.read("POST", "/inquiryPayment", { paymentRequestId });
  }

  /** Alipay+ cancels a payment. */
  cancel(paymentRequestId: string): Promise<Sent> {
    return this.read("POST", "/cancelPayment", { paymentRequestId });
  }

  /** Alipay+ refunds a part of a payment, or all of it. */
  refund(paymentRequestId: string, refundAmount: Amount): Promise<Sent> {
    return this.read("POST", "/refund", { paymentRequestId, refundAmount });
  }

  /** Alipay+ sends a message of the wallet's interface, byte for byte. */
  send(interfaceName: string, body: string): Promise<Sent> {
    return this.read("POST", `/send/${interfaceName}`, body);
  }

  /** A merchant places an order and shows its code. */
  orderCode(order: object): Promise<OrderCode> {
    return this.read("POST", "/order-codes", order);
  }

  order(paymentRequestId: string): Promise<Order> {
    return this.read("GET", `/orders/${paymentRequestId}`);
  }

  /** The order once the wallet has notified Alipay+; the order as it is when the wallet has not after 10 seconds. */
  notifiedOrder(paymentRequestId: string): Promise<Order> {
    const hasNotification = ({ notifications }: Order) => notifications.length > 0;
    return readUntil(() => this.order(paymentRequestId), hasNotification, { timeoutMs: NOTIFICATION_TIMEOUT_MS });
  }

  /** A merchant of the acquirer sells something. */
  sell(sale: object): Promise<Sale> {
    return this.read("POST", "/sales", sale);
  }

  /** The sale once it has ended for its merchant; as it is when it has not after 10 seconds. */
  endedSale({ paymentRequestId }: Sale): Promise<Sale> {
    const read = (): Promise<Sale> => this.read("GET", `/sales/${paymentRequestId}`);
    return readUntil(read, ({ status }) => status !== "SHOWN", { timeoutMs: NOTIFICATION_TIMEOUT_MS });
  }

  /** A merchant asks for the page on which a customer may agree to debits. */
  subscribe(subscription: object): Promise<Subscription> {
    return this.read("POST", "/subscriptions", subscription);
  }

  /** The subscription once it is as wanted; as it is when it is not after 10 seconds. */
  subscriptionWhen(subscriptionId: string, isWanted: (subscription: Subscription) => boolean): Promise<Subscription> {
    const read = (): Promise<Subscription> => this.read("GET", `/subscriptions/${subscriptionId}`);
    return readUntil(read, isWanted, { timeoutMs: NOTIFICATION_TIMEOUT_MS });
  }

  /** The merchant asks for new tokens, or ends a subscription. */
  changeSubscription(subscriptionId: string, action: "refresh" | "cancel"): Promise<Subscription> {
    return this.read("POST", `/subscriptions/${subscriptionId}/${action}`);
  }

  /** The merchant debits at once; a refusal is an answer, too. */
  debit(subscriptionId: string): Promise<Reply<Subscription | { readonly error: { readonly code: string } }>> {
    return this.call("POST", `/subscriptions/${subscriptionId}/debit`, {});
  }

  books(): Promise<Books> {
    return this.read("GET", "/ledger");
  }

  clock(): Promise<SandboxTime> {
    return this.read("GET", "/clock");
  }

  /** Sets the clock of gateway and sandbox ahead; what is due by then is done, or under way. */
  async advanceClock(durationMs: number): Promise<void> {
    await this.read("POST", "/clock", { advanceMs: String(durationMs) });
  }

  /** Makes gateway and sandbox as if they had never been called; the same seed gives the same codes and ids again. */
  reset(seed?: string): Promise<Reply<{ readonly seed?: string; readonly time: string }>> {
    return this.call("POST", "/reset", seed === undefined ? undefined : { seed });
  }
}

/** The message that Alipay+ sent, as JSON. Rejects what Alipay+ refused itself. */
export function messageOf({ exchange, result }: Sent): { readonly paymentRequestId: string } {
  if (exchange === undefined) throw new Error(`Alipay+ refuses with ${result.resultCode} and sends nothing.`);
  return JSON.parse(exchange.request.body) as { paymentRequestId: string };
}
