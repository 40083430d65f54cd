/** Export, erasure and retention of what is personal: names planted in every field are looked for in every table. */
import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import worker from "../../../worker/index.ts";
import {
  balanceOf,
  CLIENT_ID,
  cancel,
  customerOf,
  homeOf,
  inquire,
  issueCode,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { pathOf, playAlipayPlus, resultOf } from "../../support/alipayplus-answers.ts";
import { advance, DAY_MS, HOUR_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder, orderCommand, placeOrder, takeNotifications } from "../../support/wallet/order.ts";

standTheClock();

const RETENTION_MS = 400 * DAY_MS;

const exported = (customerId: string) => opsCall("GET", `/customers/${customerId}/data`);
const erase = (customerId: string) => opsCall("DELETE", `/customers/${customerId}/data`);

/** Texts that are nowhere else, one for each field that takes one. */
function plant(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `Planted${name}${newId("")}`]));
}

/** A pay whose order, promotion and code hold planted texts. */
async function plantedPay(customerId: string): Promise<{ message: Json; planted: Record<string, string> }> {
  const planted = plant([
    "Buyer",
    "Phone",
    "Email",
    "Ip",
    "Device",
    "Goods",
    "Shop",
    "Promo",
    "Address",
    "Pass",
    "Merchant",
  ]);
  const amount = { currency: "HKD", value: "1000" };
  const paymentMethodId = await issueCode(customerId);
  const message = payMessage(customerId, {
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId, customerId },
    order: {
      referenceOrderId: newId("order"),
      orderDescription: planted.Goods,
      orderAmount: amount,
      merchant: { referenceMerchantId: planted.Merchant, merchantMCC: "5411", merchantName: planted.Shop },
      shipping: { shippingAddress: planted.Address },
      buyer: { buyerName: planted.Buyer, buyerPhoneNo: planted.Phone, buyerEmail: planted.Email },
      env: { clientIp: planted.Ip, deviceTokenId: planted.Device },
    },
    paymentPromoInfo: { paymentPromoDetails: [{ promoName: planted.Promo }] },
    passThroughInfo: planted.Pass,
  });
  return { message, planted };
}

type Table = { readonly where: string; readonly text: string };

/** Every row of every table of every object that holds state. */
async function everyTable(): Promise<Table[]> {
  const tables: Table[] = [];
  const classes = { CUSTOMERS: env.CUSTOMERS, DIRECTORY: env.DIRECTORY, CODES: env.CODES, LIVE: env.LIVE };
  for (const [name, namespace] of Object.entries(classes)) {
    for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
      const stub = (namespace as DurableObjectNamespace).getByName(shardName(shard));
      await runInDurableObject(stub, (_object, { storage: { sql } }) => {
        const found = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
        for (const { name: table } of found.filter((each) => !each.name.startsWith("_cf"))) {
          const rows = sql.exec(`SELECT * FROM "${table}"`).toArray();
          for (const column of Object.keys(rows[0] ?? {})) {
            const text = rows.map((row) => row[column]).join("\n");
            tables.push({ where: `${name}.${table}.${column}`, text });
          }
        }
      });
    }
  }
  return tables;
}

async function placesOf(text: string): Promise<string[]> {
  return [...new Set((await everyTable()).filter((table) => table.text.includes(text)).map(({ where }) => where))];
}

async function expectGone(planted: Readonly<Record<string, string>>): Promise<void> {
  for (const text of Object.values(planted)) expect([text, await placesOf(text)]).toEqual([text, []]);
}

/** The sweep of a minute of the hour; a shard is swept in one of them. */
const sweep = (offsetMs = 0) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(Date.now() + offsetMs) }), env);

