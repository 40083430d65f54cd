/**
 * What the acquirer does when it does not know (docs/spec/time-limits.md#polling,
 * docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md).
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PayWish } from "../../../sandbox/acquirer/pay-message.ts";
import { sellCommandOf } from "../../../sandbox/acquirer/sell-command.ts";
import { Sales } from "../../../sandbox/objects.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { advance, HOUR_MS, MINUTE_MS, NOON_MS, SECOND_MS, standTheClock } from "../../support/clock.ts";
import { reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { realGateway, sandboxEnvironment, setGateway } from "../../support/sandbox/gateway-binding.ts";
import {
  act,
  balanceOf,
  connectWallet,
  newId,
  runSalesAlarm,
  type ShownSale,
  saleAfter,
  saleOf,
  salesObject,
  sell,
  sellTo,
} from "../../support/sandbox/sales.ts";
import { codeOf, openCustomer } from "../../support/sandbox/sandbox.ts";
import { Sales as RestartedSales } from "../../support/sandbox/worker.ts";
import { until } from "../../support/until.ts";

/** How long an acquirer waits for an answer in a test, instead of the 5 s. */
const IMPATIENCE_MS = 50;
const MIDNIGHT_MS = NOON_MS + 12 * HOUR_MS;

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(() => {
  setGateway();
  setAlipayPlus();
});

/** The wallet does what it is asked, but the answers to these interfaces are lost. */
function loseAnswersTo(...names: readonly string[]): void {
  setGateway(async (request) => {
    const response = await realGateway(request);
    if (names.some((name) => request.url.endsWith(`/${name}`))) throw new Error("lost");
    return response;
  });
}

/** An acquirer that has another key of Alipay+ than the true one: no answer counts for it. */
function deafEnvironment() {
  const { ACQUIRER_CLIENT_ID, VERIFICATION_KEYS } = env.SANDBOX;
  const { [ACQUIRER_CLIENT_ID]: wrongKeys } = JSON.parse(VERIFICATION_KEYS) as Record<string, object>;
  return { ...sandboxEnvironment(), ACQUIRER_VERIFICATION_KEYS: JSON.stringify({ [ACQUIRER_CLIENT_ID]: wrongKeys }) };
}

/** Lets a deaf acquirer work on the storage of the real one. */
function deafly(work: (sales: Sales) => Promise<unknown>): Promise<void> {
  return runInDurableObject(salesObject(), async (_, state) => {
    await work(new Sales(state, deafEnvironment()));
  });
}

/** What the Sales object is asked for when a merchant sells something to a customer for 10.00 HKD. */
async function sellCommand(customerId: string) {
  const [paymentCode, paymentAmount] = [await codeOf(customerId), { currency: "HKD", amountMinor: 1_000n }];
  const wish = { paymentRequestId: newId(), interface: "TODAY", scenario: "PaymentCode", paymentAmount, paymentCode };
  return sellCommandOf(wish as PayWish, undefined, "http://127.0.0.1");
}

/** A merchant makes a sale, and Alipay+'s answer is lost. */
async function sellDeafly(customerId: string): Promise<ShownSale> {
  const command = await sellCommand(customerId);
  await deafly((sales) => sales.sell(command));
  return saleOf(command);
}

