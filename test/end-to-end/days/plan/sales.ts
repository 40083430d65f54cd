/** The sales of a day, each with all that happens to it from the first message to the last refund. */
import type { Random } from "../../../support/random.ts";
import { planDisputes } from "./disputes.ts";
import { faultOfCall } from "./faults.ts";
import { MERCHANT_CURRENCIES, worth } from "./money.ts";
import type { Action, CustomerPlan, RepeatChange, SalePlan, SaleScenario, WalletInterface } from "./plan.ts";

const DOLLARS_MOST = 250;
/** Some amounts are so small that a rounding is the whole of it. */
const TINY_PROBABILITY = 0.12;
const TINY_DOLLARS_MOST = 0.1;
const OLDER_PROBABILITY = 0.3;
const SETTLEMENT_PROBABILITY = 0.5;
const TIME_LIMIT_PROBABILITY = 0.25;
const TIME_LIMITS_MS = [20_000, 60_000, 240_000, 900_000, 7_200_000] as const;

const FAULT_PROBABILITY = 0.15;
const NO_SCAN_PROBABILITY = 0.1;
/** By the same customer, and then by another. */
const SCAN_AGAIN_PROBABILITY = 0.3;
const SECOND_SCAN_PROBABILITY = 0.12;
const CLOSED_EARLY_PROBABILITY = 0.1;
const DECLINE_PROBABILITY = 0.12;
const SILENT_PROBABILITY = 0.12;
const ON_PHONE_PROBABILITY = 0.5;
const SAID_TWICE_PROBABILITY = 0.2;
const AFTERMATH_MOST = 4;
/** How often a sale is disputed. */
const DISPUTE_PROBABILITY = 0.15;
/** How often a message that arrives again has another amount, and how often another customer. */
const OTHER_AMOUNT_PROBABILITY = 0.15;
const OTHER_CUSTOMER_PROBABILITY = 0.15;

/** The choices of a customer who pays and of what follows, weighted by how often they stand here. */
const SCENARIOS: readonly SaleScenario[] = [
  "PaymentCode",
  "PaymentCode",
  "OrderCode",
  "OrderCode",
  "EntryCode",
  "Cashier",
];
const AFTERMATH = ["REFUND_PART", "REFUND_PART", "REFUND_REST", "REFUND_ALL", "REFUND_TOO_MUCH"] as const;
const OTHER_AFTERMATH = ["CANCEL", "CANCEL", "INQUIRE", "PAY_AGAIN", "ARRIVE_AGAIN", "REFUND_AGAIN"] as const;
const WALLET_INTERFACES: readonly WalletInterface[] = ["pay", "cancelPayment", "refund"];
/** Alipay+ asks for what a customer has scanned by the customer's own call. */
const WALLET_INTERFACES_OF_ORDERS: readonly WalletInterface[] = ["cancelPayment", "refund"];

const SHOP_CURRENCIES = ["JPY", "USD", "HKD"] as const;

/** What the sales of a day have to do with. */
type SaleSetting = {
  readonly daySeed: number;
  readonly customers: readonly CustomerPlan[];
  readonly random: Random;
};

/** One sale: its actions in their order. */
export function planSale(setting: SaleSetting, index: number): readonly Action[] {
  const { random } = setting;
  const sale = saleOf(setting, index);
  const ways = sale.scenario === "PaymentCode" ? [] : waysToPay(setting, sale);
  return [
    { act: "SELL", sale, ...withFault(random, sale.interface === "OLDER") },
    ...ways,
    ...aftermathOf(setting, sale),
    ...(random.happens(DISPUTE_PROBABILITY) ? planDisputes(random, sale) : []),
  ];
}

/** A visit to a shop that has an entry code at its door. */
export function planVisit(customerId: string, random: Random): Action {
  const currency = random.pick(SHOP_CURRENCIES);
  const visit = {
    currency,
    amount: String(1 + random.below(currency === "JPY" ? 9_000 : 60)),
    word: random.happens(DECLINE_PROBABILITY) ? "decline" : "confirm",
  } as const;
  return { act: "VISIT", storeId: String(1 + random.below(9)), customerId, visit };
}

function saleOf({ daySeed, customers, random }: SaleSetting, index: number): SalePlan {
  const scenario = random.pick(SCENARIOS);
  const currency = random.pick(MERCHANT_CURRENCIES);
  const dollars = random.happens(TINY_PROBABILITY)
    ? TINY_DOLLARS_MOST * random.next()
    : DOLLARS_MOST * random.next() ** 3;
  return {
    paymentRequestId: `DAY-${daySeed}-${index}`,
    scenario,
    interface: scenario !== "Cashier" && random.happens(OLDER_PROBABILITY) ? "OLDER" : "TODAY",
    paymentAmount: worth(currency, dollars),
    customerId: random.pick(customers).customerId,
    ...(scenario === "Cashier" &&
      random.happens(ON_PHONE_PROBABILITY) && { terminalType: random.pick(["WAP", "APP"] as const) }),
    ...(random.happens(SETTLEMENT_PROBABILITY) && { settlementCurrency: random.pick(MERCHANT_CURRENCIES) }),
    ...(random.happens(TIME_LIMIT_PROBABILITY) && { timeLimitMs: random.pick(TIME_LIMITS_MS) }),
  };
}

