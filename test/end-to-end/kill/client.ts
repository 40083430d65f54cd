/**
 * Alipay+'s side of the kill test: what it sent, what it was answered, and what the sandbox shows of the books.
 */
import type { KeyObject } from "node:crypto";
import {
  inquiryMessage,
  payMessage,
  type SamplePayment,
  signCall,
} from "../../support/end-to-end/alipayplus-messages.ts";

const CALL_TIMEOUT_MS = 15_000;

/** A result as Alipay+ reads it. */
type Result = { readonly resultStatus: "S" | "F" | "U"; readonly resultCode: string };

type PayAnswer = { readonly result: Result; readonly paymentId?: string };

type InquiryAnswer = { readonly result: Result; readonly paymentResult?: Result; readonly paymentId?: string };

/** A final answer to a pay: the whole body, which a repeat must give again. */
export type FinalAnswer = { readonly body: string; readonly result: Result; readonly paymentId: string | undefined };

/** A payment with everything that Alipay+ was told about it. */
export type TrackedPayment = {
  readonly terms: SamplePayment;
  /** Every final answer to pay, in the order in which they came. */
  readonly answers: FinalAnswer[];
  /** Calls that got no answer at all. */
  lostCalls: number;
};

/** What inquiryPayment tells of a payment; `UNKNOWN` when it never arrived. */
export type Inquired = Result & { readonly paymentId: string | undefined };

/** A customer as the sandbox shows it. */
export type CustomerBooks = {
  readonly balance: string;
  readonly entries: readonly { readonly kind: string; readonly paymentId?: string }[];
};

/** The sums over all shards of the ledger as the sandbox shows them. */
export type Books = {
  readonly balanced: boolean;
  readonly currencies: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Sends signed calls to one gateway. */
export class AlipayPlus {
  readonly #origin: string;
  readonly #privateKey: KeyObject;

  constructor(origin: string, privateKey: KeyObject) {
    this.#origin = origin;
    this.#privateKey = privateKey;
  }

  /** Sends the payment's pay once and notes what comes of it. A lost connection counts as a lost call. */
  async pay(payment: TrackedPayment): Promise<void> {
    const body = await this.#call("pay", payMessage(payment.terms)).catch(() => undefined);
    if (body === undefined) {
      payment.lostCalls += 1;
      return;
    }
    const { result, paymentId } = JSON.parse(body) as PayAnswer;
    if (result.resultStatus !== "U") payment.answers.push({ body, result, paymentId });
  }

  /** Asks what became of a payment. Rejects when there is no answer. */
  async inquire(payment: TrackedPayment): Promise<Inquired | "UNKNOWN"> {
    const body = await this.#call("inquiryPayment", inquiryMessage(payment.terms.paymentRequestId));
    const { result, paymentResult, paymentId } = JSON.parse(body) as InquiryAnswer;
    if (result.resultCode === "ORDER_NOT_EXIST") return "UNKNOWN";
    if (paymentResult === undefined) throw new Error(`inquiryPayment answered ${body}`);
    return { ...paymentResult, paymentId };
  }

  async #call(interfaceName: string, message: object): Promise<string> {
    const { path, headers, body } = await signCall(this.#privateKey, interfaceName, message);
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const response = await fetch(`${this.#origin}${path}`, { method: "POST", headers, body, signal });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${text}`);
    return text;
  }
}

async function askSandbox<Answer>(origin: string, path: string, request: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${origin}/sandbox/${path}`, request);
  if (!response.ok) throw new Error(`/sandbox/${path}: HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** Opens a customer with a balance in minor units. */
export async function openCustomer(
  origin: string,
  customerId: string,
  currency: string,
  balanceMinor: bigint,
): Promise<void> {
  await askSandbox(origin, `customers/${customerId}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ currency, balance: String(balanceMinor) }),
  });
}

/** Reads a customer's balance and journal. */
export function readCustomer(origin: string, customerId: string): Promise<CustomerBooks> {
  return askSandbox(origin, `customers/${customerId}`);
}

/** Reads the sums of the ledger. */
export function readBooks(origin: string): Promise<Books> {
  return askSandbox(origin, "ledger");
}
