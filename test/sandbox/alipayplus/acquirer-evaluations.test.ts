/**
 * Who may pay an order, and whether it could be paid: regions, evaluations, consultPayment
 * (docs/spec/acquirer/interfaces.md).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { hkd } from "../../support/amounts.ts";
import { MINUTE_MS } from "../../support/clock.ts";
import { ask, NOTIFY_URL, payByCode, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { CASHIER, ENTRY_CODE, ORDER_CODE, offer, resultOf, scan } from "../../support/sandbox/offers.ts";
import { call, openCustomer } from "../../support/sandbox/sandbox.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** The interfaces of the wallet that Alipay+ has called about a payment. */
async function sentToWallet(paymentRequestId: string): Promise<string[]> {
  type Traffic = {
    readonly traffic: readonly { readonly exchange: { readonly interface: string; readonly to: string } }[];
  };
  const { traffic } = await call<Traffic>("GET", `/traffic?limit=100&paymentRequestId=${paymentRequestId}`);
  return traffic.filter(({ exchange }) => exchange.to === "MPP").map(({ exchange }) => exchange.interface);
}

describe("allowedPspRegions", () => {
  const KOREA = { allowedPspRegions: ["KR", "JP"] };

  it("lets wallets of these regions alone decode a code, which stays open for them [ACQ-29]", async () => {
    const [inHongKong, inKorea] = [await openCustomer(), await openCustomer({ currency: "KRW", balance: "1000000" })];
    const { codeValue, paymentRequestId } = await offer(KOREA);
    expect((await scan(codeValue, inHongKong)).result.resultCode).toBe("BUSINESS_NOT_SUPPORT");
    expect((await resultOf(paymentRequestId)).resultCode).toBe("PAYMENT_IN_PROCESS");
    expect((await scan(codeValue, inKorea)).result.resultCode).toBe("SUCCESS");
  });

  it("lets no other wallet pay by its code, nor one of a region that Alipay+ does not know [ACQ-29]", async () => {
    for (const currency of ["HKD", "USD"]) {
      const { answer } = await payByCode(await openCustomer({ currency }), KOREA);
      expect(answer.result.resultCode).toBe("BUSINESS_NOT_SUPPORT");
    }
    const inKorea = await openCustomer({ currency: "KRW", balance: "1000000" });
    expect((await payByCode(inKorea, KOREA)).answer.result.resultCode).toBe("SUCCESS");
  });

  it.each([[], ["Korea"], "KR"])("is refused by name when it is no list of regions: %#", async (...regions) => {
    const { answer } = await offer({ allowedPspRegions: regions[0] === "KR" ? "KR" : regions });
    expect(answer.result).toMatchObject({ resultCode: "PARAM_ILLEGAL" });
    expect(answer.result.resultMessage).toContain("allowedPspRegions");
  });
});

describe("an evaluation", () => {
  const EVALUATION = { isPaymentEvaluation: "true" };

  it.each([
    ["order code", ORDER_CODE],
    ["entry code", ENTRY_CODE],
    ["cashier", CASHIER],
  ])("by %s has a code, which decodes to an evaluation without an expiry [ACQ-28, UIP-07]", async (_, factor) => {
    const { answer, codeValue, paymentId } = await offer({ paymentFactor: { ...factor, ...EVALUATION } });
    expect(answer.result.resultStatus).toBe("U");
    const decoded = await scan(codeValue, await openCustomer());
    expect(decoded).toMatchObject({ result: { resultCode: "SUCCESS" }, paymentRequestId: paymentId });
    expect(decoded.paymentFactor).toMatchObject(EVALUATION);
    expect(decoded).not.toHaveProperty("paymentExpiryTime");
  });

  it("is neither polled, closed at the wallet nor notified, whatever happens to it [ACQ-28]", async () => {
    const customerId = await openCustomer();
    const paymentFactor = { ...CASHIER, ...EVALUATION };
    const [expired, closed] = [
      await offer({ paymentFactor, paymentNotifyUrl: NOTIFY_URL }),
      await offer({ paymentFactor, paymentNotifyUrl: NOTIFY_URL }),
    ];
    for (const { codeValue } of [expired, closed]) await scan(codeValue, customerId);
    expect((await ask("cancelPayment", { paymentRequestId: closed.paymentRequestId })).result.resultCode).toBe(
      "SUCCESS",
    );
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * MINUTE_MS });
    await runAlarm();
    for (const { paymentRequestId } of [expired, closed]) {
      expect((await reportOf(paymentRequestId)).notification).toBeUndefined();
      expect(await sentToWallet(paymentRequestId)).toEqual([]);
      expect((await resultOf(paymentRequestId)).resultCode).toBe("ORDER_IS_CLOSED");
    }
  });

  it("is another request than the payment under its id [ACQ-28]", async () => {
    const { message } = await offer({ paymentFactor: { ...ORDER_CODE, ...EVALUATION } });
    const payment = await ask("pay", { ...message, paymentFactor: ORDER_CODE });
    expect(payment.result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
  });
});

describe("consultPayment", () => {
  it("answers the wallet, its smallest amount, and whether it can pay [ACQ-19]", async () => {
    const consult = async (paymentAmount: object) =>
      (await ask("consultPayment", { paymentAmount })).paymentOptions as readonly object[];
    expect(await consult(hkd("9"))).toMatchObject([
      {
        paymentMethodType: "CONNECT_WALLET",
        enabled: "true",
        amountLimitInfo: { singleLimit: { minAmount: hkd("1") } },
      },
    ]);
    const { answer } = await payByCode(await openCustomer(), { paymentAmount: hkd("1") });
    expect(answer.result.resultCode).toBe("SUCCESS");
    const brl = { currency: "BRL", value: "100" };
    expect(await consult(brl)).toMatchObject([{ enabled: "false", disableReason: "CURRENCY_NOT_SUPPORT" }]);
  });

  it("says whether a wallet of the regions can pay [ACQ-19, ACQ-29]", async () => {
    const optionsFor = async (allowedPspRegions: readonly string[]) =>
      (await ask("consultPayment", { paymentAmount: hkd("9"), allowedPspRegions })).paymentOptions;
    expect(await optionsFor(["JP", "KR"])).toMatchObject([{ enabled: "true" }]);
    expect(await optionsFor(["JP"])).toMatchObject([{ enabled: "false", disableReason: "BUSINESS_NOT_SUPPORT" }]);
  });
});
