/** The core that the contract is checked against, the requests that it gets, and the checks of its answers. */
import type { DebitRequest, RefundRequest, WalletCore } from "../../durable/wallet-core/port.ts";

/** A core under test and a customer who can pay. */
export type ContractSubject = {
  readonly core: WalletCore;
  /** Active, without limits that 30 payments per run would reach, with at least `BALANCE_NEEDED_MINOR`. */
  readonly customerId: string;
  /** The currency of the customer's account. */
  readonly currency: string;
  /** The customer's balance in minor units, where it can be read; without it no check looks at balances. */
  readonly balance?: () => Promise<bigint>;
};

/** The balance that the customer needs, in minor units. Every check reverses or refunds its debits. */
export const BALANCE_NEEDED_MINOR = 10_000n;

/** What a debit takes, in minor units. */
export const DEBIT_MINOR = 1_030n;

/** A requirement and how it is checked; `check` throws when it is not met. */
export type Requirement<Subject> = {
  readonly requirement: string;
  readonly check: (subject: Subject) => Promise<void>;
};

const HOUR_MS = 3_600_000;
/** How long a late debit has been expired: more than clocks may differ. */
export const LATE_MS = 60_000;

/** An id that is new to every core. */
export function freshId(): string {
  return `contract-${crypto.randomUUID()}`;
}

/** A debit of `DEBIT_MINOR`, of which 1,000 are owed to Alipay+. It expires in an hour. */
export function debitOf(
  { customerId, currency }: Pick<ContractSubject, "customerId" | "currency">,
  paymentId: string,
  changes: Partial<DebitRequest> = {},
): DebitRequest {
  return {
    paymentId,
    customerId,
    debit: { currency, amountMinor: DEBIT_MINOR },
    payTo: { currency, amountMinor: 1_000n },
    referenceMerchantId: "contract-merchant",
    merchantCategoryCode: "5411",
    expiryTimeMs: Date.now() + HOUR_MS,
    ...changes,
  };
}

/** A refund: the credit to the customer, and the part that is no longer owed to Alipay+. */
export function refundOf(
  { customerId, currency }: ContractSubject,
  paymentId: string,
  creditMinor: bigint,
  payToMinor: bigint,
  refundId: string = freshId(),
): RefundRequest {
  return {
    refundId,
    paymentId,
    customerId,
    credit: { currency, amountMinor: creditMinor },
    payTo: { currency, amountMinor: payToMinor },
  };
}

/** Throws, with both as JSON, when an answer is not the one that the contract demands. Members may be in any order. */
export function expectAnswer(what: string, answer: unknown, expected: unknown): void {
  if (textOf(answer) !== textOf(expected)) {
    throw new Error(`${what}: expected ${textOf(expected)}, the core answered ${textOf(answer)}`);
  }
}

/** The time of an answer that must be DONE, epoch milliseconds. Throws for any other. */
export function expectDone(
  what: string,
  answer: { readonly outcome: string; readonly timeMs?: number | undefined },
): number {
  if (answer.outcome !== "DONE" || answer.timeMs === undefined) {
    throw new Error(`${what}: expected DONE, the core answered ${textOf(answer)}`);
  }
  return answer.timeMs;
}

/** Throws when the balance, where it can be read, has not changed by `changeMinor` since `beforeMinor`. */
export async function expectBalanceChange(
  { balance }: ContractSubject,
  beforeMinor: bigint | undefined,
  changeMinor: bigint,
): Promise<void> {
  if (balance !== undefined && beforeMinor !== undefined) {
    expectAnswer("the change of the customer's balance", (await balance()) - beforeMinor, changeMinor);
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return member.toString();
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
