/** One call makes gateway and sandbox as if they had never been called. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/end-to-end/free-port.ts";
import type { LiveStream } from "../support/end-to-end/live-stream.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, messageOf, type OrderCode } from "../support/end-to-end/sandbox-client.ts";

/** Shorter than the validity of a live token. */
const ADVANCE_MS = 120_000;
const SERVICE_RESTART = 1012;

const rehearsal = new Rehearsal(await freePort());
const { sandbox, operator } = rehearsal;
const wallet = rehearsal.wallet("alice");

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

const shownCode = async () => (await wallet.paymentCode("1")).body;

/** Uses every part once, and returns the codes and ids that were drawn. */
async function play() {
  await sandbox.openCustomer("alice");
  const shown = (await shownCode()).paymentCode;
  const paid = await sandbox.pay(shown, hkd("1000"));
  expect(paid).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const { paymentRequestId } = messageOf(paid);
  const { paymentId } = JSON.parse(paid.exchange?.response.body ?? "") as { paymentId: string };
  expect(await sandbox.refund(paymentRequestId, hkd("400"))).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const order = await rehearsal.scannedOrder("alice");
  expect(await wallet.confirm(order.paymentRequestId)).toMatchObject({ status: 200 });
  const open = await rehearsal.scannedOrder("alice");
  const code = await sandbox.paymentCode("alice");
  const notifyUrl = `${rehearsal.origin}/sandbox/acquirer/notifications`;
  const settled = await rehearsal.acquirer().pay("acquirer-1", code, notifyUrl);
  expect(settled).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const wish = { paymentAmount: hkd("200"), scenario: "OrderCode" };
  const sale = await sandbox.read<OrderCode>("POST", "/sales", wish);
  const next = (await shownCode()).paymentCode;
  await sandbox.read("PUT", "/market", { quoteValidityMs: "60000" });
  await sandbox.read("POST", "/faults", { fault: "NEVER_ACKNOWLEDGED" });
  return { shown, paymentRequestId, paymentId, order, open, code, sale: [sale.paymentRequestId, sale.codeValue], next };
}

/** Whether everything that `play` made is gone. */
async function expectNothingOf({ paymentRequestId, order, open, shown }: Awaited<ReturnType<typeof play>>) {
  const get = (path: string) => sandbox.call("GET", path);
  expect(await get("/traffic?limit=1000")).toMatchObject({ body: { traffic: [] } });
  expect(await get("/customers/alice")).toMatchObject({ status: 404 });
  expect(await get("/ledger")).toEqual({ status: 200, body: { balanced: true, currencies: {} } });
  expect(await get("/acquirer/payments/acquirer-1")).toMatchObject({ status: 404 });
  expect(await get("/sales")).toEqual({ status: 200, body: { sales: [] } });
  expect(await get("/market")).toMatchObject({ body: { quoteValidityMs: "3600000" } });
  expect(await get("/faults")).toMatchObject({ body: { rules: [] } });
  for (const id of [paymentRequestId, order.paymentRequestId, open.paymentRequestId]) {
    expect(await operator.call("GET", `/payments/${id}`)).toMatchObject({ status: 404 });
    expect(await wallet.payment(id)).toMatchObject({ status: 404 });
    expect(await get(`/orders/${id}`)).toMatchObject({ status: 404 });
    const refund = { paymentRequestId: id, refundAmount: hkd("1") };
    expect(await sandbox.call("POST", "/refund", refund)).toMatchObject({
      body: { error: { code: "PAYMENT_UNKNOWN" } },
    });
  }
  expect(await sandbox.pay(shown, hkd("1"))).toMatchObject({ result: { resultCode: "INVALID_CODE" } });
}

async function aheadMs(): Promise<number> {
  const { time, realTime } = await sandbox.clock();
  return Date.parse(time) - Date.parse(realTime);
}

const typesOf = (stream: LiveStream) => stream.messages.map(({ type }) => type);

describe("a rehearsal that is reset", () => {
  test("has no state left, ends the live streams, and has its clock right [SBX-18]", async () => {
    const left = await play();
    const stream = await wallet.listen();
    await sandbox.advanceClock(ADVANCE_MS);
    expect(await aheadMs()).toBe(ADVANCE_MS);

    const began = Date.now();
    const { status, body } = await sandbox.reset();
    const { time } = body;
    expect(status).toBe(200);
    // Times in messages are whole seconds.
    expect(Date.parse(time)).toBeGreaterThanOrEqual(Math.floor(began / 1_000) * 1_000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    expect((await stream.closed).code).toBe(SERVICE_RESTART);
    expect(typesOf(stream)).toContain("payment");
    expect(await aheadMs()).toBe(0);
    await expectNothingOf(left);
    const { serverTime, paymentCode } = await shownCode();
    expect(Date.parse(serverTime)).toBeLessThanOrEqual(Date.now());
    expect([left.shown, left.next]).not.toContain(paymentCode);

    await sandbox.openCustomer("alice");
    await rehearsal.scannedOrder("alice");
    const { traffic } = await sandbox.read<{ traffic: { exchange: { interface: string } }[] }>("GET", "/traffic");
    expect(traffic.map(({ exchange }) => exchange.interface)).toContain("inquiryCodeRules");
    const next = await wallet.listen();
    await sandbox.reset();
    await next.closed;
    expect(typesOf(next)).toEqual(["ready"]);
  });

  test("does the same again, with the same ids and other amounts than before [SBX-18]", async () => {
    const left = await play();
    await sandbox.reset();
    await sandbox.openCustomer("alice");
    const { paymentRequestId } = left;
    const paid = await sandbox.pay(await sandbox.paymentCode("alice"), hkd("1"), { paymentRequestId });
    expect(paid).toMatchObject({ result: { resultCode: "SUCCESS" } });
    expect(await sandbox.balance("alice")).toBe("99999");
    await sandbox.reset();
    expect(await play()).not.toEqual(left);
  });

  test("draws the same codes and ids for the same calls after the same seed, and no others [SBX-20]", async () => {
    expect(await sandbox.reset("a day")).toMatchObject({ status: 200, body: { seed: "a day" } });
    const once = await play();
    await sandbox.reset("a day");
    expect(await play()).toEqual(once);
    await sandbox.reset("another day");
    const other = await play();
    for (const drawn of ["shown", "paymentRequestId", "paymentId", "code"] as const) {
      expect(other[drawn]).not.toBe(once[drawn]);
    }
  });

  test("takes two resets at once, one after the other, during other calls", async () => {
    const left = await play();
    const calls = Array.from({ length: 20 }, (_, number) =>
      number % 2 === 0 ? sandbox.paymentCode("alice").catch(() => "ended") : sandbox.call("GET", "/customers/alice"),
    );
    const resets = await Promise.all([sandbox.reset("a"), sandbox.reset("b")]);
    await Promise.all(calls);
    expect(resets).toMatchObject([
      { status: 200, body: { seed: "a" } },
      { status: 200, body: { seed: "b" } },
    ]);
    await sandbox.reset();
    await expectNothingOf(left);
    await play();
  });

  test("stays empty over a kill and a restart, and a later reset erases what came since", async () => {
    const left = await play();
    await sandbox.reset("a day");
    await rehearsal.kill();
    await rehearsal.start();
    await expectNothingOf(left);
    // The seed ends with the process.
    const unseeded = await play();
    await sandbox.reset("a day");
    const seeded = await play();
    expect(unseeded.code).not.toBe(seeded.code);

    await rehearsal.kill();
    await rehearsal.start();
    await sandbox.reset();
    await expectNothingOf(seeded);
  });
});
