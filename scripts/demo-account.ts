/** The account of the demo's customer in the embedded ledger, looked at after each step. */
import type { Customer, SandboxClient } from "./demo-sandbox.ts";
import { newEntries, showLedger } from "./demo-screen.ts";
import type { Check } from "./demo-steps.ts";
import { StageFailure } from "./tool.ts";

export const CUSTOMER_ID = "customer-1";

const OPENING_BALANCE = "100000";
const LARGEST_AMOUNT = "9223372036854775807";

/** A customer who can pay; whatever was rehearsed with customer-1 before is undone. */
const ORDINARY_CUSTOMER = {
  currency: "HKD",
  balance: OPENING_BALANCE,
  status: "ACTIVE",
  kyc: "QUALIFIED",
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

/** A limit cannot be taken away again, only be set so high that it does not matter. */
const NO_LIMITS = { single: LARGEST_AMOUNT, daily: LARGEST_AMOUNT, dailyCount: "999999999" };

/** What a step should have done to the account. */
export type ExpectedAccount = {
  readonly balance: string;
  /** The kinds of the ledger's new entries, oldest first. */
  readonly entryKinds: readonly string[];
};

/** Opens the account, or sets it back to its opening balance. */
export async function openAccount(sandbox: SandboxClient): Promise<Account> {
  const known = await sandbox.findCustomer(CUSTOMER_ID);
  const hasLimits = known !== undefined && Object.keys(known.limits).length > 0;
  const settings = { ...ORDINARY_CUSTOMER, ...(hasLimits && { limits: NO_LIMITS }) };
  return new Account(sandbox, await sandbox.putCustomer(CUSTOMER_ID, settings));
}

/** An account, as it was when it was last looked at. */
export class Account {
  readonly #sandbox: SandboxClient;
  #customer: Customer;

  constructor(sandbox: SandboxClient, customer: Customer) {
    this.#sandbox = sandbox;
    this.#customer = customer;
  }

  /** Shows the account and what has come since the last look, and compares both. */
  async look(check: Check, expected: ExpectedAccount): Promise<void> {
    const before = this.#customer;
    const after = await this.#sandbox.findCustomer(CUSTOMER_ID);
    if (!after) throw new StageFailure(`${CUSTOMER_ID} is gone from the ledger.`);
    this.#customer = after;
    showLedger(after, before);
    check.same("the balance", after.balance, expected.balance);
    const kinds = newEntries(after, before).map(({ kind }) => kind);
    check.same("new entries", kinds.join(), expected.entryKinds.join());
  }
}
