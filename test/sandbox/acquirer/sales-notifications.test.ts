import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { notifyAcquirer } from "../../../sandbox/alipayplus/notify-acquirer.ts";
import { partiesOf } from "../../../sandbox/parties.ts";
import { homeOfPayment, runResolver } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { MINUTE_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import { callAs, NOTIFY_URL, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { realGateway, sandboxEnvironment, setGateway } from "../../support/sandbox/gateway-binding.ts";
import { SUCCESS } from "../../support/sandbox/orders.ts";
import {
  act,
  connectWallet,
  newId,
  payInWallet,
  saleAfter,
  saleOf,
  sell,
  sellTo,
} from "../../support/sandbox/sales.ts";
import { openCustomer } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(() => {
  setGateway();
  setAlipayPlus();
});

/** Alipay+ notifies the sandbox's acquirer, signed. */
async function notify(message: object): Promise<string> {
  const parties = await partiesOf(sandboxEnvironment());
  if ("fault" in parties) throw new Error(parties.fault);
  return notifyAcquirer(parties.alipayPlus, "notifyPayment", NOTIFY_URL, JSON.stringify(message));
}

describe("a notification", () => {
  it("that comes before the answer to pay is the result [ACQ-18]", async () => {
    const reached = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    setGateway(async (request) => {
      const response = await realGateway(request);
      reached.resolve();
      await finish.promise;
      return response;
    });
    const paymentRequestId = newId();
    const sale = sellTo(await openCustomer(), { paymentRequestId });
    await reached.promise;
    const { paymentId } = await reportOf(paymentRequestId);
    await runResolver(await homeOfPayment(paymentId));
    await until(async () => expect((await reportOf(paymentRequestId)).status).toBe("SUCCEEDED"));
    await runAlarm();
    expect(await saleOf({ paymentRequestId })).toMatchObject({ status: "SUCCEEDED", paymentId, notifications: 1 });
    finish.resolve();
    expect(await sale).toMatchObject({ status: "SUCCEEDED", inquiries: 0 });
  });

  it("that is lost is made up for by an inquiry of the merchant, or from the expiry on [ACQ-18]", async () => {
    const [first, second] = [await sell({ scenario: "OrderCode" }), await sell({ scenario: "OrderCode" })];
    for (const { codeValue } of [first, second]) await payInWallet(await openCustomer(), codeValue);
    expect(await act(first, "inquire")).toMatchObject({ status: "SUCCEEDED", notifications: 0, inquiries: 1 });
    expect(await saleAfter(10 * MINUTE_MS, second)).toMatchObject({
      status: "SUCCEEDED",
      notifications: 0,
      inquiries: 1,
    });
  });

  it("is received as often as it comes, and always acknowledged with S [ACQ-17]", async () => {
    const sale = await sellTo(await openCustomer());
    const message = { paymentRequestId: sale.paymentRequestId, paymentResult: SUCCESS };
    expect([await notify(message), await notify(message)]).toEqual(["S", "S"]);
    expect(await saleOf(sale)).toMatchObject({ status: "SUCCEEDED", notifications: 2 });
  });

  it("about another amount, another state, or no sale at all changes nothing, and is acknowledged all the same", async () => {
    const sale = await sell({ scenario: "OrderCode" });
    const { paymentRequestId } = sale;
    expect(await notify({ paymentRequestId, paymentResult: SUCCESS, paymentAmount: hkd("1000") })).toBe("S");
    expect(await saleOf(sale)).toMatchObject({ status: "SHOWN", notifications: 1 });
    await act(sale, "cancel");
    expect(await notify({ paymentRequestId, paymentResult: SUCCESS })).toBe("S");
    expect((await saleOf(sale)).status).toBe("CANCELLED");
    for (const message of [{ paymentRequestId: newId(), paymentResult: SUCCESS }, { paymentRequestId }, {}]) {
      expect(await notify(message)).toBe("S");
    }
    expect(await saleOf(sale)).toMatchObject({ notifications: 2 });
  });

  it("that Alipay+ has not signed changes nothing", async () => {
    const sale = await sell({ scenario: "OrderCode" });
    const message = { paymentRequestId: sale.paymentRequestId, paymentResult: SUCCESS };
    const answer = await callAs("/sandbox/acquirer/notifications", message);
    expect(answer.result.resultCode).toBe("INVALID_SIGNATURE");
    expect(await saleOf(sale)).toMatchObject({ status: "SHOWN", notifications: 0 });
  });
});