describe("the export of a customer", () => {
  it("has everything that was planted, and nothing of another customer", async () => {
    const customerId = await openCustomer();
    const other = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    const foreign = await plantedPay(other);
    for (const each of [message, foreign.message]) expect((await pay(each)).code).toBe("SUCCESS");
    const reason = plant(["Reason"]);
    await refund(message.paymentRequestId, "400", { extendInfo: reason.Reason });
    const { status, body } = await exported(customerId);
    const text = JSON.stringify(body);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      customerId,
      account: { currency: "HKD", balance: "99400" },
      paymentCodes: [{ paymentCode: (message.paymentMethod as Json).paymentMethodId }],
      payments: [
        { paymentRequestId: message.paymentRequestId, status: "SUCCEEDED", refundedDebitAmount: { value: "400" } },
      ],
      refunds: [{ status: "SUCCEEDED", creditAmount: "400" }],
      entries: [{ kind: "REFUND" }, { kind: "DEBIT" }, { kind: "FUNDING" }],
    });
    expect(JSON.parse((body.payments as Json[])[0]?.message as string)).toEqual(message);
    for (const each of Object.values({ ...planted, ...reason })) expect(text).toContain(each);
    for (const each of [other, ...Object.values(foreign.planted)]) expect(text).not.toContain(each);
  });

  it("has every payment, refund and entry of a customer with more than a page of each", async () => {
    const customerId = await openCustomer();
    const messages = Array.from({ length: 70 }, () => payMessage(customerId));
    for (const message of messages) await pay(message);
    for (const message of messages.slice(0, 40)) await refund(message.paymentRequestId, "1");
    await homeOf(customerId).openCustomer(customerId, { currency: "HKD", balance: 500n });
    const { payments, refunds, entries } = (await exported(customerId)).body as Record<string, Json[]>;
    expect(new Set(payments?.map(({ paymentRequestId }) => paymentRequestId))).toEqual(
      new Set(messages.map(({ paymentRequestId }) => paymentRequestId)),
    );
    expect([payments?.length, refunds?.length]).toEqual([70, 40]);
    expect(entries?.map(({ entryNumber }) => entryNumber)).toEqual(
      Array.from({ length: 112 }, (_, index) => 112 - index),
    );
    const { erased } = (await erase(customerId)).body;
    expect(erased).toEqual({ payments: 70, refunds: 40 });
  });

  it("of an unknown customer is empty", async () => {
    const customerId = newId("none");
    expect((await exported(customerId)).body).toEqual({
      customerId,
      paymentCodes: [],
      payments: [],
      refunds: [],
      entries: [],
    });
  });
});

describe("the erasure of a customer", () => {
  it("leaves nothing that was planted in any table, but the keys that docs/storage.md lists", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    const unused = await issueCode(customerId);
    await pay(message);
    const reason = plant(["Reason"]);
    await refund(message.paymentRequestId, "400", { extendInfo: reason.Reason });
    for (const text of Object.values({ ...planted, ...reason, unused })) expect(await placesOf(text)).not.toEqual([]);

    const { status, body } = await erase(customerId);
    expect([status, body]).toEqual([200, { erased: { payments: 1, refunds: 1 } }]);
    await expectGone({ ...planted, ...reason });
    // Where foreign codes may pay, the directory keeps which code is whose, by a digest.
    expect(await placesOf(unused)).toEqual(["DIRECTORY.codes.code"]);
    const code = (message.paymentMethod as Json).paymentMethodId as string;
    expect(await placesOf(code)).toEqual(["CUSTOMERS.used_codes.code", "DIRECTORY.codes.code"]);
    expect((await placesOf(customerId)).sort()).toEqual([
      "CUSTOMERS.customers.customer_id",
      "CUSTOMERS.entries.customer_id",
      "CUSTOMERS.entries.entry_id",
      "CUSTOMERS.payments.customer_id",
      "CUSTOMERS.payments.previous_entry_id",
    ]);
    expect((await erase(customerId)).body).toEqual({ erased: { payments: 0, refunds: 0 } });
  });

  it("changes no answer but the promotion in an inquiry, no amount, and no entry", async () => {
    const customerId = await openCustomer();
    const { message } = await plantedPay(customerId);
    const refundRequestId = newId("refund");
    const calls = async () => {
      const replies = [await pay(message), await refund(message.paymentRequestId, "400", { refundRequestId })];
      const { paymentPromoInfo, ...inquired } = (await inquire(message.paymentRequestId)).body;
      return { texts: replies.map(({ text }) => text), inquired, customer: await customerOf(customerId) };
    };
    const before = await calls();
    await erase(customerId);
    expect(await calls()).toEqual(before);
    expect((await pay({ ...message, paymentAmount: { currency: "HKD", value: "1" } })).code).toBe(
      "REPEAT_REQ_INCONSISTENT",
    );
    // What is left can still be refunded, and the code still pays only once.
    expect((await refund(message.paymentRequestId, "600")).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await pay({ ...message, paymentRequestId: newId("pay") })).code).toBe("INVALID_CODE");
    const { payments } = (await exported(customerId)).body as Record<string, Json[]>;
    const erased = payments?.find(({ paymentRequestId }) => paymentRequestId === message.paymentRequestId);
    expect(erased).toMatchObject({ status: "SUCCEEDED", debitAmount: { value: "1000" } });
    expect(erased).not.toHaveProperty("message");
  });

  it("leaves a payment that can be cancelled", async () => {
    const customerId = await openCustomer();
    const { message } = await plantedPay(customerId);
    await pay(message);
    await erase(customerId);
    expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("leaves the texts of other customers where they are", async () => {
    const [customerId, other] = [await openCustomer(), await openCustomer()];
    const [first, second] = [await plantedPay(other), await plantedPay(customerId)];
    await pay(first.message);
    await pay(second.message);
    const before = (await exported(other)).body;
    await erase(customerId);
    // The number of the erased texts is used again.
    await pay((await plantedPay(customerId)).message);
    expect((await exported(other)).body).toEqual(before);
  });

  it("is refused while an order is open, a result is to be notified, and changes nothing", async () => {
    takeNotifications(() => resultOf("F", "PROCESS_FAIL"));
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    await pay(message);
    const order = await orderCommand(customerId);
    await placeOrder(order);
    const refused = { status: 409, body: { code: "CUSTOMER_HAS_OPEN_PAYMENTS" } };
    expect(await erase(customerId)).toMatchObject(refused);
    await walletCall("POST", `/payments/${order.paymentRequestId}/decline`, { customerId });
    expect(await erase(customerId)).toMatchObject(refused);
    expect(await placesOf(planted.Buyer ?? "")).toEqual(["CUSTOMERS.texts.message"]);
    const received = takeNotifications();
    advance(MINUTE_MS);
    await runResolver(homeOf(customerId));
    await expect.poll(async () => (await erase(customerId)).status).toBe(200);
    await expectGone(planted);
    const again = await opsCall("POST", `/payments/${order.paymentRequestId}/notifications`);
    expect([received.length > 0, again.body.code]).toEqual([true, "PAYMENT_NOT_NOTIFIED"]);
  });
});

