/** One call makes everything as if it had never been called: gateway and sandbox as a user runs them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEVELOPMENT_OPERATOR_TOKEN } from "../../scripts/project.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { hkd, type Order, Rehearsal, type Result } from "../support/end-to-end/rehearsal.ts";

/** Less than a token of the live stream is valid. */
const ADVANCE_MS = 120_000;
const SERVICE_RESTART = 1012;

const rehearsal = new Rehearsal(await freePort());

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

async function walletCode(customerId: string): Promise<{ paymentCode: string; serverTime: string }> {
  return rehearsal.wallet("POST", "/payment-codes", { customerId, deviceTokenId: "1" });
}

/** What the stream tells until it is closed, and why it was. */
async function listen(customerId: string): Promise<{ readonly heard: string[]; readonly closed: Promise<CloseEvent> }> {
  const { token } = await rehearsal.wallet<{ token: string }>("POST", "/live-tokens", { customerId });
  const socket = new WebSocket(`${rehearsal.origin}/wallet/v1/live`, ["plusgate.live.v1", token]);
  const heard: string[] = [];
  socket.addEventListener("message", ({ data }) => heard.push((JSON.parse(data) as { type: string }).type));
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
  return { heard, closed };
}

/** Something of everything, and all that was drawn for it. */
async function play() {
  await rehearsal.openCustomer("alice");
  const shown = (await walletCode("alice")).paymentCode;
  const paid = await rehearsal.sandbox<
    Result & { exchange: { request: { body: string }; response: { body: string } } }
  >("POST", "/pay", { paymentCode: shown, paymentAmount: hkd("1000") });
  expect(paid).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const sent = JSON.parse(paid.exchange.request.body) as { paymentRequestId: string };
  const { paymentId } = JSON.parse(paid.exchange.response.body) as { paymentId: string };
  const refund = { paymentRequestId: sent.paymentRequestId, refundAmount: hkd("400") };
  expect(await rehearsal.sandbox("POST", "/refund", refund)).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const order = await rehearsal.scannedOrder("alice");
  const path = `/payments/${order.paymentRequestId}/confirm`;
  expect(await rehearsal.wallet("POST", path, { customerId: "alice" })).toMatchObject({ status: 200 });
  const open = await rehearsal.scannedOrder("alice");
  const code = await rehearsal.sandboxCode("alice");
  const settled = await rehearsal.acquirerPay("acquirer-1", code, `${rehearsal.origin}/sandbox/acquirer/notifications`);
  expect(settled).toMatchObject({ result: { resultCode: "SUCCESS" } });
  const wish = { paymentAmount: hkd("200"), scenario: "OrderCode" };
  const { paymentRequestId: saleId, codeValue } = await rehearsal.sandbox<Order>("POST", "/sales", wish);
  const next = (await walletCode("alice")).paymentCode;
  await rehearsal.sandbox("PUT", "/market", { quoteValidityMs: "60000" });
  await rehearsal.sandbox("POST", "/faults", { fault: "NEVER_ACKNOWLEDGED" });
  return {
    shown,
    paymentRequestId: sent.paymentRequestId,
    paymentId,
    order,
    open,
    code,
    sale: [saleId, codeValue],
    next,
  };
}

/** Whether all that `play` has left is gone. */
async function expectNothingOf({ paymentRequestId, order, open, shown }: Awaited<ReturnType<typeof play>>) {
  expect(await rehearsal.sandbox("GET", "/traffic?limit=1000")).toMatchObject({ traffic: [] });
  expect(await rehearsal.sandbox("GET", "/customers/alice")).toMatchObject({ status: 404 });
  expect(await rehearsal.sandbox("GET", "/ledger")).toEqual({ status: 200, balanced: true, currencies: {} });
  expect(await rehearsal.sandbox("GET", "/acquirer/payments/acquirer-1")).toMatchObject({ status: 404 });
  expect(await rehearsal.sandbox("GET", "/sales")).toEqual({ status: 200, sales: [] });
  expect(await rehearsal.sandbox("GET", "/market")).toMatchObject({ quoteValidityMs: "3600000" });
  expect(await rehearsal.sandbox("GET", "/faults")).toMatchObject({ rules: [] });
  for (const id of [paymentRequestId, order.paymentRequestId, open.paymentRequestId]) {
    expect(await rehearsal.call("GET", `/ops/payments/${id}`, undefined, DEVELOPMENT_OPERATOR_TOKEN)).toMatchObject({
      status: 404,
    });
    expect(await rehearsal.wallet("GET", `/payments/${id}?customerId=alice`)).toMatchObject({ status: 404 });
    expect(await rehearsal.sandbox("GET", `/orders/${id}`)).toMatchObject({ status: 404 });
    expect(await rehearsal.sandbox("POST", "/refund", { paymentRequestId: id, refundAmount: hkd("1") })).toMatchObject({
      error: { code: "PAYMENT_UNKNOWN" },
    });
  }
  expect(await rehearsal.sandbox("POST", "/pay", { paymentCode: shown, paymentAmount: hkd("1") })).toMatchObject({
    result: { resultCode: "INVALID_CODE" },
  });
}

