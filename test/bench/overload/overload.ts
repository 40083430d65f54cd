/**
 * A gateway under more calls than it can serve: what is still paid in time, how early the rest is refused, and whether
 * anything was paid for a caller who was refused.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { SignedCall } from "../../support/end-to-end/alipayplus-messages.ts";
import type { LoadGenerator } from "../load-generator.ts";
import type { RawWorkerd } from "../raw-workerd.ts";
import type { CallMaker } from "../scenarios.ts";
import { percentile } from "../statistics.ts";
import type { Answers } from "./open-loop.ts";

/** How many times the capacity is offered. */
const FACTORS = [4, 10] as const;

/** What Alipay+ waits for a pay (docs/spec/time-limits.md). */
const TIME_LIMIT_MS = 8_000;

/** A sender that is later than this for one call in a hundred does not offer the rate. */
const LATENESS_LIMIT_MS = 100;

/** Connections that are open before the first pay, so that opening them is not what limits. */
const CONNECTIONS_FOR_PAYS = 4_000;

const CONNECTIONS_FOR_INQUIRIES = 64;

/** Calls that warm the gateway up. */
const WARM_UP_CALLS = 3_000;

/** How often an inquiry is sent until it is answered. */
const INQUIRY_TRIES = 5;

const PAID = "SUCCESS";
const REFUSED = "REQUEST_TRAFFIC_EXCEED_LIMIT";
const UNANSWERED: readonly string[] = ["TIMEOUT", "RESET"];

/** How often each outcome occurs. */
type Tally = Readonly<Record<string, number>>;

/** An inquiry that succeeds, of a payment that has succeeded. */
export const PAID_LATER = "SUCCESS/SUCCESS";

/** What became of the calls at one rate. */
export type OverloadFigures = {
  readonly factor: number;
  /** Fresh pays a second in a closed loop, the mean of before and after. */
  readonly capacityPerSecond: number;
  readonly offeredPerSecond: number;
  /** Whether the load generator kept up with the rate. */
  readonly isOffered: boolean;
  readonly lateP99Ms: number;
  readonly openedLate: number;
  readonly outcomes: Tally;
  /** Payments that were answered within the time limit. */
  readonly paidPerSecond: number;
  readonly paidOfCapacity: number;
  readonly paidP99Ms: number;
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
  /** The slowest answer of all. */
  readonly slowestMs: number;
  /** What inquiryPayment answers afterwards, for the callers who were refused and for those who got no answer. */
  readonly refusedLater: Tally;
  readonly unansweredLater: Tally;
};

type OverloadOptions = {
  readonly gateway: RawWorkerd;
  readonly maker: CallMaker;
  readonly closedLoop: LoadGenerator<"load.ts">;
  readonly openLoop: LoadGenerator<"overload/open-loop.ts">;
  readonly connectionCount: number;
  /** How long each rate is offered, and how long the capacity is measured. */
  readonly measuredMs: number;
};

/** Pays in a closed loop. @returns payments a second */
async function pay(options: OverloadOptions, callCount: number): Promise<number> {
  const { gateway, maker, closedLoop, connectionCount } = options;
  const calls = await maker.make("freshPay", callCount);
  const load = { origin: gateway.originOf("gateway"), calls, callCount, connectionCount, expectedText: '"SUCCESS"' };
  return (await closedLoop.run("fresh pays", load)).callsPerSecond;
}

function tallyOf(outcomes: readonly string[]): Tally {
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => [outcome, all.length]);
  return Object.fromEntries(counts);
}

/** Waits until the gateway's process has nothing more to do. */
async function untilQuiet(gateway: RawWorkerd): Promise<void> {
  const intervalMs = 500;
  const quietMs = intervalMs / 20;
  for (let before = gateway.cost(); before !== undefined; ) {
    await wait(intervalMs);
    const after = gateway.cost();
    if (after === undefined || after.processorMs - before.processorMs <= quietMs) return;
    before = after;
  }
  await wait(TIME_LIMIT_MS);
}

/** Offers a number of times the capacity, and sees what becomes of each call. */
async function offer(options: OverloadOptions, callsPerSecond: number) {
  const { gateway, maker, openLoop, measuredMs } = options;
  const calls = await maker.make("freshPay", Math.ceil((callsPerSecond * measuredMs) / 1000));
  const answers = await openLoop.run("fresh pays", {
    origin: gateway.originOf("gateway"),
    calls,
    callsPerSecond,
    connectionCount: CONNECTIONS_FOR_PAYS,
    timeLimitMs: TIME_LIMIT_MS,
  });
  return { calls, answers };
}

