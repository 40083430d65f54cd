/**
 * Whoever deals with an order from outside: the merchant, the wallet's own backend, an operator. A call that was lost
 * with the gateway, or that found it failing, is answered `undefined`.
 */
import { DEVELOPMENT_OPERATOR_TOKEN, DEVELOPMENT_WALLET_TOKEN } from "../../../scripts/project.ts";
import { callJson, type Reply } from "../../support/end-to-end/call-json.ts";

/** A customer has to say yes within this time: long enough for a restart, short enough to wait for. */
const ORDER_TIME_LIMIT_MS = 30_000;

/** An order that a merchant has placed. */
export type PlacedOrder = {
  readonly paymentRequestId: string;
  readonly codeValue: string;
  /** ISO 8601. From then on the order can be neither scanned nor confirmed. */
  readonly paymentExpiryTime: string;
  /** As the wallet will be told, in the smallest unit. */
  readonly payToAmount: { readonly currency: string; readonly value: string };
};

/** A payment as the wallet API shows it. */
export type PaymentView = {
  readonly paymentId: string;
  readonly status: "AWAITING_CONFIRMATION" | "PROCESSING" | "SUCCEEDED" | "FAILED" | "CLOSED";
  readonly result: { readonly resultCode: string };
};

/** What the customer says to an order. */
export type CustomerWord = "confirm" | "decline";

/** An answer of the wallet API: the payment, or the code of a problem. */
export type WalletAnswer = PaymentView | { readonly problem: string };

/** What became of telling Alipay+, as operators see it. */
export type NotificationView = {
  readonly acknowledgedTime?: string;
  /** Oldest first. */
  readonly attempts: readonly { readonly time: string; readonly told: string; readonly outcome: string }[];
};

/** A payment as operators see it. */
export type OperatorView = {
  /** Who closed it, where it is closed: `CANCEL` says that Alipay+ has. */
  readonly closedBy?: string;
  /** Missing when there is nothing to tell. */
  readonly notification?: NotificationView;
};

/** The order as the merchant sees it. */
export type MerchantView = {
  readonly status: "CREATED" | "DECODED" | "PAID" | "FAILED" | "CLOSED";
  readonly notifications: readonly {
    readonly resultCode: string;
    readonly paymentId?: string;
    readonly answer: string;
  }[];
};

/** A payment by the id that Alipay+ has given it. */
type NamedPayment = Pick<PlacedOrder, "paymentRequestId">;

/** Calls one gateway and its sandbox. */
export class OrderClient {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** A merchant places an order at the quote of one yen for ten won. */
  async place(payToAmountMinor: bigint): Promise<PlacedOrder | undefined> {
    const reply = await this.#call("POST", "/sandbox/order-codes", undefined, {
      paymentAmount: { currency: "JPY", value: String(payToAmountMinor / 10n) },
      walletCurrency: "KRW",
      paymentQuote: { quoteCurrencyPair: "JPY/KRW", quotePrice: "10.0000" },
      paymentExpiryTime: new Date(Date.now() + ORDER_TIME_LIMIT_MS).toISOString(),
    });
    return reply && (bodyOf(reply) as PlacedOrder);
  }

  /** The order as its merchant sees it. Rejects when there is no answer. */
  async askMerchant({ paymentRequestId }: NamedPayment): Promise<MerchantView> {
    return bodyOf(await this.#ask(`/sandbox/orders/${paymentRequestId}`, undefined)) as MerchantView;
  }

  /** A customer scans the order's code. */
  async scan({ codeValue }: Pick<PlacedOrder, "codeValue">, customerId: string): Promise<WalletAnswer | undefined> {
    const reply = await this.#call("POST", "/wallet/v1/scans", DEVELOPMENT_WALLET_TOKEN, { customerId, codeValue });
    if (reply?.status !== 200) return reply && { problem: problemOf(reply) };
    const scanned = reply.body as { readonly action: string; readonly payment?: PaymentView };
    return scanned.payment ?? { problem: scanned.action };
  }

  /** A customer says yes or no. */
  async say(
    word: CustomerWord,
    { paymentRequestId }: NamedPayment,
    customerId: string,
  ): Promise<WalletAnswer | undefined> {
    const path = `/wallet/v1/payments/${paymentRequestId}/${word}`;
    const reply = await this.#call("POST", path, DEVELOPMENT_WALLET_TOKEN, { customerId });
    if (reply?.status !== 200) return reply && { problem: problemOf(reply) };
    return reply.body as PaymentView;
  }

  /**
   * The payment as the wallet API shows it; `UNKNOWN` when the scan never arrived, also when Alipay+, which had decoded
   * the code, has cancelled it since. Rejects without an answer.
   */
  async askWallet({ paymentRequestId }: NamedPayment): Promise<PaymentView | "UNKNOWN"> {
    const reply = await this.#ask(`/wallet/v1/payments/${paymentRequestId}`, DEVELOPMENT_WALLET_TOKEN);
    if (reply.status === 404 && problemOf(reply) === "PAYMENT_UNKNOWN") return "UNKNOWN";
    // A cancel that came first leaves a tombstone, which has no payment to show.
    if (reply.status === 410 && problemOf(reply) === "ORDER_CLOSED") return "UNKNOWN";
    return bodyOf(reply) as PaymentView;
  }

  /** What operators see of the payment. Rejects without an answer. */
  async askOperator({ paymentRequestId }: NamedPayment): Promise<OperatorView> {
    return bodyOf(await this.#ask(`/ops/payments/${paymentRequestId}`, DEVELOPMENT_OPERATOR_TOKEN)) as OperatorView;
  }

  /** An operator has the result told again. Rejects without an answer. */
  async notifyAgain({ paymentRequestId }: NamedPayment): Promise<void> {
    const path = `/ops/payments/${paymentRequestId}/notifications`;
    const reply = await this.#call("POST", path, DEVELOPMENT_OPERATOR_TOKEN);
    if (reply?.status !== 200) throw new Error(`${path}: ${JSON.stringify(reply)}`);
  }

  async #ask(path: string, token: string | undefined): Promise<Reply> {
    const reply = await this.#call("GET", path, token);
    if (reply === undefined) throw new Error(`${path} gave no answer`);
    return reply;
  }

  async #call(method: string, path: string, token: string | undefined, body?: object): Promise<Reply | undefined> {
    const reply = await callJson(`${this.#origin}${path}`, method, { token, body });
    return reply && reply.status < 500 ? reply : undefined;
  }
}

function bodyOf({ status, body }: Reply): unknown {
  if (status === 200) return body;
  throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
}

function problemOf({ body }: Reply): string {
  return (body as { readonly code: string }).code;
}