/** A customer scans what the merchant shows, and says yes or no; or the merchant closes it first. */
function waysToPay({ customers, random }: SaleSetting, { paymentRequestId: sale, customerId }: SalePlan): Action[] {
  const actions: Action[] = [];
  if (random.happens(NO_SCAN_PROBABILITY)) return actions;
  actions.push({ act: "SCAN", sale, customerId });
  if (random.happens(SCAN_AGAIN_PROBABILITY)) actions.push({ act: "SCAN", sale, customerId });
  if (random.happens(SECOND_SCAN_PROBABILITY)) {
    actions.push({ act: "SCAN", sale, customerId: random.pick(customers).customerId });
  }
  if (random.happens(CLOSED_EARLY_PROBABILITY)) actions.push({ act: "CANCEL", sale, ...withFault(random) });
  if (random.happens(SILENT_PROBABILITY)) return actions;
  const say = (): Action => ({
    act: "SAY",
    sale,
    customerId,
    word: random.happens(DECLINE_PROBABILITY) ? "decline" : "confirm",
  });
  actions.push(say());
  if (random.happens(SAID_TWICE_PROBABILITY)) actions.push(say());
  return actions;
}

/** What follows a sale, whatever became of it. */
function aftermathOf({ customers, random }: SaleSetting, planned: SalePlan): Action[] {
  const { paymentRequestId: sale, paymentAmount, scenario, customerId } = planned;
  const actions: Action[] = [];
  let left = BigInt(paymentAmount.value);
  let refunds = 0;
  const refund = (value: bigint, number: number): Action => ({
    act: "REFUND",
    sale,
    refundRequestId: `${sale}-R${number}`,
    refundAmount: { ...paymentAmount, value: String(value > 0n ? value : 1n) },
    ...withFault(random),
  });
  for (let count = random.below(AFTERMATH_MOST + 1); count > 0; count -= 1) {
    const what = random.happens(0.6) ? random.pick(AFTERMATH) : random.pick(OTHER_AFTERMATH);
    switch (what) {
      case "REFUND_PART": {
        const value = (left * BigInt(1 + random.below(99))) / 100n;
        actions.push(refund(value, refunds++));
        left -= value;
        break;
      }
      case "REFUND_REST":
        actions.push(refund(left, refunds++));
        left = 0n;
        break;
      case "REFUND_ALL":
        actions.push(refund(BigInt(paymentAmount.value), refunds++));
        break;
      case "REFUND_TOO_MUCH":
        actions.push(refund(BigInt(paymentAmount.value) + BigInt(1 + random.below(9)), refunds++));
        break;
      case "REFUND_AGAIN":
        // The same id as an earlier one, with the same amount or another; the first of all when there was none.
        actions.push(refund(random.happens(0.5) ? left : BigInt(paymentAmount.value), random.below(refunds + 1)));
        break;
      case "CANCEL":
        actions.push({ act: "CANCEL", sale, ...withFault(random) });
        break;
      case "INQUIRE":
        actions.push({ act: "INQUIRE", sale, ...withFault(random) });
        break;
      case "PAY_AGAIN":
        actions.push({ act: "PAY_AGAIN", sale, isChanged: random.happens(0.5) });
        break;
      case "ARRIVE_AGAIN": {
        const other = customers.find((customer) => customer.customerId !== customerId);
        const change = changeOf(random, other?.customerId ?? customerId);
        const interfaces = scenario === "PaymentCode" ? WALLET_INTERFACES : WALLET_INTERFACES_OF_ORDERS;
        actions.push({ act: "ARRIVE_AGAIN", sale, interface: random.pick(interfaces), change });
        break;
      }
    }
  }
  return actions;
}

function changeOf(random: Random, otherCustomerId: string): RepeatChange | undefined {
  const choice = random.next();
  if (choice < OTHER_AMOUNT_PROBABILITY) return "AMOUNT";
  return choice < OTHER_AMOUNT_PROBABILITY + OTHER_CUSTOMER_PROBABILITY ? { customerId: otherCustomerId } : undefined;
}

function withFault(random: Random, mayBeChallenged = false): { readonly fault?: ReturnType<typeof faultOfCall> } {
  return random.happens(FAULT_PROBABILITY) ? { fault: faultOfCall(random, mayBeChallenged) } : {};
}