function paymentRequestIdOf({ body }: SignedCall): string {
  return (JSON.parse(body) as { paymentRequestId: string }).paymentRequestId;
}

/**
 * What inquiryPayment answers for payments. An inquiry costs less than a pay, so the rate of pays is one that the
 * gateway can serve; an inquiry without an answer is repeated.
 */
async function inquire(
  options: OverloadOptions,
  callsPerSecond: number,
  paymentRequestIds: readonly string[],
): Promise<Tally> {
  const { gateway, maker, openLoop } = options;
  const results = new Map<string, string>();
  let open = paymentRequestIds;
  for (let tries = 0; tries < INQUIRY_TRIES && open.length > 0; tries += 1) {
    const { outcomes } = await openLoop.run("inquiries", {
      origin: gateway.originOf("gateway"),
      calls: await maker.inquiries(open),
      callsPerSecond,
      connectionCount: CONNECTIONS_FOR_INQUIRIES,
      timeLimitMs: TIME_LIMIT_MS,
    });
    for (const [index, id] of open.entries()) results.set(id, outcomes[index] ?? "");
    open = open.filter((id) => [REFUSED, ...UNANSWERED].includes(results.get(id) ?? ""));
  }
  return tallyOf([...results.values()]);
}

/** Reduces what became of the calls to figures. */
function figuresOf({ outcomes, latenciesMs, lateMs, openedLate }: Answers, callsPerSecond: number, measuredMs: number) {
  const latenciesOf = (code: string) => latenciesMs.filter((_, index) => outcomes[index] === code).sort();
  const paid = latenciesOf(PAID);
  const refused = latenciesOf(REFUSED);
  const paidAtMs = outcomes.map((outcome, index) =>
    outcome === PAID ? (index * 1000) / callsPerSecond + (latenciesMs[index] ?? 0) : 0,
  );
  // What is still paid after the last call counts over the time that it took.
  const paidMs = paidAtMs.reduce((latest, atMs) => Math.max(latest, atMs), measuredMs);
  const lateP99Ms = percentile(lateMs.toSorted(), 0.99);
  return {
    isOffered: lateP99Ms <= LATENESS_LIMIT_MS && !outcomes.includes("UNSENT"),
    lateP99Ms,
    openedLate,
    outcomes: tallyOf(outcomes),
    paidPerSecond: (paid.length * 1000) / paidMs,
    paidP99Ms: percentile(paid, 0.99),
    refusedP50Ms: percentile(refused, 0.5),
    refusedP99Ms: percentile(refused, 0.99),
    slowestMs: percentile(latenciesMs.toSorted(), 1),
  };
}

/**
 * Measures what a gateway can pay, offers it multiples of that, and inquires afterwards for every payment whose caller
 * does not know that it is paid.
 */
export async function measureOverload(options: OverloadOptions): Promise<OverloadFigures[]> {
  const { measuredMs } = options;
  const warmPerSecond = await pay(options, WARM_UP_CALLS);
  const capacity = () => pay(options, Math.ceil((warmPerSecond * measuredMs) / 1000));
  const rates: OverloadFigures[] = [];
  let before = await capacity();
  for (const factor of FACTORS) {
    const offeredPerSecond = before * factor;
    const { calls, answers } = await offer(options, offeredPerSecond);
    await untilQuiet(options.gateway);
    const after = await capacity();
    const capacityPerSecond = (before + after) / 2;
    const figures = figuresOf(answers, offeredPerSecond, measuredMs);
    const later = (codes: readonly string[]) => {
      const meant = calls.filter((_, index) => codes.includes(answers.outcomes[index] ?? ""));
      return inquire(options, Math.min(before, after), meant.map(paymentRequestIdOf));
    };
    rates.push({
      factor,
      capacityPerSecond,
      offeredPerSecond,
      ...figures,
      paidOfCapacity: figures.paidPerSecond / capacityPerSecond,
      refusedLater: await later([REFUSED]),
      unansweredLater: await later(UNANSWERED),
    });
    before = after;
  }
  return rates;
}
