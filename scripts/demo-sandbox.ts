/** The sandbox's HTTP interface, as far as the demo uses it (docs/sandbox.md). */
import { StageFailure } from "./tool.ts";

const CALL_TIMEOUT_MS = 30_000;

/** An Amount in the smallest unit of its currency. */
export type Amount = { readonly currency: string; readonly value: string };

/** An amount of yen, which have no smaller unit. */
export function jpy(value: string): Amount {
  return { currency: "JPY", value };
}

/** A result of the wallet, as Alipay+ takes it. */
export type Result = { readonly resultCode: string; readonly resultStatus: string; readonly resultMessage: string };

type Headers = Readonly<Record<string, string>>;

/** One exchange between Alipay+ and the gateway. */
export type Exchange = {
  readonly interface: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Headers;
    readonly body: string;
  };
  readonly response: {
    readonly httpStatus?: number;
    readonly headers: Headers;
    readonly body: string;
    readonly verified: boolean;
    readonly verificationFault?: string;
  };
  readonly tookMs: number;
};

/** What an endpoint answers that sends something; without an exchange when Alipay+ itself refused. */
export type Reply = { readonly exchange?: Exchange; readonly result: Result };

/** One movement of money. */
export type LedgerEntry = {
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

/** An order of a merchant, and the code that a wallet scans. */
export type OrderCode = { readonly codeValue: string; readonly paymentRequestId: string };

/** What became of an order, and what the wallet has told of it, oldest first. */
export type Order = {
  readonly status: string;
  readonly notifications: readonly {
    readonly resultCode: string;
    readonly paymentId?: string;
    /** What Alipay+ answered. */
    readonly answer: string;
  }[];
};

/** The trial balance over all shards. */
export type Books = {
  readonly balanced: boolean;
  readonly currencies: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Calls a sandbox. Every method throws StageFailure when the sandbox refuses or cannot be reached. */
export class SandboxClient {
  readonly #origin: string;

  /** @param origin `http://127.0.0.1:<port>`, without a trailing slash. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** A customer; undefined when there is none under this id. */
  async findCustomer(customerId: string): Promise<Customer | undefined> {
    const response = await this.#fetch("GET", `/customers/${encodeURIComponent(customerId)}`);
    return response.status === 404 ? undefined : this.#read<Customer>(response);
  }

  /** Opens or changes a customer. */
  async putCustomer(customerId: string, settings: object): Promise<Customer> {
    return this.#read(await this.#fetch("PUT", `/customers/${encodeURIComponent(customerId)}`, settings));
  }

  /** A fresh payment code. */
  async paymentCode(customerId: string): Promise<string> {
    const response = await this.#fetch("POST", "/payment-codes", { customerId });
    const { paymentCodeInfoList } = await this.#read<{ paymentCodeInfoList: readonly { paymentCode: string }[] }>(
      response,
    );
    const [code] = paymentCodeInfoList;
    if (code === undefined) throw new StageFailure("POST /sandbox/payment-codes gave no code.");
    return code.paymentCode;
  }

  /** A merchant's order, and its code. */
  async orderCode(order: object): Promise<OrderCode> {
    return this.#read(await this.#fetch("POST", "/order-codes", order));
  }

  /** What became of an order. */
  async order(paymentRequestId: string): Promise<Order> {
    return this.#read(await this.#fetch("GET", `/orders/${paymentRequestId}`));
  }

  /** Sends something to the gateway; `body` is an object, or the very text to send. */
  async send(path: string, body: object | string): Promise<Reply> {
    return this.#read(await this.#fetch("POST", path, body));
  }

  /** The trial balance. */
  async books(): Promise<Books> {
    return this.#read(await this.#fetch("GET", "/ledger"));
  }

  async #fetch(method: string, path: string, body?: object | string): Promise<Response> {
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    try {
      return await fetch(`${this.#origin}/sandbox${path}`, {
        method,
        headers: { "Content-Type": "application/json; charset=UTF-8" },
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
        ...(text !== undefined && { body: text }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new StageFailure(`${method} ${this.#origin}/sandbox${path} failed: ${cause}`);
    }
  }

  async #read<Answer>(response: Response): Promise<Answer> {
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Answer;
    throw new StageFailure(`${response.url} answered with HTTP status ${response.status}: ${text}`);
  }
}