describe("the retention", () => {
  it("empties what is final and old, and nothing a moment before", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    await pay(message);
    advance(RETENTION_MS - 1);
    await sweep();
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

  it("deletes the order codes that a customer has scanned, an hour after they are over", async () => {
    const customerId = newId("scanner");
    const { scanned } = plant(["scanned"]);
    const answer = decodedOrder({ order: { orderDescription: scanned } });
    playAlipayPlus({ [pathOf("payments/userInitiatedPay")]: () => answer });
    const codeValue = newId("code");
    const shard = shardOf(codeValue, SHARD_COUNT);
    const reply = await env.CODES.getByName(shardName(shard)).scan({ codeValue, customerId });
    expect(reply.outcome).toBe("DECODED");
    const minutes = Array.from({ length: SHARD_COUNT }, (_, minute) => minute * MINUTE_MS);
    const sweepAll = () => Promise.all(minutes.map((offsetMs) => sweep(offsetMs)));
    advance(HOUR_MS);
    await sweepAll();
    expect(await placesOf(scanned ?? "")).toEqual(["CODES.order_codes.message"]);
    advance(4 * MINUTE_MS);
    await sweepAll();
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
    // Other tests have left theirs: the retention empties them before.
    advance(RETENTION_MS);
    for (let step = 0; step < 10; step += 1) await runResolver(home);
    const before = await texts();

    const order = await orderCommand(customerId, { expiryTimeMs: Date.now() + 2 * RETENTION_MS });
    await placeOrder(order);
    for (let count = 0; count < 150; count += 1) await pay(payMessage(customerId));
    advance(RETENTION_MS);
    const alarms: number[] = [];
    await runInDurableObject(home as DurableObjectStub, (_object, { storage }) => {
      const setAlarm = storage.setAlarm.bind(storage);
      storage.setAlarm = (time, options) => {
        alarms.push(Number(time));
        return setAlarm(time, options);
      };
    });
    await home.sweep();
    expect(alarms.length).toBeGreaterThan(0);
    await runResolver(home);
    expect(await texts()).toBe(before + 52);
    await runResolver(home);
    expect(await texts()).toBe(before + 1);
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
