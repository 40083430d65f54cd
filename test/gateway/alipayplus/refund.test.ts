/** refund: returns a part or all of a payment. docs/spec/wallet/refund.md, docs/spec/time-limits.md. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  balanceOf,
  cancel,
  customerOf,
  entriesOf,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  pay,
  payMessage,
  refund,
  send,
} from "../../support/alipayplus.ts";
import { DAY_MS } from "../../support/clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A payment of 1,000 HKD cents that succeeded. */
async function paidPayment(): Promise<{ customerId: string; paymentRequestId: unknown }> {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  expect((await pay(message)).code).toBe("SUCCESS");
  return { customerId, paymentRequestId: message.paymentRequestId };
}

describe("a refund", () => {
  it("refunds the whole payment and answers with result, refundId and refundTime [REF-02]", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    const reply = await refund(paymentRequestId, "1000");
    expect(reply).toMatchObject({ status: 200, verified: true });
    expect(reply.body).toEqual({
      result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
      refundId: expect.stringMatching(/^.{1,64}$/),
      refundTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
    });
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await customerOf(customerId)).entries[0]?.legs).toEqual([
      { account: "customer", amountMinor: 1_000n },
      { account: "alipayplus-payable", amountMinor: -1_000n },
    ]);
  });

  it("may be one of several, down to the last unit, each with an id of its own", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    const refundIds = new Set<unknown>();
    for (const value of ["1", "333", "665", "1"]) {
      const reply = await refund(paymentRequestId, value);
      expect(reply.code).toBe("SUCCESS");
      refundIds.add(reply.body.refundId);
    }
    expect(refundIds.size).toBe(4);
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await refund(paymentRequestId, "1")).code).toBe("REFUND_AMOUNT_EXCEED");
  });

  it.each([
    ["of one unit more than was paid", [], "1001"],
    ["of one unit more than is left", ["400", "400"], "201"],
    ["of anything after everything", ["1000"], "1"],
    ["of the largest amount there is", [], "9223372036854775807"],
  ])("%s gets REFUND_AMOUNT_EXCEED and returns nothing [REF-03]", async (_amount, before, value) => {
    const { customerId, paymentRequestId } = await paidPayment();
    for (const part of before) expect((await refund(paymentRequestId, part)).code).toBe("SUCCESS");
    const after = await customerOf(customerId);
    expect(await refund(paymentRequestId, value)).toMatchObject({
      code: "REFUND_AMOUNT_EXCEED",
      resultStatus: "F",
      message: "The total refund amount exceeds the original payment amount.",
      verified: true,
    });
    expect(await customerOf(customerId)).toEqual(after);
  });

  it("goes to the account of the customer who paid, whatever its status is now", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    await openCustomer({ balance: 0n, status: "FROZEN", kyc: "NOT_QUALIFIED", risk: "REJECT" }, customerId);
    expect((await refund(paymentRequestId, "1000")).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(1_000n);
  });
});

describe("what cannot be refunded", () => {
  it("a payment that is not known: ORDER_NOT_EXIST [REF-07]", async () => {
    const reply = await refund(newId("pay"), "1");
    expect(reply).toMatchObject({ code: "ORDER_NOT_EXIST", resultStatus: "F", verified: true });
    expect(Object.keys(reply.body)).toEqual(["result"]);
  });

  it("a paymentId that is not that of the paymentRequestId: ORDER_NOT_EXIST [REF-07]", async () => {
    const [first, second] = [await paidPayment(), await paidPayment()];
    const { body } = await send("/payments/inquiryPayment", { ...PARTIES, paymentRequestId: second.paymentRequestId });
    for (const paymentId of [newId("unknown"), body.paymentId]) {
      expect((await refund(first.paymentRequestId, "1", { paymentId })).code).toBe("ORDER_NOT_EXIST");
    }
    expect(await balanceOf(first.customerId)).toBe(99_000n);
    expect(await balanceOf(second.customerId)).toBe(99_000n);
  });

  it("a payment that failed: PROCESS_FAIL, and why [REF-09]", async () => {
    const customerId = await openCustomer({ balance: 10n });
    const message = payMessage(customerId);
    await pay(message);
    expect(await refund(message.paymentRequestId, "1")).toMatchObject({
      code: "PROCESS_FAIL",
      resultStatus: "F",
      message: expect.stringMatching(/did not succeed/),
      verified: true,
    });
    expect(await balanceOf(customerId)).toBe(10n);
  });

  it("a payment that was cancelled, after its success or before it: ORDER_IS_CLOSED [REF-08]", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    await cancel(paymentRequestId);
    const before = newId("pay");
    await cancel(before);
    for (const closed of [paymentRequestId, before]) {
      expect(await refund(closed, "1")).toMatchObject({ code: "ORDER_IS_CLOSED", resultStatus: "F", verified: true });
    }
    expect(await balanceOf(customerId)).toBe(100_000n);
  });
});

