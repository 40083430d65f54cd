/** The wallet API, as a customer's app or the wallet's backend calls it (docs/wallet.md). */
import { DEVELOPMENT_WALLET_TOKEN } from "../../../scripts/project.ts";
import { JsonClient, type JsonClientOptions, type Reply } from "./json-client.ts";
import { LiveStream } from "./live-stream.ts";
import type { Amount } from "./sandbox-client.ts";

/** A payment code, as a screen needs it. Times are ISO 8601. */
type ShownCode = {
  readonly paymentCode: string;
  readonly codeValidityStartTime: string;
  readonly codeExpiryTime: string;
  readonly serverTime: string;
};

/** A payment, as the app shows it. */
export type Payment = {
  readonly paymentRequestId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly debitAmount: Amount;
  readonly paymentAmount: Amount;
  readonly paymentRedirectUrl?: string;
};

/** The answer to a scan: the payment to confirm, or another action. */
type Scan = { readonly action: string; readonly payment?: Payment };

/** An authorisation, as the wallet's page and its app show it. */
type Authorization = {
  readonly status: string;
  readonly merchant: { readonly authClientName?: string };
  readonly scopes: readonly { readonly scope: string }[];
};

/** A refusal (RFC 9457). */
type Problem = { readonly code: string };

/** Calls the wallet API for one customer. Every named method returns the answer, also one that refuses. */
export class WalletClient extends JsonClient {
  readonly #origin: string;
  readonly #options: JsonClientOptions;
  /** In every call of the backend's token; a customer's own token names the customer itself. */
  readonly #customer: { readonly customerId?: string };

  /**
   * @param origin `http://127.0.0.1:<port>`, without a trailing slash
   * @param customerId the customer for whom the wallet's backend calls; `undefined` for an app with a token of its own
   */
  constructor(origin: string, customerId: string | undefined, options: JsonClientOptions = {}) {
    super(`${origin}/wallet/v1`, { token: DEVELOPMENT_WALLET_TOKEN, ...options });
    this.#origin = origin;
    this.#options = options;
    this.#customer = customerId === undefined ? {} : { customerId };
  }

  /** The same backend, which calls for another customer. */
  of(customerId: string): WalletClient {
    return new WalletClient(this.#origin, customerId, this.#options);
  }

  /** Asks for the payment code to show on a device now. */
  paymentCode(deviceTokenId: string): Promise<Reply<ShownCode>> {
    return this.#post("/payment-codes", { deviceTokenId });
  }

  /** Sends a code that the customer scanned. */
  scan(codeValue: string): Promise<Reply<Scan | Problem>> {
    return this.#post("/scans", { codeValue });
  }

  /** The customer has come by the wallet's cashier URL, with this code value in it. */
  openCashierOrder(codeValue: string): Promise<Reply<Scan | Problem>> {
    return this.#post("/cashier", { codeValue });
  }

  confirm(paymentRequestId: string): Promise<Reply<Payment>> {
    return this.#post(`/payments/${paymentRequestId}/confirm`, {});
  }

  decline(paymentRequestId: string): Promise<Reply<Payment>> {
    return this.#post(`/payments/${paymentRequestId}/decline`, {});
  }

  /** What the authorisation page shows. */
  authorization(preparedId: string): Promise<Reply<Authorization>> {
    return this.call("GET", `/authorizations/${preparedId}`);
  }

  /** The customer agrees on that page. */
  consent(preparedId: string): Promise<Reply<{ readonly redirectUrl: string }>> {
    return this.#post(`/authorizations/${preparedId}/consent`, { userLoginId: "c***@wallet.example" });
  }

  /** The customer ends an authorisation in the app. */
  unbind(preparedId: string): Promise<Reply<Authorization>> {
    return this.#post(`/authorizations/${preparedId}/unbind`, {});
  }

  payment(paymentRequestId: string): Promise<Reply<Payment>> {
    const query = new URLSearchParams(this.#customer).toString();
    return this.call("GET", `/payments/${paymentRequestId}${query && `?${query}`}`);
  }

  /**
   * Opens the customer's live stream and waits until it is ready.
   *
   * @param afterEventNumber asks for the events after this one, too
   */
  async listen(afterEventNumber?: number): Promise<LiveStream> {
    const { body } = await this.#post<{ readonly token: string }>("/live-tokens", {});
    const query = afterEventNumber === undefined ? "" : `?after=${afterEventNumber}`;
    const stream = new LiveStream(`${this.#origin}/wallet/v1/live${query}`, body.token);
    await stream.first((message) => message.type === "ready");
    return stream;
  }

  #post<Answer>(path: string, body: object): Promise<Reply<Answer>> {
    return this.call("POST", path, { ...this.#customer, ...body });
  }
}
