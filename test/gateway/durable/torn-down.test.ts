/**
 * Objects that end at an await. The table of all awaits of pay, confirm, cancel and refund is found by playing each once:
 * every call that leaves the edge or an object is an await. Then each flow is played again for each of them, and
 * something ends there: the one that waits, or the object that it calls. Alipay+ repeats its message, the resolver runs,
 * and money has moved once, as every answer says.
 *
 * Not watched: digests, before which the object has called no other, and the rules of codes, which hold no payment.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { shardName } from "../../../durable/platform/shard.ts";
import {
  balanceOf,
  cancel,
  entriesOf,
  HAS_HTTP_CORE,
  homeOf,
  inquire,
  type Json,
  newId,
  openCustomer,
  pay,
  payByOurCode,
  payMessage,
  type Reply,
  refund,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { type Asked, pathOf, playAlipayPlus, SUCCESS } from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { type Call, INTERRUPTIONS, type Watcher, watchAwaits } from "../../support/awaits.ts";
import { advance, aheadOfAlarms, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { type CoreOperation, setCoreFault } from "../../support/core-faults.ts";
import { settle, sumsOfBooks } from "../../support/evening.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder, NOTIFY_PATH } from "../../support/wallet/order.ts";

/** A flow that has begun. */
type Begun = {
  readonly customerId: string;
  readonly paymentRequestId: string;
  /** Sends the message, for the first time or again; a final answer, undefined where nothing is known yet. */
  readonly send: () => Promise<string | undefined>;
  /** Alipay+ has been notified of these results. */
  readonly notified?: () => readonly unknown[];
};

type Flow = {
  readonly name: string;
  readonly begin: () => Promise<Begun>;
  /** What happens between the first message and its repeat. */
  readonly meanwhile?: (begun: Begun) => void;
  /** The result of the payment in the end, and what is left of 100,000. */
  readonly result: string;
  readonly balance: bigint;
};

type Interruption = keyof typeof INTERRUPTIONS;

/** An await of a flow: the call, how often the flow has made it by then, and what ends. */
type Row = { readonly call: string; readonly count: number; readonly interruption: Interruption };

/** The calls that no payment depends on once the objects are born and the rules are known. */
const UNWATCHED = /: (?:DEPLOYMENT|CODE_RULES)\./;

standTheClock();

afterEach(() => {
  watchAwaits();
  setAlipayPlus();
});

/** The bytes of a final answer. */
function finalText({ resultStatus, text }: Reply): string | undefined {
  return resultStatus === "U" ? undefined : text;
}

/** Alipay+ sends a pay. */
async function beginPay(isOurCode = false): Promise<Begun> {
  const customerId = await openCustomer();
  const message = isOurCode ? await payByOurCode(customerId) : payMessage(customerId);
  const paymentRequestId = String(message.paymentRequestId);
  return { customerId, paymentRequestId, send: async () => finalText(await pay(message)) };
}

/** A payment that was made, and what Alipay+ sends about it. */
async function beginAfterPay(sendAbout: (paymentRequestId: string) => Promise<Reply>): Promise<Begun> {
  const begun = await beginPay();
  await begun.send();
  return { ...begun, send: async () => finalText(await sendAbout(begun.paymentRequestId)) };
}

/** A customer scans an order code and confirms the order. */
async function beginOrder(): Promise<Begun> {
  const customerId = await openCustomer();
  const order = decodedOrder();
  const asked = playOrder(order);
  const paymentRequestId = String(order.paymentRequestId);
  const codeValue = `https://qr.test/281/${newId("code")}`;
  const send = async () => {
    await walletCall("POST", "/scans", { customerId, codeValue });
    const { body } = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    return body.status === "SUCCEEDED" ? JSON.stringify(body) : undefined;
  };
  const notified = () => asked.filter(({ path }) => path === NOTIFY_PATH).map(({ body }) => body.paymentResult);
  return { customerId, paymentRequestId, send, notified };
}

/** From now on Alipay+ decodes every order code to this order, and acknowledges its result. */
function playOrder(order: Json): Asked[] {
  const codeMatchPattern = { matchMethod: "PREFIX", prefix: "https://qr.test/281" };
  const postCodeMatchAction = { postCodeMatchActionType: "DECODE" };
  return playAlipayPlus({
    [pathOf("codes/inquiryCodeRules")]: () => ({
      result: SUCCESS,
      codeRules: [{ codeMatchPattern, postCodeMatchAction }],
    }),
    [pathOf("payments/userInitiatedPay")]: () => order,
    [NOTIFY_PATH]: () => ({ result: SUCCESS }),
  });
}

const beginCancel = () => beginAfterPay(cancel);

function beginRefund(): Promise<Begun> {
  const refundRequestId = newId("refund");
  return beginAfterPay((paymentRequestId) => refund(paymentRequestId, "400", { refundRequestId }));
}

const FLOWS: readonly Flow[] = [
  { name: "a pay", begin: beginPay, result: "SUCCESS", balance: 99_000n },
  { name: "a pay by a code of ours", begin: () => beginPay(true), result: "SUCCESS", balance: 99_000n },
  { name: "a scanned and confirmed order", begin: beginOrder, result: "SUCCESS", balance: 99_000n },
  { name: "a cancel", begin: beginCancel, result: "ORDER_IS_CLOSED", balance: 100_000n },
  { name: "a refund", begin: beginRefund, result: "SUCCESS", balance: 99_400n },
];