async function aheadMs(): Promise<number> {
  const { time, realTime } = await rehearsal.sandbox<{ time: string; realTime: string }>("GET", "/clock");
  return Date.parse(time) - Date.parse(realTime);
}

describe("a rehearsal that is reset", () => {
  test("knows nothing of what was, tells whoever listens, and has its clock right", async () => {
    const left = await play();
    const { heard, closed } = await listen("alice");
    await rehearsal.sandbox("POST", "/clock", { advanceMs: String(ADVANCE_MS) });
    expect(await aheadMs()).toBe(ADVANCE_MS);

    const began = Date.now();
    const { status, time } = await rehearsal.reset();
    expect(status).toBe(200);
    // To the second, as times are told.
    expect(Date.parse(time)).toBeGreaterThanOrEqual(Math.floor(began / 1_000) * 1_000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    expect((await closed).code).toBe(SERVICE_RESTART);
    expect(heard).toContain("payment");
    expect(await aheadMs()).toBe(0);
    await expectNothingOf(left);
    const { serverTime, paymentCode } = await walletCode("alice");
    expect(Date.parse(serverTime)).toBeLessThanOrEqual(Date.now());
    expect([left.shown, left.next]).not.toContain(paymentCode);

    await rehearsal.openCustomer("alice");
    await rehearsal.scannedOrder("alice");
    const { traffic } = await rehearsal.sandbox<{ traffic: { exchange: { interface: string } }[] }>("GET", "/traffic");
    expect(traffic.map(({ exchange }) => exchange.interface)).toContain("inquiryCodeRules");
    const next = await listen("alice");
    await rehearsal.reset();
    await next.closed;
    expect(next.heard).toEqual(["ready"]);
  });

  test("does the same again, with the same ids and other amounts than before", async () => {
    const left = await play();
    await rehearsal.reset();
    await rehearsal.openCustomer("alice");
    const pay = { paymentCode: await rehearsal.sandboxCode("alice"), paymentRequestId: left.paymentRequestId };
    expect(await rehearsal.sandbox("POST", "/pay", { ...pay, paymentAmount: hkd("1") })).toMatchObject({
      result: { resultCode: "SUCCESS" },
    });
    expect(await rehearsal.sandbox("GET", "/customers/alice")).toMatchObject({ balance: "99999" });
    await rehearsal.reset();
    expect(await play()).not.toEqual(left);
  });

  test("draws the same codes and ids for the same calls after the same seed, and no others", async () => {
    expect(await rehearsal.reset({ seed: "a day" })).toMatchObject({ status: 200, seed: "a day" });
    const once = await play();
    await rehearsal.reset({ seed: "a day" });
    expect(await play()).toEqual(once);
    await rehearsal.reset({ seed: "another day" });
    const other = await play();
    for (const drawn of ["shown", "paymentRequestId", "paymentId", "code"] as const) {
      expect(other[drawn]).not.toBe(once[drawn]);
    }
  });

  test("is reset by two at once, one after the other, while others call", async () => {
    const left = await play();
    const calls = Array.from({ length: 20 }, (_, number) =>
      number % 2 === 0
        ? rehearsal.sandboxCode("alice").catch(() => "ended")
        : rehearsal.sandbox("GET", "/customers/alice"),
    );
    const resets = await Promise.all([rehearsal.reset({ seed: "a" }), rehearsal.reset({ seed: "b" })]);
    await Promise.all(calls);
    expect(resets).toMatchObject([
      { status: 200, seed: "a" },
      { status: 200, seed: "b" },
    ]);
    await rehearsal.reset();
    await expectNothingOf(left);
    await play();
  });

  test("stays empty when it is killed at once and started again, and then forgets what was before, too", async () => {
    const left = await play();
    await rehearsal.reset({ seed: "a day" });
    await rehearsal.kill();
    await rehearsal.start();
    await expectNothingOf(left);
    // The seed has ended with the process.
    const unseeded = await play();
    await rehearsal.reset({ seed: "a day" });
    const seeded = await play();
    expect(unseeded.code).not.toBe(seeded.code);

    await rehearsal.kill();
    await rehearsal.start();
    await rehearsal.reset();
    await expectNothingOf(seeded);
  });
});
