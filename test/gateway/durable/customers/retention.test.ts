/** The retention: what is personal is emptied when it is old, by the object's alarm and the sweep. */
import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";
import { paymentIdOf } from "../../../../protocol/idempotency.ts";
import worker from "../../../../worker/index.ts";
import {
  CLIENT_ID,
  homeOf,
  inquire,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
  SHARD_COUNT,
  send,
} from "../../../support/alipayplus.ts";
import { pathOf, playAlipayPlus } from "../../../support/alipayplus-answers.ts";
import { advance, alarmsOf, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, standTheClock } from "../../../support/clock.ts";
import { opsCall, walletCall } from "../../../support/wallet/calls.ts";
import { decodedOrder, orderCommand, placeOrder, takeNotifications } from "../../../support/wallet/order.ts";
import { expectGone, placesOf, plant, plantedPay } from "../../../support/wallet/personal-data.ts";

standTheClock();

const RETENTION_MS = 400 * DAY_MS;

/** The sweep of a shard: each is swept in a minute of the hour. */
const sweep = (shard: number) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(shard * MINUTE_MS) }), env);

describe("the retention", () => {
  it("empties what is final and old, and nothing a moment before", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    await pay(message);
    advance(RETENTION_MS - 1);
    await sweep(shardOf(customerId, SHARD_COUNT));
    await runResolver(homeOf(customerId));
    expect(await placesOf(planted.Buyer ?? "")).toEqual(["CUSTOMERS.texts.message"]);
    const young = await plantedPay(customerId);
    await pay(young.message);
    advance(1);
    await runResolver(homeOf(customerId));
    await expectGone(planted);
    expect(await placesOf(young.planted.Buyer ?? "")).toEqual(["CUSTOMERS.texts.message"]);
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({
      customerId,
      paymentAmount: { value: "1000" },
    });
  });

  it("empties a refund by its own time", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    await pay(message);
    advance(300 * DAY_MS);
    const reason = plant(["Reason"]);
    await refund(message.paymentRequestId, "400", { extendInfo: reason.Reason });
    advance(RETENTION_MS - 300 * DAY_MS);
    await runResolver(homeOf(customerId));
    await expectGone(planted);
    expect(await placesOf(reason.Reason ?? "")).toEqual(["CUSTOMERS.texts.message"]);
    advance(300 * DAY_MS);
    await runResolver(homeOf(customerId));
    await expectGone(reason);
  });

  it("empties a dispute by its own time, after its payment, and keeps what became of it", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    const { paymentRequestId } = message;
    await pay(message);
    advance(300 * DAY_MS);
    const complaint = plant(["Complaint", "Receipt"]);
    const body = { escalationAmount: { currency: "HKD", value: "1000" }, why: complaint.Complaint };
    const path = `/payments/${paymentRequestId}/disputes`;
    const { disputeRequestId } = (await opsCall("POST", `${path}/escalations`, { body })).body;
    const refused = { disputeRequestId, refundType: "REFUSE_REFUND", why: complaint.Receipt };
    expect((await send("/disputes/responseEscalation", refused)).code).toBe("SUCCESS");
    advance(RETENTION_MS - 300 * DAY_MS);
    await runResolver(homeOf(customerId));
    await expectGone(planted);
    for (const text of Object.values(complaint)) expect(await placesOf(text)).toEqual(["CUSTOMERS.texts.message"]);
    advance(300 * DAY_MS);
    await runResolver(homeOf(customerId));
    await expectGone(complaint);
    expect((await opsCall("GET", path)).body.disputes).toMatchObject([
      { disputeRequestId, status: "ANSWERED", answerCode: "REFUSE_REFUND" },
    ]);
    expect((await send("/disputes/responseEscalation", refused)).code).toBe("SUCCESS");
  });

  it("deletes the order codes that a customer has scanned, an hour after they are over", async () => {
    const customerId = newId("scanner");
    const { scanned } = plant(["scanned"]);
    const answer = decodedOrder({ order: { orderDescription: scanned } });
    playAlipayPlus({ [pathOf("payments/userInitiatedPay")]: () => answer });
    const codeValue = newId("code");
    const shard = shardOf(codeValue, SHARD_COUNT);
    const reply = await env.CODES.getByName(shardName(shard)).scan({ codeValue, customerId });
    expect(reply.outcome).toBe("DECODED");
    advance(HOUR_MS);
    await sweep(shard);
    expect(await placesOf(scanned ?? "")).toEqual(["CODES.order_codes.message"]);
    advance(4 * MINUTE_MS);
    await sweep(shard);
    expect([await placesOf(scanned ?? ""), await placesOf(customerId)]).toEqual([[], []]);
  });

  it("takes many in small steps, passes what is open, and looks at it again", async () => {
    const customerId = await openCustomer({ balance: 1_000_000n });
    const home = homeOf(customerId);
    const texts = () =>
      runInDurableObject(
        home as DurableObjectStub,
        (_object, { storage: { sql } }) =>
          sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM texts").one().count,
      );
    // Other tests have left theirs in this home, some of them by a clock that stood a retention later: all go before.
    advance(3 * RETENTION_MS);
    for (let step = 0; step < 10; step += 1) await runResolver(home);
    const before = await texts();

    const order = await orderCommand(customerId, { expiryTimeMs: Date.now() + 2 * RETENTION_MS });
    await placeOrder(order);
    for (let count = 0; count < 150; count += 1) await pay(payMessage(customerId));
    advance(RETENTION_MS);
    const alarms = await runInDurableObject(home as DurableObjectStub, (_object, { storage }) => alarmsOf(storage));
    await home.sweep();
    // What is over is not left until the next payment is due.
    expect(Math.min(...alarms.splice(0))).toBeLessThanOrEqual(0);
    await runResolver(home);
    expect(await texts()).toBe(before + 52);
    expect(alarms.splice(0)).toContain(SECOND_MS);
    await runResolver(home);
    expect(await texts()).toBe(before + 1);
    expect(alarms).not.toContain(SECOND_MS);
    await walletCall("POST", `/payments/${order.paymentRequestId}/decline`, { customerId });
    takeNotifications();
    await runResolver(home);
    await expect
      .poll(async () => {
        await runResolver(home);
        return texts();
      })
      .toBe(before);
    expect(await homeOf(customerId).inspect(await paymentIdOf(CLIENT_ID, order.paymentRequestId))).toMatchObject({
      status: { name: "CLOSED" },
    });
  });
});
