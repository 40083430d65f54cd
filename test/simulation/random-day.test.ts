/**
 * Random days against the whole gateway: payments, repeats, cancels, refunds and inquiries in any order and at once,
 * with a core that loses requests and answers. In the evening the core works again, the resolver runs, and every
 * promise is checked. A failing seed replays the same choices.
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { shardName } from "../../durable/platform/shard.ts";
import {
  balanceOf,
  cancel,
  entriesOf,
  HAS_HTTP_CORE,
  inquire,
  newId,
  openCustomer,
  pay,
  payMessage,
  type Reply,
  refund,
  runResolver,
  SHARD_COUNT,
} from "../support/alipayplus.ts";
import { advance, standTheClock } from "../support/clock.ts";
import { type CoreOperation, setCoreFault } from "../support/core-faults.ts";
import { Random } from "../support/random.ts";

/** Fresh seeds are for `npm run days`. */
const KNOWN_SEED = 20_261_129;
const DAYS = 4;
const PAYMENTS_A_DAY = 25;
const OPENING_BALANCE = 100_000n;
const FAULTY: readonly CoreOperation[] = ["debit", "inquire", "reverse", "refund"];

type Answered = { readonly what: "pay" | "cancel" | "refund"; readonly reply: Reply };
type Refund = { readonly refundRequestId: string; readonly refundMinor: bigint };
type Order = {
  readonly message: ReturnType<typeof payMessage>;
  readonly answers: Answered[];
  readonly refunds: Refund[];
};

standTheClock();

/** One random thing that Alipay+ may do with an order; it notes the answers. */
async function act(order: Order, random: Random): Promise<void> {
  const { paymentRequestId } = order.message;
  const choice = random.next();
  if (choice < 0.55) {
    order.answers.push({ what: "pay", reply: await pay(order.message) });
  } else if (choice < 0.68) {
    order.answers.push({ what: "cancel", reply: await cancel(paymentRequestId) });
  } else if (choice < 0.9) {
    const refundMinor = BigInt(1 + random.below(700));
    const refundRequestId = newId("refund");
    const send = () => refund(paymentRequestId, String(refundMinor), { refundRequestId });
    const replies = random.happens(0.3) ? await Promise.all([send(), send()]) : [await send()];
    for (const reply of replies) order.answers.push({ what: "refund", reply });
    order.refunds.push({ refundRequestId, refundMinor });
  } else {
    await inquire(paymentRequestId);
  }
}

/** Breaks or restores operations of the core for a customer. */
function stir(customerId: string, random: Random): void {
  for (const operation of FAULTY) {
    setCoreFault(customerId, operation, random.happens(0.3) ? random.pick(["LOST", "MUTE"] as const) : undefined);
  }
}

/** Lets the resolvers run until nothing is open any more. */
async function settleEverything(): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    advance(90_000);
    for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
      await runResolver(env.CUSTOMERS.getByName(shardName(shard)));
    }
  }
  const reports = Array.from({ length: SHARD_COUNT }, (_, shard) => env.CUSTOMERS.getByName(shardName(shard)).sweep());
  for (const report of await Promise.all(reports)) expect(report).toEqual({ open: 0, overdue: 0, unnotified: 0 });
}

/** Repeats every refund, as Alipay+ does after a U, and adds up those that succeeded. */
async function refundedMinor(order: Order): Promise<bigint> {
  let sumMinor = 0n;
  for (const { refundRequestId, refundMinor } of order.refunds) {
    const reply = await refund(order.message.paymentRequestId, String(refundMinor), { refundRequestId });
    expect(reply.resultStatus).not.toBe("U");
    if (reply.code === "SUCCESS") sumMinor += refundMinor;
  }
  return sumMinor;
}

/** What Alipay+ was answered must still be true. Returns what the customer has spent. */
async function checkOrder(order: Order): Promise<bigint> {
  const inquiry = await inquire(order.message.paymentRequestId);
  if (inquiry.code === "ORDER_NOT_EXIST") return 0n;
  const result = inquiry.body.paymentResult as { resultCode: string; resultStatus: string };
  expect(result.resultStatus).not.toBe("U");
  const isAnswered = (what: Answered["what"], code: string) =>
    order.answers.some((one) => one.what === what && one.reply.code === code);
  if (isAnswered("cancel", "SUCCESS")) expect(result.resultCode).not.toBe("SUCCESS");
  if (isAnswered("refund", "SUCCESS")) expect(result.resultCode).toBe("SUCCESS");
  if (isAnswered("pay", "SUCCESS") && !isAnswered("cancel", "SUCCESS")) expect(result.resultCode).toBe("SUCCESS");
  expect((await pay(order.message)).code).toBe(result.resultCode);
  return result.resultCode === "SUCCESS" ? 1_000n - (await refundedMinor(order)) : 0n;
}

async function liveDay(random: Random): Promise<void> {
  const customers = await Promise.all([openCustomer(), openCustomer()]);
  for (const customerId of customers) stir(customerId, random);
  const orders = Array.from({ length: PAYMENTS_A_DAY }, (_, index) => {
    const message = payMessage(customers[index % customers.length] as string);
    return { message, answers: [], refunds: [] } satisfies Order;
  });
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(orders.map((order) => act(order, random)));
    advance(random.below(20_000));
    if (random.happens(0.5)) stir(random.pick(customers), random);
  }
  for (const customerId of customers) for (const operation of FAULTY) setCoreFault(customerId, operation);
  await settleEverything();

  const spent = new Map(customers.map((customerId) => [customerId, 0n]));
  for (const order of orders) {
    const { customerId } = order.message.paymentMethod as { customerId: string };
    spent.set(customerId, (spent.get(customerId) ?? 0n) + (await checkOrder(order)));
  }
  for (const [customerId, minor] of spent) {
    const debits = await entriesOf(customerId, "DEBIT");
    expect(new Set(debits.map((entry) => entry.id)).size).toBe(debits.length);
    expect(await balanceOf(customerId)).toBe(OPENING_BALANCE - minor);
  }
}

it("agrees with everything it has answered, to the last unit, at the end of random days", async () => {
  const random = new Random(KNOWN_SEED);
  for (let day = 0; day < DAYS; day += 1) {
    try {
      await liveDay(random);
    } catch (error) {
      throw new Error(`seed ${KNOWN_SEED}, day ${day}`, { cause: error });
    }
  }
  // The books of the test's core are its own.
  if (HAS_HTTP_CORE) return;
  const sums = new Map<string, bigint>();
  for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
    for (const { currency, sumMinor } of await env.CUSTOMERS.getByName(shardName(shard)).trialBalance()) {
      sums.set(currency, (sums.get(currency) ?? 0n) + sumMinor);
    }
  }
  expect([...sums]).toEqual([["HKD", 0n]]);
});
