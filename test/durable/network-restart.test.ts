/** The network restarts at the worst moment, and nothing is lost, or done twice (spec/03 Results). */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CustomerReply, call, openCustomer } from "../edge/sandbox.fixture.ts";
import { ask, bookOf, hkd, NOTIFY_URL, newId, payByCode, reportOf } from "../edge/sandbox-acquirer.fixture.ts";
import { realGateway, setGateway } from "../gateway-binding.ts";
import { Network } from "../worker.ts";

const DAY_MS = 86_400_000;

const network = () => env.NETWORK.getByName("network");
const advance = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

beforeEach(() => {
  // Ahead of the runtime's own clock: no alarm comes before it is asked for.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });
});

afterEach(() => {
  setGateway();
  vi.useRealTimers();
});

/**
 * The wallet does what `name` asks; before its answer is heard, another object stands on the same storage, as after a
 * restart, and takes up what is due. The answer is heard in the end, too.
 */
async function restartAt(name: string, call: () => Promise<unknown>, afterRestart: () => Promise<void>): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  setGateway(async (request) => {
    const response = await realGateway(request);
    if (!request.url.endsWith(`/${name}`)) return response;
    reached.resolve();
    await finish.promise;
    return response;
  });
  const asked = call();
  await reached.promise;
  setGateway();
  advance(12_000);
  await runInDurableObject(network(), async (_, state) => {
    const restarted = new Network(state);
    await restarted.alarm();
    await restarted.alarm();
  });
  await afterRestart();
  finish.resolve();
  await asked;
}

describe("a payment whose network restarts while the wallet pays it", () => {
  it("is finished by a poll, written to the book once, and told once", async () => {
    const customerId = await openCustomer();
    const paymentRequestId = newId();
    const pay = () => payByCode(customerId, { paymentRequestId, paymentNotifyUrl: NOTIFY_URL });
    const isFinished = async () => {
      const { status, notification, paymentId } = await reportOf(paymentRequestId);
      expect([status, notification?.attempts]).toMatchObject(["SUCCEEDED", [{ told: "SUCCESS", outcome: "S" }]]);
      expect(await bookOf(paymentId)).toEqual(["PAYMENT mpp 1000 HKD", "PAYMENT acquirer -1000 HKD"]);
    };
    await restartAt("pay", pay, isFinished);
    await isFinished();
    expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance).toBe("99000");
  });
});

describe("a refund whose network restarts while the wallet makes it", () => {
  it("is asked for again, and made once", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("400") };
    const isFinished = async () => {
      const { refunds } = await reportOf(paymentRequestId);
      expect(refunds).toMatchObject([{ status: "SUCCEEDED" }]);
    };
    await restartAt("refund", () => ask("refund", wish), isFinished);
    await isFinished();
    expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance).toBe("99400");
  });
});

describe("what is stored", () => {
  it("comes back from the tables to the unit, above 2^53 too", async () => {
    const customerId = await openCustomer({ balance: "9007199254740995" });
    const { paymentRequestId, answer } = await payByCode(customerId, { paymentAmount: hkd("9007199254740993") });
    expect(answer.result.resultCode).toBe("SUCCESS");
    expect((await reportOf(paymentRequestId)).wallet).toMatchObject({ payToAmount: hkd("9007199254740993") });
    expect(await bookOf(String(answer.paymentId))).toContain("PAYMENT mpp 9007199254740993 HKD");
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("1") };
    await ask("refund", wish);
    const rest = { ...wish, refundRequestId: newId(), refundAmount: hkd("9007199254740992") };
    expect((await ask("refund", rest)).refundAmount).toEqual(hkd("9007199254740992"));
  });
});