describe("a sale whose result Alipay+ does not know", () => {
  it("is inquired every 3 s, and succeeds when an inquiry says so", async () => {
    loseAnswersTo("pay");
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    expect(sale).toMatchObject({ status: "PAYING", result: { resultCode: "PAYMENT_IN_PROCESS" }, inquiries: 0 });
    expect(await saleAfter(3 * SECOND_MS - 1, sale)).toMatchObject({ inquiries: 0 });
    expect(await saleAfter(1, sale)).toMatchObject({ status: "PAYING", inquiries: 1 });
    advance(SECOND_MS);
    await runAlarm();
    expect(await saleAfter(2 * SECOND_MS, sale)).toMatchObject({ status: "SUCCEEDED", inquiries: 2 });
    expect(await balanceOf(customerId)).toBe("94800");
  });

  it("fails when an inquiry says so", async () => {
    loseAnswersTo("pay");
    const sale = await sellTo(await openCustomer({ balance: "1" }));
    advance(4 * SECOND_MS);
    await runAlarm();
    expect(await act(sale, "inquire")).toMatchObject({
      status: "FAILED",
      result: { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F" },
    });
  });

  it("is cancelled after ten inquiries, and the money goes back [TIM-06]", async () => {
    loseAnswersTo("pay", "inquiryPayment");
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    expect(await balanceOf(customerId)).toBe("94800");
    for (let inquiries = 1; inquiries <= 10; inquiries += 1) {
      expect(await saleAfter(3 * SECOND_MS, sale)).toMatchObject({ status: "PAYING", inquiries });
    }
    expect(await saleAfter(3 * SECOND_MS, sale)).toMatchObject({ status: "CANCELLED", inquiries: 10 });
    expect(await balanceOf(customerId)).toBe("100000");
    expect((await reportOf(sale.paymentRequestId)).status).toBe("CLOSED");
  });
});

describe("a sale about which Alipay+ is silent", () => {
  it("is answered when its time is over, and taken up by an inquiry", async () => {
    const finish = Promise.withResolvers<void>();
    setGateway(async (request) => {
      const response = await realGateway(request);
      await finish.promise;
      return response;
    });
    const command = await sellCommand(await openCustomer());
    await runInDurableObject(salesObject(), async (_, state) => {
      await new Sales(state, sandboxEnvironment(), IMPATIENCE_MS).sell(command);
    });
    const sale = await saleOf(command);
    const resultMessage = expect.stringContaining("NO_ANSWER");
    expect(sale).toMatchObject({ status: "PAYING", result: { resultCode: "UNKNOWN_EXCEPTION", resultMessage } });
    finish.resolve();
    await until(async () => expect((await reportOf(sale.paymentRequestId)).status).toBe("SUCCEEDED"));
    expect(await saleAfter(3 * SECOND_MS, sale)).toMatchObject({ status: "SUCCEEDED", inquiries: 1 });
  });

  it("believes no answer that Alipay+ has not signed", async () => {
    const sale = await sellDeafly(await openCustomer());
    expect(sale).toMatchObject({
      status: "PAYING",
      result: { resultCode: "UNKNOWN_EXCEPTION", resultMessage: expect.stringContaining("SIGNATURE_INVALID") },
    });
    expect(sale).not.toHaveProperty("paymentId");
    expect(await saleAfter(3 * SECOND_MS, sale)).toMatchObject({ status: "SUCCEEDED", inquiries: 1 });
  });

  it("is cancelled until the cancel is answered, and the money goes back", async () => {
    const customerId = await openCustomer();
    const sale = await sellDeafly(customerId);
    expect(await balanceOf(customerId)).toBe("99000");
    await deafly(async (sales) => {
      for (let inquiries = 1; inquiries <= 11; inquiries += 1) {
        advance(3 * SECOND_MS);
        await sales.alarm();
      }
    });
    const { status, inquiries, dueTime } = await saleOf(sale);
    expect([status, inquiries, Date.parse(String(dueTime)) - Date.now()]).toEqual(["CANCELLING", 10, 4 * SECOND_MS]);
    expect(await saleAfter(4 * SECOND_MS, sale)).toMatchObject({ status: "CANCELLED", inquiries: 10 });
    expect(await balanceOf(customerId)).toBe("100000");
  });

  it("is refunded whole, until that is answered, when the cancel window has passed", async () => {
    vi.setSystemTime(MIDNIGHT_MS - MINUTE_MS);
    const customerId = await openCustomer();
    const sale = await sellDeafly(customerId);
    await deafly(async (sales) => {
      for (let inquiries = 1; inquiries <= 10; inquiries += 1) {
        advance(3 * SECOND_MS);
        await sales.alarm();
      }
    });
    vi.setSystemTime(MIDNIGHT_MS + 15 * MINUTE_MS);
    await runSalesAlarm();
    expect(await saleOf(sale)).toMatchObject({ status: "REFUNDING", refunds: [{ status: "ASKED" }] });
    await deafly((sales) => sales.alarm());
    expect(await saleOf(sale)).toMatchObject({ status: "REFUNDING", refunds: [{ result: { resultStatus: "U" } }] });
    expect(await saleAfter(4 * SECOND_MS, sale)).toMatchObject({
      status: "REFUNDED",
      result: { resultCode: "SUCCESS" },
      refunds: [{ status: "SUCCEEDED", refundAmount: hkd("1000"), refundId: expect.any(String) }],
    });
    expect(await balanceOf(customerId)).toBe("100000");
  });

  it("whose pay never arrived is cancelled too, and a pay that arrives later is closed", async () => {
    const sale = await sell({ scenario: "OrderCode" });
    const { paymentRequestId } = sale;
    // As if the pay had been lost: Alipay+ knows no such payment.
    await runInDurableObject(env.NETWORK.getByName("network"), (_, { storage }) => {
      storage.sql.exec("DELETE FROM payments WHERE payment_request_id = ?", paymentRequestId);
    });
    expect(await act(sale, "inquire")).toMatchObject({
      status: "SHOWN",
      result: { resultStatus: "U", resultMessage: expect.stringContaining("ORDER_NOT_EXIST") },
    });
    expect(await act(sale, "cancel")).toMatchObject({ status: "CANCELLED" });
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
  });
});

describe("a merchant's cancel", () => {
  it("overtakes the pay, and what the wallet took goes back", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    setGateway(async (request) => {
      if (request.url.endsWith("/pay")) {
        started.resolve();
        await finish.promise;
      }
      return realGateway(request);
    });
    const customerId = await openCustomer();
    const paymentRequestId = newId();
    const sale = sellTo(customerId, { paymentRequestId });
    await started.promise;
    expect(await act({ paymentRequestId }, "cancel")).toMatchObject({ status: "CANCELLED" });
    finish.resolve();
    expect(await sale).toMatchObject({ status: "CANCELLED" });
    expect(await balanceOf(customerId)).toBe("100000");
  });
});

