/**
 * The kill test: many signed payments at once, the gateway killed at random moments and started again on the same
 * disk; in the end no answer is taken back, nobody is debited twice, and the books sum to zero.
 */
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { paymentCode, SAMPLE_CURRENCY } from "../../scripts/alipayplus-messages.ts";
import type { DevelopmentBundles } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import { HOST, type ServeOptions } from "../../scripts/serve.ts";
import { checkAnswers, checkBooks, checkCustomer, type SettledPayment } from "./kill-checks.ts";
import {
  AlipayPlus,
  type Inquired,
  openCustomer,
  readBooks,
  readCustomer,
  type TrackedPayment,
} from "./kill-client.ts";
import { type KillableGateway, startKillableGateway } from "./kill-gateway.ts";

const CONCURRENT_CALLS = 16;

/** One kill for so many payments. */
const PAYMENTS_PER_KILL = 30;

/** A kill comes up to so long after the payment that is its moment was sent. */
const LONGEST_KILL_DELAY_MS = 150;

/** Few enough for the sandbox to show all of a customer's entries. */
const PAYMENTS_PER_CUSTOMER = 10;

/** Every fifth customer can pay for about half of what it orders. */
const POOR_CUSTOMER_INTERVAL = 5;
const LARGEST_AMOUNT_TENS = 50;
const RICH_BALANCE_MINOR = 1_000_000n;
const POOR_BALANCE_MINOR = 1_000n;

/** The resolver takes a payment up six seconds after its claim, and backs off from one second. */
const SETTLE_TIMEOUT_MS = 90_000;
const SETTLE_POLL_INTERVAL_MS = 500;

/** What a run is made of. */
export type KillOptions = {
  readonly paymentCount: number;
  /** Decides amounts, customers, moments of the kills and what Alipay+ does about a lost answer. */
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
  readonly lostCalls: number;
  readonly succeeded: number;
  readonly refused: number;
  /** Payments that were never answered and are final all the same: the resolver's work, for the most part. */
  readonly finishedUnanswered: number;
  /** Payments of which the gateway never heard. */
  readonly unknown: number;
  readonly faults: readonly string[];
};

/** Numbers from 0 to below 1 that depend on the seed alone (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** A gateway that is killed and started again; callers wait while it is down. */
class RestartedGateway {
  readonly #options: ServeOptions;
  readonly #logPath: string;
  #gateway: Promise<KillableGateway>;
  kills = 0;

  constructor(options: ServeOptions, logPath: string) {
    this.#options = options;
    this.#logPath = logPath;
    this.#gateway = startKillableGateway(options, logPath);
  }

  async untilUp(): Promise<void> {
    await this.#gateway;
  }

  /** Kills the gateway that is up and starts the next one. */
  async killAndRestart(): Promise<void> {
    const gateway = await this.#gateway;
    this.kills += 1;
    this.#gateway = gateway.kill().then(() => startKillableGateway(this.#options, this.#logPath));
    await this.#gateway;
  }

  async stop(): Promise<void> {
    const gateway = await this.#gateway;
    await gateway.kill();
  }
}

function customerIdOf(index: number): string {
  return `21600000000${10_000 + index}`;
}

function openingBalanceMinor(customerIndex: number): bigint {
  return customerIndex % POOR_CUSTOMER_INTERVAL === 0 ? POOR_BALANCE_MINOR : RICH_BALANCE_MINOR;
}

function makePayments(count: number, customerCount: number, random: () => number): TrackedPayment[] {
  return Array.from({ length: count }, (_, index) => ({
    terms: {
      paymentRequestId: `KILL_${index}`,
      paymentCode: paymentCode(index),
      customerId: customerIdOf(index % customerCount),
      payToAmountMinor: 10n * BigInt(1 + Math.floor(random() * LARGEST_AMOUNT_TENS)),
    },
    answers: [],
    lostCalls: 0,
  }));
}

