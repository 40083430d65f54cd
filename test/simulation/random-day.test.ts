/**
 * Random days against the whole gateway: payments, repeats, cancels, refunds and inquiries in any order and at once,
 * with a core that loses requests and answers, a directory that gives no answers for a while, objects that end at
 * random awaits, cancels that overtake their pay, and payments that two customers make under one id. In the evening
 * everything works again, the resolver runs, and every promise is checked. A failing seed replays the same choices.
 */
import { afterEach, expect, it } from "vitest";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import {
  balanceOf,
  CLIENT_ID,
  cancel,
  entriesOf,
  HAS_HTTP_CORE,
  inquire,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  type Reply,
  refund,
} from "../support/alipayplus.ts";
import { callWatchedEdge } from "../support/call-gateway.ts";
import { advance, HOUR_MS, standTheClock } from "../support/clock.ts";
import { type CoreOperation, setCoreFault } from "../support/core-faults.ts";
import { type Call, INTERRUPTIONS, type Watcher, watchAwaits } from "../support/home/awaits.ts";
import { settle, sumsOfBooks } from "../support/home/evening.ts";
import { Random } from "../support/random.ts";

/** Fresh seeds are for `npm run days`. */
const KNOWN_SEED = 20_261_129;
const DAYS = 4;
const PAYMENTS_A_DAY = 25;
const OPENING_BALANCE = 100_000n;
const FAULTY: readonly CoreOperation[] = ["debit", "inquire", "reverse", "refund"];
/** How many awaits of an action come at most before the one at which something happens. */
const AWAITS_MOST = 5;

type Answered =
  | { readonly what: "pay"; readonly reply: Reply; readonly customerId: string }
  | { readonly what: "cancel" | "refund"; readonly reply: Reply };
type Refund = { readonly refundRequestId: string; readonly refundMinor: bigint };

/** A payment of one customer, or of two under the same paymentRequestId. */
type Order = {
  readonly paymentId: string;
  readonly paymentRequestId: string;
  /** The pays that Alipay+ sends: one for each customer. */
  readonly messages: readonly Json[];
  readonly answers: Answered[];
  readonly refunds: Refund[];
  isCancelSent: boolean;
};

/** What happens at a later call that is about a payment. */
type Incident = { awaitsBefore: number; readonly interrupt: (call: Call) => Promise<unknown> };

/** What is out of order on a day. */
class Trouble {
  /** The incidents to come, by payment. */
  readonly #incidents = new Map<string, Incident>();
  /** Pays that a cancel overtakes while the directory claims them, by payment. */
  readonly #overtaken = new Map<string, Order>();
  /** The customer whose core always answers: a cancel that overtakes a pay must not wait for an answer. */
  readonly #answeredCustomerId: string;
  /** How a call to the directory ends. */
  directory: "LOST" | "MUTE" | undefined;

  constructor(answeredCustomerId: string) {
    this.#answeredCustomerId = answeredCustomerId;
  }

  readonly watch: Watcher = (call) => {
    const order = this.#take(this.#overtaken, call, () => call.name === "Customers: DIRECTORY.claimPayment");
    if (order) return overtake(order, call);
    const incident = this.#take(this.#incidents, call, (next) => next.awaitsBefore-- === 0);
    if (incident) return incident.interrupt(call);
    return this.directory && call.name.includes(": DIRECTORY.") ? this.#unanswered(call) : undefined;
  };

  /** Something happens to a payment at one of the next awaits. */
  strike({ paymentId }: Order, random: Random): void {
    const interrupt = random.pick(Object.values(INTERRUPTIONS));
    this.#incidents.set(paymentId, { awaitsBefore: random.below(AWAITS_MOST), interrupt });
  }

  /** This pay is overtaken by a cancel, if its customer's core always answers. */
  letCancelOvertake(order: Order, message: Json): void {
    if (customerOf(message) === this.#answeredCustomerId) this.#overtaken.set(order.paymentId, order);
  }

  /** What is planned for the payment that a call is about, once; the call names it alone or in a command. */
  #take<Planned>(planned: Map<string, Planned>, { values }: Call, isNow: (next: Planned) => boolean) {
    for (const value of values) {
      const paymentId = typeof value === "string" ? value : (value as { readonly paymentId?: string })?.paymentId;
      const next = paymentId === undefined ? undefined : planned.get(paymentId);
      if (paymentId === undefined || next === undefined || !isNow(next)) continue;
      planned.delete(paymentId);
      return next;
    }
    return undefined;
  }

  async #unanswered({ make, unanswered }: Call): Promise<unknown> {
    if (this.directory === "LOST") throw new Error("The directory cannot be reached");
    await make();
    return unanswered();
  }
}

/** Lets a cancel come between the directory's claim and the home's write. */
async function overtake(order: Order, { make }: Call): Promise<unknown> {
  const place = await make();
  await sendCancel(order);
  return place;
}

callWatchedEdge();
standTheClock();

afterEach(() => watchAwaits());

function customerOf(message: Json): string {
  return (message.paymentMethod as { readonly customerId: string }).customerId;
}

async function sendCancel(order: Order): Promise<void> {
  order.isCancelSent = true;
  order.answers.push({ what: "cancel", reply: await cancel(order.paymentRequestId) });
}