/** The same flow, but the core's first answers are lost, so that the resolver has to finish it. */
function unanswered(name: string, operation: CoreOperation): Flow {
  const flow = FLOWS.find((known) => known.name === name);
  if (!flow) throw new Error(`No flow is named ${name}`);
  return {
    ...flow,
    name: `${name} that the core does not answer`,
    begin: async () => {
      const begun = await flow.begin();
      setCoreFault(begun.customerId, operation, "MUTE");
      return begun;
    },
    meanwhile: ({ customerId }) => setCoreFault(customerId, operation),
  };
}

const debitUnanswered = unanswered("a pay", "debit");

/** What only a core by HTTP has: the resolver's own ways. */
const HTTP_FLOWS: readonly Flow[] = [
  debitUnanswered,
  unanswered("a scanned and confirmed order", "debit"),
  unanswered("a cancel", "reverse"),
  unanswered("a refund", "refund"),
  {
    ...debitUnanswered,
    name: "a pay that expires before the core answers",
    meanwhile: (begun) => {
      debitUnanswered.meanwhile?.(begun);
      advance(30 * MINUTE_MS);
    },
    result: "ORDER_IS_CLOSED",
    balance: 100_000n,
  },
];

/**
 * Plays a flow: its message, the repeat, the resolver, and the repeat once more; then checks what has become of it.
 *
 * @param watch of the awaits of all but the last repeat
 */
async function play(flow: Flow, watch: Watcher): Promise<void> {
  const begun = await flow.begin();
  const { customerId, paymentRequestId, send, notified } = begun;
  watchAwaits(watch);
  const answers: (string | undefined)[] = [await send()];
  flow.meanwhile?.(begun);
  answers.push(await send());
  await settle(() => [homeOf(customerId)]);
  watchAwaits();
  answers.push(await send());

  expect(answers.at(-1)).toBeDefined();
  const final = answers.filter((answer) => answer !== undefined);
  expect(new Set(final).size).toBe(1);
  expect((await inquire(paymentRequestId)).body.paymentResult).toMatchObject({ resultCode: flow.result });
  expect(await balanceOf(customerId)).toBe(flow.balance);
  for (const kind of ["DEBIT", "REVERSAL", "REFUND"] as const) {
    expect((await entriesOf(customerId, kind)).length).toBeLessThanOrEqual(1);
  }
  if (notified) {
    expect(notified().length).toBeGreaterThan(0);
    for (const result of notified()) expect(result).toEqual(SUCCESS);
  }
  expect(Object.values(await sumsOfBooks()).every((sumMinor) => sumMinor === 0n)).toBe(true);
}

/** Every object is born: what a birth waits for is played by itself. */
async function bear(): Promise<void> {
  for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
    const name = shardName(shard);
    const shards = [env.CUSTOMERS, env.DIRECTORY, env.CODES, env.LIVE].map((classOf) => classOf.getByName(name));
    await Promise.all(shards.map((object) => object.isReady()));
  }
}

/** Plays a flow without an interruption, and names its awaits. */
async function awaitsOf(flow: Flow): Promise<Row[]> {
  await bear();
  const counts = new Map<string, number>();
  const rows: Row[] = [];
  const watch = ({ name: call, endCalled }: Call) => {
    if (UNWATCHED.test(call)) return undefined;
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    for (const interruption of Object.keys(INTERRUPTIONS) as Interruption[]) {
      if (interruption === "as the called object ends" && !endCalled) continue;
      // The edge writes nothing.
      if (interruption === "before its turn is written" && call.startsWith("edge")) continue;
      rows.push({ call, count, interruption });
    }
    return undefined;
  };
  vi.useFakeTimers({ toFake: ["Date"], now: aheadOfAlarms() });
  try {
    await play(flow, watch);
  } finally {
    vi.useRealTimers();
    setAlipayPlus();
  }
  return rows;
}

/** Lets an interruption happen at an await, and counts the calls of its name. */
function interruptAt({ call, count, interruption }: Row) {
  const seen = { count: 0 };
  const watch: Watcher = (made) => {
    if (made.name !== call) return undefined;
    seen.count += 1;
    return seen.count === count ? INTERRUPTIONS[interruption](made) : undefined;
  };
  return { seen, watch };
}

describe.each(HAS_HTTP_CORE ? [...FLOWS, ...HTTP_FLOWS] : FLOWS)("$name comes to one end", async (flow) => {
  const rows = await awaitsOf(flow);

  it.each(rows)("that is interrupted at $call ($count) $interruption", async (row) => {
    const { seen, watch } = interruptAt(row);
    await play(flow, watch);
    expect(seen.count).toBeGreaterThanOrEqual(row.count);
  });
});

describe.each([
  ["Customers", env.CUSTOMERS],
  ["Directory", env.DIRECTORY],
  ["Codes", env.CODES],
] as const)("an object of %s that is interrupted at its birth", (name, classOf) => {
  it.each(Object.keys(INTERRUPTIONS) as Interruption[])("%s is born by the next call", async (interruption) => {
    const { seen, watch } = interruptAt({ call: `${name}: DEPLOYMENT.admit`, count: 1, interruption });
    watchAwaits(watch);
    const object = crypto.randomUUID();
    await expect(classOf.getByName(object).isReady()).rejects.toThrow("torn down");
    expect(await classOf.getByName(object).isReady()).toBe(true);
    expect(seen.count).toBe(2);
  });
});
