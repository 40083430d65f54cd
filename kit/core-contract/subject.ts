/** The core that the contract is checked against, and the requests that it gets. */
import type { DebitRequest, RefundRequest, WalletCore } from "../../durable/wallet-core/port.ts";
import type { CoreLink } from "./link.ts";
import type { Rule } from "./rules.ts";

/** A core under test and a customer who can pay. */
export type ContractSubject = {
  /** The core as the gateway's own client sees it; it sends through `link`. */
  readonly core: WalletCore;
  readonly link: CoreLink;
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

/** A requirement and how it is checked. */
export type Requirement = {
  readonly requirement: string;
  /** Where docs/core.md demands it. */
  readonly rule: Rule;
  /** Throws `Breach` when the core does not meet it. */
  readonly check: (subject: ContractSubject) => Promise<void>;
  /** Why it cannot be checked with this subject; undefined when it can. */
  readonly obstacle?: (subject: ContractSubject) => Promise<string | undefined>;
};

/** How far the core's clock may be from this machine's: what libraries of Standard Webhooks allow. */
export const CLOCK_LIMIT_MS = 300_000;

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
  { customerId, currency }: Pick<ContractSubject, "customerId" | "currency">,
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
