/** What the wallet's operators do with the customers of a home: accounts of the embedded core. */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import type { Env } from "../env.ts";
import type { Funding, FundingAnswer } from "../ledger/fund-customer.ts";
import type { CustomerView } from "../ledger/ledger.ts";
import type { OpenCustomerAnswer } from "../ledger/open-customer.ts";
import type { CustomerSettings } from "../ledger/settings.ts";
import type { AccountSum } from "../ledger/trial-balance.ts";
import type { Home } from "./home.ts";

/** The part of a home that operators call. Its public methods are part of the home's RPC interface. */
export abstract class OperatedCustomers extends DurableObject<Env> {
  readonly #home: Home;

  constructor(context: DurableObjectState, env: Env, home: Home) {
    super(context, env);
    this.#home = home;
  }

  /** Opens a customer of the embedded core, or changes one; what a later call leaves out stays as it was. */
  openCustomer(customerId: string, settings: CustomerSettings): OpenCustomerAnswer {
    return this.ctx.storage.transactionSync(() => this.#home.ledger.openCustomer(customerId, settings, nowMs()));
  }

  /** Adds to the balance of a customer of the embedded core or takes out of it, once for each `fundingId`. */
  fundCustomer(customerId: string, funding: Funding): FundingAnswer {
    return this.ctx.storage.transactionSync(() => this.#home.ledger.fundCustomer(customerId, funding, nowMs()));
  }

  /** A customer of the embedded core with balance and newest journal entries; `undefined` when there is none. */
  customer(customerId: string): CustomerView | undefined {
    return this.#home.ledger.customer(customerId);
  }

  /** The sum of each account in each currency of this shard; for each currency they add up to zero. */
  trialBalance(): readonly AccountSum[] {
    return this.#home.ledger.trialBalance();
  }
}
