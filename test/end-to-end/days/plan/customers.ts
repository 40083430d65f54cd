/** The customers of a day: rich and poor, with limits, and some whose wallet refuses them. */
import type { Random } from "../../../support/random.ts";
import { type Currency, WALLET_CURRENCIES, worth } from "./money.ts";
import type { CustomerChange, CustomerPlan, CustomerSettings } from "./plan.ts";

const CUSTOMERS_LEAST = 2;
const CUSTOMERS_SPREAD = 3;
const BALANCE_DOLLARS_LEAST = 20;
const BALANCE_DOLLARS_SPREAD = 3_000;
const REFUSING_PROBABILITY = 0.15;
const LIMIT_PROBABILITY = 0.2;

/** The shop of the sandbox's acquirer. */
const MERCHANT_ID = "M0000000000001";

/** A wallet's reasons to refuse a customer (docs/sandbox/endpoints.md#customers). */
const REFUSING: readonly CustomerChange[] = [
  { status: "FROZEN" },
  { kyc: "EXPIRED" },
  { risk: "REJECT" },
  { paymentMethod: "UNAVAILABLE" },
  { verification: "FAILED" },
  { blockedMerchants: [MERCHANT_ID] },
];

/** The opposite of all of them. */
const WILLING: CustomerChange = {
  status: "ACTIVE",
  kyc: "QUALIFIED",
  risk: "PASS",
  paymentMethod: "AVAILABLE",
  verification: "PASSED",
  blockedMerchants: [],
};

/** The customers of a day. */
export function planCustomers(daySeed: number, random: Random): readonly CustomerPlan[] {
  return Array.from({ length: CUSTOMERS_LEAST + random.below(CUSTOMERS_SPREAD) }, (_, index) => ({
    customerId: `customer-${daySeed}-${index}`,
    settings: settingsOf(random),
  }));
}

/** A change of a customer's mind, or of the wallet's about a customer. */
export function planChange(random: Random): CustomerChange {
  return random.happens(0.5) ? random.pick(REFUSING) : WILLING;
}

function settingsOf(random: Random): CustomerSettings {
  const currency = random.pick(WALLET_CURRENCIES);
  // Half of the customers have so little that it runs out.
  const dollars = BALANCE_DOLLARS_LEAST + BALANCE_DOLLARS_SPREAD * random.next() ** 3;
  const limits = limitsOf(currency, random);
  return {
    currency,
    balance: worth(currency, dollars).value,
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(random.happens(REFUSING_PROBABILITY) && random.pick(REFUSING)),
  };
}

function limitsOf(currency: Currency, random: Random): NonNullable<CustomerSettings["limits"]> {
  return {
    ...(random.happens(LIMIT_PROBABILITY) && { single: worth(currency, 20 + 200 * random.next()).value }),
    ...(random.happens(LIMIT_PROBABILITY) && { daily: worth(currency, 50 + 400 * random.next()).value }),
    ...(random.happens(LIMIT_PROBABILITY) && { dailyCount: String(1 + random.below(5)) }),
  };
}
