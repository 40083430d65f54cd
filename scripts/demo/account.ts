/**
 * The customer of the demo: at the embedded core, which opens it, or at the wallet's own, with what that core shows.
 */
import type { Reply } from "../../test/support/end-to-end/json-client.ts";
import { type Amount, type Customer, jpy, type SandboxClient } from "../../test/support/end-to-end/sandbox-client.ts";
import { StageFailure } from "../tool.ts";

/** An account as a core shows it; `entries` newest first. */
export type ShownAccount = Pick<Customer, "currency" | "balance" | "entries">;

/** The customer, and what the merchants of the demo ask for. */
export type DemoAccount = {
  readonly customerId: string;
  /** What the wallet's own core shows, in a sentence; undefined with the embedded one. */
  readonly ownCore: string | undefined;
  /** The currency of the account. */
  readonly currency: string;
  /** The account at the beginning; undefined where the core shows none. */
  readonly atFirst: ShownAccount | undefined;
  /** The account now. */
  readonly read: () => Promise<ShownAccount | undefined>;
  /**
   * What a merchant asks for: yen, and at the wallet's own core about a hundredth of it, in the customer's currency.
   */
  readonly priceOf: (yen: bigint) => Amount;
  /** What that takes from the account, in its smallest unit. */
  readonly debitMinorOf: (yen: bigint) => bigint;
};

/** A customer who can pay. A limit cannot be removed, only be set so high that it does not matter. */
const ORDINARY_CUSTOMER = {
  status: "ACTIVE",
  kyc: "QUALIFIED",
  limits: { single: "9223372036854775807", daily: "9223372036854775807", dailyCount: "999999999" },
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

type Refusal = { readonly error: { readonly code: string; readonly message: string } };

/**
 * Makes the customer an ordinary one with HKD 2,000.00; one of the wallet's own core is taken as it is.
 *
 * @param currency of an account that the core does not show
 * @throws StageFailure when the core has no such customer, or does not answer
 */
export async function demoAccountOf(
  sandbox: SandboxClient,
  customerId: string,
  currency: string,
): Promise<DemoAccount> {
  const path = `/customers/${encodeURIComponent(customerId)}`;
  const opening = { currency: "HKD", balance: "200000", ...ORDINARY_CUSTOMER };
  const opened: Reply<Customer | Refusal> = await sandbox.call("PUT", path, opening);
  if (!("error" in opened.body)) {
    return {
      ...{ customerId, ownCore: undefined, currency: opened.body.currency, atFirst: opened.body },
      read: () => sandbox.customer(customerId),
      priceOf: (yen) => jpy(String(yen)),
      // The sandbox's quote: 1 JPY is 0.052 HKD.
      debitMinorOf: (yen) => (yen * 52n) / 10n,
    };
  }
  if (opened.body.error.code !== "ACCOUNTS_OF_THE_CORE") throw new StageFailure(opened.body.error.message);
  const { atFirst, ownCore } = await atOwnCore(sandbox, path);
  const known = atFirst?.currency ?? currency;
  const debitMinorOf = (yen: bigint) => (yen * 52n) / 1_000n;
  return {
    ...{ customerId, ownCore, currency: known, atFirst, debitMinorOf },
    read: async () => (atFirst ? sandbox.customer(customerId) : undefined),
    priceOf: (yen) => ({ currency: known, value: String(debitMinorOf(yen)) }),
  };
}

async function atOwnCore(sandbox: SandboxClient, path: string) {
  const { body }: Reply<(ShownAccount & { readonly core: string }) | Refusal> = await sandbox.call("GET", path);
  if (!("error" in body)) return { atFirst: body, ownCore: `The wallet's core ${body.core} keeps the account.` };
  if (body.error.code === "ACCOUNT_NOT_SHOWN") return { atFirst: undefined, ownCore: body.error.message };
  throw new StageFailure(`${body.error.message}\nAnother customer: npm run demo -- --customer ID`);
}
