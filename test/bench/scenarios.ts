/**
 * What the benchmark sends. Every call is signed before the clock starts.
 */
import type { KeyObject } from "node:crypto";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  type SignedCall,
  signCall,
} from "../support/end-to-end/alipayplus-messages.ts";

/** How many customers pay: enough to touch every shard. */
export const CUSTOMER_COUNT = 128;

/** How many different calls a scenario that may repeat itself sends in turn. */
const REPEATED_CALL_COUNT = 64;

/** How many signatures are made at a time; they run beside each other on the thread pool. */
const SIGNING_BATCH = 32;

const PAY_TO_AMOUNT_MINOR = 1000n;

/** Which core a gateway asks for a debit. */
export type Core = "EMBEDDED" | "HTTP";

/** What is measured. */
export type ScenarioName =
  | "floor"
  | "freshPay"
  | "ownCodePay"
  | "duplicatePay"
  | "inquiry"
  | "badSignature"
  | "freshPayHttp";

/** One of them. */
export type Scenario = {
  readonly name: ScenarioName;
  readonly title: string;
  /** Who answers: the floor, or the gateway with one of the cores. */
  readonly server: "FLOOR" | Core;
  /** Whether the gateway issues the codes that are paid with, before it is measured. */
  readonly hasOwnCodes?: true;
  /** What every answer must contain. */
  readonly expectedText: string;
  /** The least throughput that is wanted, as a multiple of the floor's. */
  readonly target: number | undefined;
};

/** In the order in which a round measures them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "floor",
    title: "floor: verify and sign",
    server: "FLOOR",
    expectedText: '"SUCCESS"',
    target: undefined,
  },
  { name: "freshPay", title: "fresh pay", server: "EMBEDDED", expectedText: '"SUCCESS"', target: 0.55 },
  {
    name: "ownCodePay",
    title: "fresh pay, code of ours",
    server: "EMBEDDED",
    hasOwnCodes: true,
    expectedText: '"SUCCESS"',
    target: undefined,
  },
  { name: "duplicatePay", title: "duplicate pay", server: "EMBEDDED", expectedText: '"SUCCESS"', target: undefined },
  { name: "inquiry", title: "inquiryPayment", server: "EMBEDDED", expectedText: '"paymentResult"', target: 0.8 },
  {
    name: "badSignature",
    title: "bad signature",
    server: "EMBEDDED",
    expectedText: '"INVALID_SIGNATURE"',
    target: 5,
  },
  { name: "freshPayHttp", title: "fresh pay, HTTP core", server: "HTTP", expectedText: '"SUCCESS"', target: undefined },
];

function customerIdOf(index: number): string {
  return `216000000000${1000 + index}`;
}

/** Makes the calls of one run of the benchmark. */
export class CallMaker {
  readonly #privateKey: KeyObject;
  #paymentCount = 0;

  /** @param privateKey Alipay+'s */
  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
  }

  /** Who pays. */
  static customerIds(): string[] {
    return Array.from({ length: CUSTOMER_COUNT }, (_, index) => customerIdOf(index));
  }

  /**
   * Signs the calls of a scenario.
   *
   * @param callCount how many will be sent; only fresh pays need as many different ones.
   */
  make(scenario: ScenarioName, callCount: number): Promise<SignedCall[]> {
    switch (scenario) {
      case "freshPay":
      case "ownCodePay":
      case "freshPayHttp":
        return this.#sign(callCount, () => this.#pay(this.#paymentCount++));
      case "floor":
      case "duplicatePay":
        return this.#sign(REPEATED_CALL_COUNT, (index) => this.#pay(-1 - index));
      case "inquiry":
        return this.#sign(REPEATED_CALL_COUNT, (index) =>
          signCall(this.#privateKey, "inquiryPayment", inquiryMessage(this.#paymentRequestId(-1 - index))),
        );
      case "badSignature":
        return this.#sign(REPEATED_CALL_COUNT, async (index) => withoutItsSignature(await this.#pay(-1 - index)));
    }
  }

  /** The codes of the next fresh pays, each with the customer who shows it. */
  nextCodes(count: number): { readonly paymentCode: string; readonly customerId: string }[] {
    return Array.from({ length: count }, (_, index) => {
      const { paymentCode, customerId } = this.#payment(this.#paymentCount + index);
      return { paymentCode, customerId };
    });
  }

  /** Asks for the results of payments. */
  inquiries(paymentRequestIds: readonly string[]): Promise<SignedCall[]> {
    return this.#sign(paymentRequestIds.length, (index) =>
      signCall(this.#privateKey, "inquiryPayment", inquiryMessage(paymentRequestIds[index] ?? "")),
    );
  }

  /** A pay by its number; the negative ones are those that are repeated. */
  #pay(number: number): Promise<SignedCall> {
    return signCall(this.#privateKey, "pay", payMessage(this.#payment(number)));
  }

  #payment(number: number): Parameters<typeof payMessage>[0] {
    return {
      paymentRequestId: this.#paymentRequestId(number),
      paymentCode: paymentCode(BigInt(number) + BigInt(REPEATED_CALL_COUNT)),
      customerId: customerIdOf(Math.abs(number) % CUSTOMER_COUNT),
      payToAmountMinor: PAY_TO_AMOUNT_MINOR,
    };
  }

  #paymentRequestId(number: number): string {
    return `2026010119074101000700000${1_000_000 + number}`;
  }

  async #sign(callCount: number, makeCall: (index: number) => Promise<SignedCall>): Promise<SignedCall[]> {
    const calls: SignedCall[] = [];
    while (calls.length < callCount) {
      const batch = Math.min(SIGNING_BATCH, callCount - calls.length);
      const start = calls.length;
      calls.push(...(await Promise.all(Array.from({ length: batch }, (_, index) => makeCall(start + index)))));
    }
    return calls;
  }
}

/** The same call, with a body that is not the signed one any more. */
function withoutItsSignature(call: SignedCall): SignedCall {
  return { ...call, body: call.body.replace("SHOES", "BOOTS") };
}
