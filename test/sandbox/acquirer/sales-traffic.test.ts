/** What the traffic shows of a sale. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { jpy } from "../../support/amounts.ts";
import { NOON_MS, standTheClock } from "../../support/clock.ts";
import { act, connectWallet, exchangesAbout, notifyAcquirer, saleOf, sellTo } from "../../support/sandbox/sales.ts";
import { openCustomer } from "../../support/sandbox/sandbox.ts";

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(() => setAlipayPlus());

describe("the traffic", () => {
  it("shows every message of the acquirer once, signed and verified, and the notification", async () => {
    const sale = await sellTo(await openCustomer());
    await notifyAcquirer();
    await act(sale, "inquire");
    await act(sale, "refund", { refundAmount: jpy("1") });
    await act(sale, "cancel");
    const exchanges = await exchangesAbout(sale);
    expect(exchanges.map(({ from, interface: name }) => `${from} ${name}`)).toEqual([
      "ACQP pay",
      "Alipay+ notifyPayment",
      "ACQP inquiryPayment",
      "ACQP refund",
      "ACQP cancelPayment",
    ]);
    expect(exchanges.filter(({ from }) => from === "ACQP").map(({ request }) => request.verified)).toEqual(
      Array(4).fill(true),
    );
    expect((await saleOf(sale)).notifications).toBe(1);
  });
});
