/**
 * Objects that end at an await. The table of all awaits of pay, confirm, cancel and refund is found by playing each
 * once: every call that leaves the edge or an object is an await. Then each flow is played again for each of them, and
 * something ends there: the one that waits, or the object that it calls. Alipay+ repeats its message, at once or after
 * the resolver has run, and money has moved once, as every answer says.
 *
 * Not watched: digests, which nothing outside the object depends on, and the rules of codes, which hold no payment.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Codes } from "../../../durable/codes/object.ts";
import type { Customers } from "../../../durable/customers/object.ts";
import type { Directory } from "../../../durable/directory/object.ts";
import { shardName } from "../../../durable/platform/shard.ts";
import { balanceOf, entriesOf, homeOf, inquire, SHARD_COUNT } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { callWatchedEdge } from "../../support/call-gateway.ts";
import { aheadOfAlarms, standTheClock } from "../../support/clock.ts";
import { type Begun, FLOWS, type Flow } from "../../support/flows.ts";
import { type Call, INTERRUPTIONS, type Watcher, watchAwaits } from "../../support/home/awaits.ts";
import { settle, sumsOfBooks } from "../../support/home/evening.ts";
import { walletCall } from "../../support/wallet/calls.ts";

/**
 * When Alipay+ repeats a message: while its first call may be open, or once the resolver has finished what was open.
 */
type Repeat = "at once" | "later";

type Interruption = keyof typeof INTERRUPTIONS;

/** An await: the call, how often it was made by then, and what ends. */
type Await = { readonly call: string; readonly count: number; readonly interruption: Interruption };

/** An await of a flow. */
type Row = Await & { readonly repeat: Repeat };

/** The calls that no payment depends on once the objects are born and the rules are known. */
const UNWATCHED = /: (?:DEPLOYMENT|CODE_RULES)\./;

callWatchedEdge();
standTheClock();

afterEach(() => {
  watchAwaits();
  setAlipayPlus();
});

/** What is left with the customer is what the wallet says of the payment. */
async function expectAgreement({ customerId, paymentRequestId }: Begun): Promise<void> {
  const { body } = await walletCall("GET", `/payments/${paymentRequestId}`);
  const { value: refunded } = (body.refundedAmount ?? { value: "0" }) as { readonly value: string };
  expect(body.status).not.toBe("PROCESSING");
  expect(await balanceOf(customerId)).toBe(100_000n - (body.status === "SUCCEEDED" ? 1_000n - BigInt(refunded) : 0n));
  for (const kind of ["DEBIT", "REVERSAL", "REFUND"] as const) {
    expect((await entriesOf(customerId, kind)).length).toBeLessThanOrEqual(1);
  }
  expect(Object.values(await sumsOfBooks([homeOf(customerId)])).every((sumMinor) => sumMinor === 0n)).toBe(true);
}

/**
 * Plays a flow: its message, the repeat, the resolver, and the repeat once more; then checks what has become of it.
 *
 * @param watch of the awaits of all but the last repeat
 */
async function play(flow: Flow, watch: Watcher, repeat: Repeat): Promise<void> {
  const begun = await flow.begin();
  const { customerId, paymentRequestId, send, notified } = begun;
  watchAwaits(watch);
  const answers: (string | undefined)[] = [await send()];
  flow.meanwhile?.(begun);
  if (repeat === "at once") answers.push(await send());
  await settle(() => [homeOf(customerId)]);
  watchAwaits();
  await expectAgreement(begun);
  answers.push(await send());
  await settle(() => [homeOf(customerId)]);

  await expectAgreement(begun);
  expect(answers.at(-1)).toBeDefined();
  expect(new Set(answers.filter((answer) => answer !== undefined)).size).toBe(1);
  const result = (await inquire(paymentRequestId)).body.paymentResult as { readonly resultCode: string };
  // An order that was not confirmed, and whose customer comes back too late, has expired.
  const isExpiredOrder = notified !== undefined && repeat === "later" && result.resultCode === "ORDER_IS_CLOSED";
  if (!isExpiredOrder) {
    expect([result.resultCode, await balanceOf(customerId)]).toEqual([flow.result, flow.balance]);
  }
  if (notified) {
    expect(notified().length).toBeGreaterThan(0);
    for (const each of notified()) expect(each).toMatchObject({ resultCode: result.resultCode });
  }
}

/** Every object is born: what a birth waits for is played by itself. */
async function bear(): Promise<void> {
  for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
    const name = shardName(shard);
    const shards = [env.CUSTOMERS, env.DIRECTORY, env.CODES, env.LIVE].map((classOf) => classOf.getByName(name));
    await Promise.all(shards.map((object) => object.isReady()));
  }
}

/** Plays a flow without an interruption, and finds its awaits. */
async function awaitsOf(flow: Flow, repeat: Repeat): Promise<Row[]> {
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
      rows.push({ call, count, interruption, repeat });
    }
    return undefined;
  };
  vi.useFakeTimers({ toFake: ["Date"], now: aheadOfAlarms() });
  try {
    await play(flow, watch, repeat);
  } finally {
    vi.useRealTimers();
    setAlipayPlus();
  }
  return rows;
}

/** The table of a flow. What an object leaves at its end, and no repeat follows, the resolver has to finish alone. */
async function rowsOf(flow: Flow): Promise<Row[]> {
  const later = (await awaitsOf(flow, "later")).filter(({ call }) => !call.startsWith("edge"));
  return flow.isForResolver ? later : [...(await awaitsOf(flow, "at once")), ...later];
}

/** Lets an interruption happen at an await, and counts the calls of its name. */
function interruptAt({ call, count, interruption }: Await) {
  const seen = { count: 0 };
  const watch: Watcher = (made) => {
    if (made.name !== call) return undefined;
    seen.count += 1;
    return seen.count === count ? INTERRUPTIONS[interruption](made) : undefined;
  };
  return { seen, watch };
}

describe.each(FLOWS)("$name comes to one end", async (flow) => {
  const rows = await rowsOf(flow);

  it.each(rows)("when $call ($count) is interrupted $interruption, and repeated $repeat", async (row) => {
    const { seen, watch } = interruptAt(row);
    await play(flow, watch, row.repeat);
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
    const objectName = crypto.randomUUID();
    const isReady = () =>
      runInDurableObject(classOf.getByName(objectName) as DurableObjectStub, (object) =>
        (object as Customers | Directory | Codes).isReady(),
      );
    await expect(isReady()).rejects.toThrow("torn down");
    expect(await isReady()).toBe(true);
    expect(seen.count).toBe(2);
  });
});