/** Sends every payment while the gateway is killed again and again. */
async function payThroughKills(
  payments: readonly TrackedPayment[],
  alipayplus: AlipayPlus,
  gateway: RestartedGateway,
  random: () => number,
): Promise<void> {
  const killMoments = new Set<TrackedPayment>();
  for (let index = 0; index + PAYMENTS_PER_KILL <= payments.length; index += PAYMENTS_PER_KILL) {
    const moment = payments[index + Math.floor(random() * PAYMENTS_PER_KILL)];
    if (moment !== undefined) killMoments.add(moment);
  }
  const waiting = payments.values();
  let killing: Promise<void> = Promise.resolve();
  const sendInTurn = async (): Promise<void> => {
    // All senders share one iterator: each payment is taken once.
    for (const payment of waiting) {
      await gateway.untilUp();
      if (killMoments.has(payment)) {
        const delayMs = random() * LONGEST_KILL_DELAY_MS;
        killing = killing.then(() => pause(delayMs)).then(() => gateway.killAndRestart());
      }
      await alipayplus.pay(payment);
      // After a lost answer Alipay+ sends the same payment again, or only asks later.
      while (payment.answers.length === 0 && payment.lostCalls > 0 && random() < 0.5) {
        await gateway.untilUp();
        await alipayplus.pay(payment);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, sendInTurn));
  await killing;
}

function isFinal(inquired: Inquired | "UNKNOWN"): boolean {
  return inquired === "UNKNOWN" || inquired.resultStatus !== "U";
}

/** Waits until every payment is final, then asks for all of them. Those that are not in time are told as they are. */
async function settle(payments: readonly TrackedPayment[], alipayplus: AlipayPlus): Promise<SettledPayment[]> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  for (const payment of payments) {
    while (!isFinal(await alipayplus.inquire(payment)) && performance.now() < deadlineMs) {
      await pause(SETTLE_POLL_INTERVAL_MS);
    }
  }
  const settled: SettledPayment[] = [];
  for (const payment of payments) settled.push({ payment, inquired: await alipayplus.inquire(payment) });
  return settled;
}

/** Reads the books and runs every check. */
async function findFaults(
  settled: readonly SettledPayment[],
  origin: string,
  customerCount: number,
): Promise<string[]> {
  const faults = settled.flatMap(checkAnswers);
  for (const { payment, inquired } of settled) {
    if (!isFinal(inquired)) faults.push(`${payment.terms.paymentRequestId} never became final`);
  }
  for (let index = 0; index < customerCount; index += 1) {
    const customerId = customerIdOf(index);
    const own = settled.filter(({ payment }) => payment.terms.customerId === customerId);
    const books = await readCustomer(origin, customerId);
    faults.push(...checkCustomer(customerId, books, openingBalanceMinor(index), own));
  }
  return [...faults, ...checkBooks(await readBooks(origin))];
}

function countResults(settled: readonly SettledPayment[], status: string): number {
  return settled.filter(({ inquired }) => inquired !== "UNKNOWN" && inquired.resultStatus === status).length;
}

/**
 * Runs the kill test once.
 *
 * @throws when the gateway cannot be started again; what it wrote stands in gateway.log of the directory.
 */
export async function runKillTest(options: KillOptions): Promise<KillReport> {
  const { paymentCount, seed, directory, bundles, tell } = options;
  const random = randomNumbers(seed);
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const port = await freePort();
  const origin = `http://${HOST}:${port}`;
  const serveOptions = { port, stateDirectory: join(directory, "state"), keys, bundles };
  const gateway = new RestartedGateway(serveOptions, join(directory, "gateway.log"));
  try {
    await gateway.untilUp();
    const customerCount = Math.ceil(paymentCount / PAYMENTS_PER_CUSTOMER);
    for (let index = 0; index < customerCount; index += 1) {
      await openCustomer(origin, customerIdOf(index), SAMPLE_CURRENCY, openingBalanceMinor(index));
    }
    const alipayplus = new AlipayPlus(origin, createPrivateKey(keys.alipayplus.privateKey));
    const payments = makePayments(paymentCount, customerCount, random);
    await payThroughKills(payments, alipayplus, gateway, random);
    tell(`${gateway.kills} kills; every payment was sent; waiting until each is final`);
    const settled = await settle(payments, alipayplus);
    const unanswered = settled.filter(({ payment }) => payment.answers.length === 0);
    const finishedUnanswered = unanswered.filter(({ inquired }) => inquired !== "UNKNOWN" && isFinal(inquired)).length;
    for (const { payment } of settled) if (payment.answers.length > 0) await alipayplus.pay(payment);
    return {
      kills: gateway.kills,
      lostCalls: payments.reduce((sum, payment) => sum + payment.lostCalls, 0),
      succeeded: countResults(settled, "S"),
      refused: countResults(settled, "F"),
      finishedUnanswered,
      unknown: settled.filter(({ inquired }) => inquired === "UNKNOWN").length,
      faults: await findFaults(settled, origin, customerCount),
    };
  } finally {
    await gateway.stop();
  }
}
