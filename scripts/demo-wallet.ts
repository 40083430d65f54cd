/** The wallet API's HTTP interface, as far as the demo uses it (docs/wallet.md). */
import type { Amount } from "./demo-sandbox.ts";
import { DEVELOPMENT_WALLET_TOKEN } from "./project.ts";
import { StageFailure } from "./tool.ts";

const CALL_TIMEOUT_MS = 30_000;

/** A payment code, as a screen needs it. */
export type ShownCode = {
  readonly paymentCode: string;
  readonly codeValidityStartTime: string;
  readonly codeExpiryTime: string;
  readonly nextChangeTime: string;
  readonly serverTime: string;
  readonly remainingCodes: number;
  readonly barcode: { readonly svg: string };
  readonly qrCode: { readonly svg: string };
};

/** A payment, as the app's pages need it. */
export type Payment = {
  readonly paymentRequestId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly debitAmount: Amount;
  readonly paymentAmount: Amount;
  readonly orderAmount?: Amount;
  readonly paymentQuote?: { readonly quoteCurrencyPair: string; readonly quotePrice: string };
  readonly discounts: readonly { readonly promoName?: string; readonly savingsAmount?: Amount }[];
  readonly merchant: { readonly merchantName?: string; readonly storeName?: string };
  readonly orderDescription?: string;
  readonly paymentExpiryTime: string;
  readonly paymentRedirectUrl?: string;
  readonly redirectAfterSeconds?: number;
};

/** What to do with a code that was scanned. */
export type Scan = { readonly action: string; readonly payment?: Payment };

/** What stands between a call and its reply (RFC 9457). */
export type Problem = { readonly code: string };

/** A call of the wallet API, and what came of it. */
export type WalletCall<Reply> = {
  readonly path: string;
  readonly body: object;
  readonly httpStatus: number;
  /** `Reply` with HTTP status 200, otherwise `Problem`. */
  readonly reply: Reply | Problem;
  readonly tookMs: number;
};

/** The wallet's backend, which speaks for every customer. */
export class WalletClient {
  /** Where the wallet API is. */
  readonly url: string;

  /** @param origin `http://127.0.0.1:<port>`, without a trailing slash. */
  constructor(origin: string) {
    this.url = `${origin}/wallet/v1`;
  }

  /** Calls `POST /wallet/v1<path>`. Throws StageFailure when there is no answer. */
  async post<Reply>(path: string, body: object): Promise<WalletCall<Reply>> {
    const startedAtMs = performance.now();
    try {
      const response = await fetch(this.url + path, {
        method: "POST",
        headers: { Authorization: `Bearer ${DEVELOPMENT_WALLET_TOKEN}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      const reply = (await response.json()) as Reply | Problem;
      const tookMs = Math.round(performance.now() - startedAtMs);
      return { path: `/wallet/v1${path}`, body, httpStatus: response.status, reply, tookMs };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new StageFailure(`POST ${this.url}${path} failed: ${cause}`);
    }
  }
}

/** The reply of a call that must have one. Throws StageFailure when it has none. */
export function replyOf<Reply>({ path, httpStatus, reply }: WalletCall<Reply>): Reply {
  if (httpStatus === 200) return reply as Reply;
  throw new StageFailure(`POST ${path} answered with HTTP status ${httpStatus}: ${JSON.stringify(reply)}`);
}
