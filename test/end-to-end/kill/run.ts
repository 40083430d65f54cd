/**
 * The kill test: many payments and orders at once, the gateway killed at random moments and started again on the same
 * disk; in the end no answer is taken back, nobody is debited twice, every merchant knows, and the books sum to zero.
 */
import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import type { DevelopmentBundles } from "../../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../../scripts/keys.ts";
import { HOST } from "../../../scripts/port.ts";
import { SAMPLE_CURRENCY } from "../../support/end-to-end/alipayplus-messages.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { checkBooks, checkCustomer, checkPayment, type Owed, owedForPayment } from "./checks.ts";
import { AlipayPlus, openCustomer, readBooks, readCustomer } from "./client.ts";
import { RestartedGateway } from "./gateway.ts";
import { type Errand, runThroughKills } from "./load.ts";
import { checkOrder, owedForOrder, type TrackedOrder } from "./order-checks.ts";
import { OrderClient } from "./order-client.ts";
import { countOrders, type OrderCounts, orderErrand, settleOrders } from "./orders.ts";
import { countPayments, newPayment, type PaymentCounts, payErrand, settlePayments } from "./payments.ts";
import { randomNumbers, shuffled } from "./random.ts";

/** Payments and orders together: few enough for the sandbox to show all of a customer's entries. */
const PAYMENTS_PER_CUSTOMER = 10;

/** Every fifth customer can pay for about half of what it orders. */
const POOR_CUSTOMER_INTERVAL = 5;
const LARGEST_AMOUNT_TENS = 50;
const RICH_BALANCE_MINOR = 1_000_000n;
const POOR_BALANCE_MINOR = 1_000n;

/** What a run is made of. */
export type KillOptions = {
  readonly paymentCount: number;
  readonly orderCount: number;
  /** Decides amounts, customers, moments of the kills and what everybody does about a lost answer. */
  readonly seed: number;
  /** A fresh directory for keys, state and log. */
  readonly directory: string;
  readonly bundles: DevelopmentBundles;
  /** Takes a line whenever something worth telling happens. */
  readonly tell: (line: string) => void;
};

/** What came of a run; it holds when there are no faults. */
export type KillReport = {
  readonly kills: number;
  readonly payments: PaymentCounts;
  readonly orders: OrderCounts;
  readonly faults: readonly string[];
};

type Customer = { readonly customerId: string; readonly openingMinor: bigint };

/** Opens the customers of so many payments. */
async function openCustomers(origin: string, paymentCount: number): Promise<Customer[]> {
  const customers = Array.from({ length: Math.ceil(paymentCount / PAYMENTS_PER_CUSTOMER) }, (_, index) => ({
    customerId: `21600000000${10_000 + index}`,
    openingMinor: index % POOR_CUSTOMER_INTERVAL === 0 ? POOR_BALANCE_MINOR : RICH_BALANCE_MINOR,
  }));
  for (const { customerId, openingMinor } of customers) {
    await openCustomer(origin, customerId, SAMPLE_CURRENCY, openingMinor);
  }
  return customers;
}

/** Reads every customer and the sums of the ledger, and compares them with what is owed. */
async function checkMoney(origin: string, customers: readonly Customer[], owed: readonly Owed[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { customerId, openingMinor } of customers) {
    const books = await readCustomer(origin, customerId);
    const own = owed.filter((one) => one.customerId === customerId);
    faults.push(...checkCustomer(customerId, books, openingMinor, own));
  }
  return [...faults, ...checkBooks(await readBooks(origin))];
}

/**
 * Runs the kill test once.
 *
 * @throws when the gateway cannot be started again; what it wrote stands in gateway.log of the directory.
 */
export async function runKillTest(options: KillOptions): Promise<KillReport> {
  const { directory, bundles } = options;
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const port = await freePort();
  const serveOptions = { port, stateDirectory: join(directory, "state"), keys, bundles };
  const gateway = new RestartedGateway(serveOptions, join(directory, "gateway.log"));
  try {
    await gateway.untilUp();
    const origin = `http://${HOST}:${port}`;
    const alipayplus = new AlipayPlus(origin, createPrivateKey(keys.alipayplus.privateKey));
    return await killAndCheck(options, origin, alipayplus, gateway);
  } finally {
    await gateway.stop();
  }
}

async function killAndCheck(
  { paymentCount, orderCount, seed, tell }: KillOptions,
  origin: string,
  alipayplus: AlipayPlus,
  gateway: RestartedGateway,
): Promise<KillReport> {
  const random = randomNumbers(seed);
  const customers = await openCustomers(origin, paymentCount + orderCount);
  const customerIdOf = (index: number): string => customers[index % customers.length]?.customerId ?? "";
  const amountMinor = (): bigint => 10n * BigInt(1 + Math.floor(random() * LARGEST_AMOUNT_TENS));

  const payments = Array.from({ length: paymentCount }, (_, index) =>
    newPayment(index, customerIdOf(index), amountMinor()),
  );
  const client = new OrderClient(origin);
  const orders: TrackedOrder[] = [];
  const shared = { client, gateway, random, track: (order: TrackedOrder) => void orders.push(order) };
  const errands: Errand[] = [
    ...payments.map((payment) => payErrand(payment, alipayplus, gateway, random)),
    ...Array.from({ length: orderCount }, (_, index) =>
      orderErrand({ ...shared, customerId: customerIdOf(paymentCount + index), payToAmountMinor: amountMinor() }),
    ),
  ];
  await runThroughKills(shuffled(errands, random), gateway, random);

  const { killTimesMs } = gateway;
  tell(`${killTimesMs.length} kills; every payment and order was sent; waiting until each is final and told`);
  const [settledPayments, settledOrders] = await Promise.all([
    settlePayments(payments, alipayplus),
    settleOrders(orders, client),
  ]);
  const owed = [...settledPayments.flatMap(owedForPayment), ...settledOrders.flatMap(owedForOrder)];
  return {
    kills: killTimesMs.length,
    payments: countPayments(settledPayments),
    orders: countOrders(settledOrders),
    faults: [
      ...settledPayments.flatMap(checkPayment),
      ...settledOrders.flatMap((order) => checkOrder(order, killTimesMs)),
      ...(await checkMoney(origin, customers, owed)),
    ],
  };
}