describe("the refund window", () => {
  it("is open to the end of the 366th day [TIM-11]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { customerId, paymentRequestId } = await paidPayment();
    vi.setSystemTime(Date.now() + 366 * DAY_MS);
    expect((await refund(paymentRequestId, "1000")).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("is over after 366 days: REFUND_WINDOW_EXCEED, and nothing is returned [TIM-11]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { customerId, paymentRequestId } = await paidPayment();
    vi.setSystemTime(Date.now() + 366 * DAY_MS + 1);
    expect(await refund(paymentRequestId, "1000")).toMatchObject({
      code: "REFUND_WINDOW_EXCEED",
      resultStatus: "F",
      message: "The refund request is outside the allowable refund window.",
      verified: true,
    });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("does not matter to a repeat of a refund that was made within it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { customerId, paymentRequestId } = await paidPayment();
    const refundRequestId = newId("refund");
    const first = await refund(paymentRequestId, "400", { refundRequestId });
    vi.setSystemTime(Date.now() + 400 * DAY_MS);
    expect((await refund(paymentRequestId, "400", { refundRequestId })).text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe(99_400n);
  });
});

describe("a repeat of a refund", () => {
  const changes = {
    refundAmount: { currency: "HKD", value: "400" },
    refundFromAmount: { currency: "HKD", value: "400" },
    refundPromoInfo: { refundPromoDetails: [{ promoId: "P1" }] },
    surchargeInfo: { surchargeAmount: { currency: "HKD", value: "400" } },
  };

  it("gets the first answer byte for byte, and returns nothing more [IDM-04]", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    const repeated = { ...changes, refundRequestId: newId("refund") };
    const first = await refund(paymentRequestId, "400", repeated);
    expect(first.code).toBe("SUCCESS");
    for (const _repeat of [1, 2]) {
      expect(await refund(paymentRequestId, "400", repeated)).toMatchObject({ text: first.text, verified: true });
    }
    expect(await balanceOf(customerId)).toBe(99_400n);
    expect(await entriesOf(customerId, "REFUND")).toHaveLength(1);
  });

  it("is the same whichever way refundPromoInfo says nothing [IDM-13]", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    const refundRequestId = newId("refund");
    const first = await refund(paymentRequestId, "400", {
      refundRequestId,
      refundPromoInfo: { refundPromoDetails: [] },
    });
    expect(first.code).toBe("SUCCESS");
    for (const refundPromoInfo of [undefined, null, {}, { refundPromoDetails: null }]) {
      expect((await refund(paymentRequestId, "400", { refundRequestId, refundPromoInfo })).text).toBe(first.text);
    }
    expect(await balanceOf(customerId)).toBe(99_400n);
  });

  it("of a refused refund gets its refusal again", async () => {
    const { paymentRequestId } = await paidPayment();
    const refundRequestId = newId("refund");
    for (const _repeat of [1, 2]) {
      expect((await refund(paymentRequestId, "1001", { refundRequestId })).code).toBe("REFUND_AMOUNT_EXCEED");
    }
    expect((await refund(paymentRequestId, "1000", { refundRequestId })).code).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it.each<[string, Json]>([
    ["refundAmount", { refundAmount: { currency: "HKD", value: "401" } }],
    ["refundFromAmount", { refundFromAmount: { currency: "HKD", value: "399" } }],
    ["refundPromoInfo", { refundPromoInfo: { refundPromoDetails: [{ promoId: "P2" }] } }],
    ["refundPromoInfo, left out", { refundPromoInfo: null }],
    ["surchargeInfo", { surchargeInfo: { surchargeAmount: { currency: "HKD", value: "401" } } }],
    ["surchargeInfo, left out", { surchargeInfo: null }],
  ])("with another %s gets REPEAT_REQ_INCONSISTENT and changes nothing [IDM-04]", async (_parameter, change) => {
    const { customerId, paymentRequestId } = await paidPayment();
    const repeated = { ...changes, refundRequestId: newId("refund") };
    const first = await refund(paymentRequestId, "400", repeated);
    expect(await refund(paymentRequestId, "400", { ...repeated, ...change })).toMatchObject({
      code: "REPEAT_REQ_INCONSISTENT",
      resultStatus: "F",
      verified: true,
    });
    expect((await refund(paymentRequestId, "400", repeated)).text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe(99_400n);
  });

  it("may differ in every parameter that is not compared", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    const repeated = { ...changes, refundRequestId: newId("refund") };
    const first = await refund(paymentRequestId, "400", repeated);
    const reply = await refund(paymentRequestId, "400", {
      ...repeated,
      acquirerId: "another",
      pspId: "another",
      refundQuote: { quoteCurrencyPair: "HKD/HKD", quotePrice: "1" },
      extendInfo: "another",
      unknown: "another",
    });
    expect(reply.text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe(99_400n);
  });

  it("for another payment gets REPEAT_REQ_INCONSISTENT: a refundRequestId means one payment", async () => {
    const [first, second] = [await paidPayment(), await paidPayment()];
    const repeated = { ...changes, refundRequestId: newId("refund") };
    expect((await refund(first.paymentRequestId, "400", repeated)).code).toBe("SUCCESS");
    expect((await refund(second.paymentRequestId, "400", repeated)).code).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await balanceOf(first.customerId)).toBe(99_400n);
    expect(await balanceOf(second.customerId)).toBe(99_000n);
  });
});

it.each([
  "acquirerId",
  "pspId",
  "paymentRequestId",
  "paymentId",
  "refundRequestId",
  "refundAmount",
  "refundFromAmount",
])("requires %s [REF-01]", async (parameter) => {
  const { customerId, paymentRequestId } = await paidPayment();
  expect(await refund(paymentRequestId, "400", { [parameter]: null })).toMatchObject({
    code: "PARAM_ILLEGAL",
    message: `Illegal parameter ${parameter}: is required.`,
    verified: true,
  });
  expect(await balanceOf(customerId)).toBe(99_000n);
});