async function newOrder(customers: readonly string[], random: Random): Promise<Order> {
  const [customerId = "", other = ""] = random.shuffled(customers);
  const message = payMessage(customerId);
  const paymentRequestId = String(message.paymentRequestId);
  const messages = random.happens(0.25) ? [message, payMessage(other, { paymentRequestId })] : [message];
  const paymentId = await paymentIdOf(CLIENT_ID, paymentRequestId);
  return { paymentId, paymentRequestId, messages, answers: [], refunds: [], isCancelSent: false };
}

/** One random thing that Alipay+ may do with an order; it notes the answers. */
async function act(order: Order, trouble: Trouble, random: Random): Promise<void> {
  const { paymentRequestId } = order;
  if (random.happens(0.15)) trouble.strike(order, random);
  const choice = random.next();
  if (choice < 0.55) {
    const message = random.pick(order.messages);
    if (random.happens(0.3)) trouble.letCancelOvertake(order, message);
    order.answers.push({ what: "pay", reply: await pay(message), customerId: customerOf(message) });
  } else if (choice < 0.68) {
    await sendCancel(order);
  } else if (choice < 0.9) {
    const refundMinor = BigInt(1 + random.below(700));
    const refundRequestId = newId("refund");
    order.refunds.push({ refundRequestId, refundMinor });
    const send = () => refund(paymentRequestId, String(refundMinor), { refundRequestId });
    const replies = random.happens(0.3) ? await Promise.all([send(), send()]) : [await send()];
    for (const reply of replies) order.answers.push({ what: "refund", reply });
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

/** Repeats every refund, as Alipay+ does after a U, and adds up those that succeeded. */
async function refundedMinor(order: Order): Promise<bigint> {
  let sumMinor = 0n;
  for (const { refundRequestId, refundMinor } of order.refunds) {
    const reply = await refund(order.paymentRequestId, String(refundMinor), { refundRequestId });
    expect(reply.resultStatus).not.toBe("U");
    if (reply.code === "SUCCESS") sumMinor += refundMinor;
  }
  return sumMinor;
}

/** What Alipay+ was answered must still be true. Returns who has paid, and how much is left of it. */
async function checkOrder(order: Order): Promise<{ readonly customerId: string | undefined; readonly minor: bigint }> {
  const { paymentRequestId, messages, answers } = order;
  const inquiry = await inquire(paymentRequestId);
  if (inquiry.code === "ORDER_NOT_EXIST") {
    expect(answers.filter(({ reply }) => reply.resultStatus === "S")).toEqual([]);
    return { customerId: undefined, minor: 0n };
  }
  const result = inquiry.body.paymentResult as { resultCode: string; resultStatus: string };
  const customerId = inquiry.body.customerId as string | undefined;
  expect(result.resultStatus).not.toBe("U");
  const isAnswered = (what: Answered["what"], code: string) =>
    answers.some((one) => one.what === what && one.reply.code === code);
  if (isAnswered("cancel", "SUCCESS")) expect(result.resultCode).not.toBe("SUCCESS");
  if (isAnswered("refund", "SUCCESS")) expect(result.resultCode).toBe("SUCCESS");
  if (isAnswered("pay", "SUCCESS") && !order.isCancelSent) expect(result.resultCode).toBe("SUCCESS");
  for (const one of answers) {
    if (one.what === "pay" && one.reply.code === "SUCCESS") expect(one.customerId).toBe(customerId);
  }
  for (const message of messages) {
    // The payment is the first customer's; one that was closed before it came may be anyone's.
    const own = customerOf(message) === customerId || messages.length === 1 ? [result.resultCode] : [];
    const others = customerId === undefined ? ["ORDER_IS_CLOSED"] : [];
    const other = own.length === 0 ? ["REPEAT_REQ_INCONSISTENT", ...others] : [];
    expect([...own, ...other]).toContain((await pay(message)).code);
  }
  return { customerId, minor: result.resultCode === "SUCCESS" ? 1_000n - (await refundedMinor(order)) : 0n };
}

async function liveDay(random: Random): Promise<void> {
  const answeredCustomerId = await openCustomer();
  const stirred = [await openCustomer(), await openCustomer()];
  const customers = [...stirred, answeredCustomerId];
  for (const customerId of stirred) stir(customerId, random);
  const orders: Order[] = [];
  while (orders.length < PAYMENTS_A_DAY) orders.push(await newOrder(customers, random));
  const trouble = new Trouble(answeredCustomerId);
  watchAwaits(trouble.watch);
  for (let round = 0; round < 4; round += 1) {
    trouble.directory = random.happens(0.25) ? random.pick(["LOST", "MUTE"] as const) : undefined;
    await Promise.all(orders.map((order) => act(order, trouble, random)));
    advance(random.below(20_000));
    if (random.happens(0.5)) stir(random.pick(stirred), random);
  }
  watchAwaits();
  for (const customerId of customers) for (const operation of FAULTY) setCoreFault(customerId, operation);
  await settle();
  // A payment that the directory has claimed, and that never came to its home, is over by its expiry.
  advance(HOUR_MS);

  const spent = new Map(customers.map((customerId) => [customerId, 0n]));
  for (const order of orders) {
    const { customerId = "", minor } = await checkOrder(order);
    spent.set(customerId, (spent.get(customerId) ?? 0n) + minor);
  }
  await settle();
  for (const customerId of customers) {
    const debits = await entriesOf(customerId, "DEBIT");
    expect(new Set(debits.map((entry) => entry.id)).size).toBe(debits.length);
    expect(await balanceOf(customerId)).toBe(OPENING_BALANCE - (spent.get(customerId) ?? 0n));
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
  if (!HAS_HTTP_CORE) expect(await sumsOfBooks()).toEqual({ HKD: 0n });
});