describe("a refund whose result Alipay+ does not know", () => {
  it("is asked for again until it is final, and made once", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    loseAnswersTo("refund");
    const wish = { refundAmount: { currency: "JPY", value: "400" }, refundRequestId: newId() };
    const asked = await act(sale, "refund", wish);
    expect(asked).toMatchObject({ status: "SUCCEEDED", refunds: [{ status: "ASKED", result: { resultStatus: "U" } }] });
    expect(asked.dueTime).toBeDefined();
    setGateway();
    advance(4 * SECOND_MS);
    await runAlarm();
    expect(await saleAfter(0, sale)).toMatchObject({
      refunds: [{ status: "SUCCEEDED", result: { resultCode: "SUCCESS" } }],
    });
    expect(await balanceOf(customerId)).toBe("96880");
  });
});

describe("an acquirer that restarts", () => {
  it("in the middle of a pay inquires, and knows what it knew", async () => {
    const reached = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    setGateway(async (request) => {
      const response = await realGateway(request);
      if (!request.url.endsWith("/pay")) return response;
      reached.resolve();
      await finish.promise;
      return response;
    });
    const amount = { currency: "HKD", value: "9007199254740993" };
    const wish = { paymentRequestId: newId(), paymentAmount: amount };
    const sale = sellTo(await openCustomer({ balance: "9007199254740995" }), wish);
    await reached.promise;
    const restarted = () =>
      runInDurableObject(salesObject(), async (_, state) => {
        await new RestartedSales(state).alarm();
      });
    advance(8 * SECOND_MS);
    await restarted();
    expect(await saleOf(wish)).toMatchObject({ status: "PAYING", paymentAmount: amount, inquiries: 1 });
    finish.resolve();
    expect(await sale).toMatchObject({ status: "SUCCEEDED", paymentAmount: amount, inquiries: 1 });
  });
});
