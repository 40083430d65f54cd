/** refund: two currencies, rounding and surcharge. docs/spec/wallet/refund.md, docs/spec/amounts.md. */
import { describe, expect, it } from "vitest";
import {
  balanceOf,
  customerOf,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  type Reply,
  refund,
} from "../../support/alipayplus.ts";

function money(currency: string, value: number | bigint): Json {
  return { currency, value: String(value) };
}

/** 1,000 JPY at 8.5614 are 8,561 HKD cents; with a surcharge of 400 the customer pays 8,961. */
const PAID = 8_561;
const SURCHARGED = 8_961;

async function paidPayment(changes: Json = {}): Promise<{ customerId: string; paymentRequestId: unknown }> {
  const customerId = await openCustomer();
  const message = payMessage(customerId, {
    paymentAmount: money("JPY", 1_000),
    payToAmount: money("HKD", PAID),
    paymentQuote: { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
    ...changes,
  });
  expect((await pay(message)).code).toBe("SUCCESS");
  return { customerId, paymentRequestId: message.paymentRequestId };
}

function surchargedPayment(): ReturnType<typeof paidPayment> {
  return paidPayment({
    paymentFactor: { isInStorePayment: "true", needSurcharge: "true" },
    surchargeInfo: { surchargeAmount: money("HKD", SURCHARGED) },
  });
}

function refundYen(paymentRequestId: unknown, yen: number, cents: number, changes: Json = {}): Promise<Reply> {
  const amounts = { refundAmount: money("JPY", yen), refundFromAmount: money("HKD", cents) };
  return refund(paymentRequestId, "0", { ...amounts, ...changes });
}

/** A part at the payment's rate, rounded by itself. */
function atRate(yen: number): number {
  return Math.round((yen * PAID) / 1_000);
}

/** The amounts that Alipay+ requests when the last part takes the rest. */
function withRestLast(parts: readonly number[]): readonly [number, number][] {
  const before = parts.slice(0, -1).reduce((sum, yen) => sum + atRate(yen), 0);
  return parts.map((yen, index) => [yen, index === parts.length - 1 ? PAID - before : atRate(yen)]);
}

/** What Alipay+ asks for when every part, the last too, is rounded by itself. */
function eachAtRate(parts: readonly number[]): readonly [number, number][] {
  return parts.map((yen) => [yen, atRate(yen)]);
}

/** What Alipay+ asks for when it rounds the sum up to each part. */
function bySums(parts: readonly number[]): readonly [number, number][] {
  let yenBefore = 0;
  return parts.map((yen) => {
    const cents = atRate(yenBefore + yen) - atRate(yenBefore);
    yenBefore += yen;
    return [yen, cents];
  });
}

describe("1000 JPY at 8.5614, paid with 8561 HKD cents, come back exactly [REF-05]", () => {
  it.each<[string, readonly (readonly [number, number])[]]>([
    ["at once", [[1_000, PAID]]],
    ["in 3 parts, the rest last", withRestLast([333, 333, 334])],
    ["in 3 parts, each at the rate", eachAtRate([333, 333, 334])],
    ["in 7 parts, the rest last", withRestLast([143, 143, 143, 143, 143, 143, 142])],
    ["in 7 parts, each at the rate", eachAtRate([143, 143, 143, 143, 143, 143, 142])],
    ["in 20 parts whose roundings lose a cent, each at the rate", eachAtRate(Array(20).fill(50))],
    ["in 30 parts whose roundings make 13 cents, the rest last", withRestLast([...Array(29).fill(1), 971])],
    ["in 30 parts whose roundings make 13 cents, each at the rate", eachAtRate([...Array(29).fill(1), 971])],
    ["in 20 parts, rounded by sums", bySums(Array(20).fill(50))],
    ["one yen first, the rest last", withRestLast([1, 999])],
    ["one yen last, the rest with it", withRestLast([999, 1])],
  ])("%s", async (_way, parts) => {
    const { customerId, paymentRequestId } = await paidPayment();
    for (const [yen, cents] of parts) expect((await refundYen(paymentRequestId, yen, cents)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await refundYen(paymentRequestId, 1, 9)).code).toBe("REFUND_AMOUNT_EXCEED");
  });
});

describe("a refund in two currencies", () => {
  it("of one yen too many gets REFUND_AMOUNT_EXCEED [REF-03]", async () => {
    const { customerId, paymentRequestId } = await paidPayment();
    expect((await refundYen(paymentRequestId, 1_001, PAID)).code).toBe("REFUND_AMOUNT_EXCEED");
    expect((await refundYen(paymentRequestId, 999, PAID - 9)).code).toBe("SUCCESS");
    expect((await refundYen(paymentRequestId, 2, 9)).code).toBe("REFUND_AMOUNT_EXCEED");
    expect(await balanceOf(customerId)).toBe(100_000n - 9n);
  });

  it.each<[string, string, Json]>([
    ["refundAmount in another currency", "refundAmount.currency", { refundAmount: money("USD", 100) }],
    ["refundAmount in the wallet's currency", "refundAmount.currency", { refundAmount: money("HKD", 100) }],
    ["refundFromAmount in another currency", "refundFromAmount.currency", { refundFromAmount: money("USD", 856) }],
    [
      "refundFromAmount in the transaction's currency",
      "refundFromAmount.currency",
      { refundFromAmount: money("JPY", 100) },
    ],
    ["refundFromAmount at a higher rate", "refundFromAmount.value", { refundFromAmount: money("HKD", 900) }],
    ["refundFromAmount at a lower rate", "refundFromAmount.value", { refundFromAmount: money("HKD", 800) }],
    [
      "surchargeAmount in another currency",
      "surchargeInfo.surchargeAmount.currency",
      { surchargeInfo: { surchargeAmount: money("JPY", 896) } },
    ],
  ])("with %s is refused by name, and may be sent again put right [REF-04]", async (_fault, parameter, changes) => {
    const { customerId, paymentRequestId } = await paidPayment();
    const refundRequestId = newId("refund");
    const reply = await refundYen(paymentRequestId, 100, 856, { ...changes, refundRequestId });
    expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
    expect(reply.message).toContain(` ${parameter}:`);
    expect(await balanceOf(customerId)).toBe(100_000n - BigInt(PAID));
    expect((await refundYen(paymentRequestId, 100, 856, { refundRequestId })).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n - BigInt(PAID) + 856n);
  });

  it("within one currency has refundFromAmount at the rate to the unit [REF-04]", async () => {
    const { customerId, paymentRequestId } = await paidPayment({
      paymentAmount: money("HKD", 900),
      payToAmount: money("HKD", 1_000),
    });
    const amounts = (value: number, from: number) => ({
      refundAmount: money("HKD", value),
      refundFromAmount: money("HKD", from),
    });
    for (const from of [449, 451, 499, 501]) {
      expect((await refund(paymentRequestId, "0", amounts(450, from))).code).toBe("PARAM_ILLEGAL");
    }
    expect((await refund(paymentRequestId, "0", amounts(450, 500))).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_500n);
  });
});

describe("a refund of a payment with surcharge", () => {
  it("refunds the surcharge with the whole amount [REF-06]", async () => {
    const { customerId, paymentRequestId } = await surchargedPayment();
    const surchargeInfo = { surchargeAmount: money("HKD", SURCHARGED) };
    expect((await refundYen(paymentRequestId, 1_000, PAID, { surchargeInfo })).code).toBe("SUCCESS");
    const { balance, entries } = await customerOf(customerId);
    expect(balance).toBe(100_000n);
    expect(entries[0]?.legs).toEqual([
      { account: "customer", amountMinor: 8_961n },
      { account: "alipayplus-payable", amountMinor: -8_561n },
      { account: "surcharge-income", amountMinor: -400n },
    ]);
  });

  it("refunds the surchargeAmount that Alipay+ names, and the rest with the last part [REF-06]", async () => {
    const { customerId, paymentRequestId } = await surchargedPayment();
    const surchargeInfo = { surchargeAmount: money("HKD", 4_500) };
    expect((await refundYen(paymentRequestId, 500, 4_281, { surchargeInfo })).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n - 8_961n + 4_500n);
    expect((await refundYen(paymentRequestId, 500, 4_280)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("gives the part's share back when Alipay+ names none; all parts together give it exactly", async () => {
    const { customerId, paymentRequestId } = await surchargedPayment();
    expect((await refundYen(paymentRequestId, 333, 2_851)).code).toBe("SUCCESS");
    // 2851 × 400 / 8561 = 133.2
    expect(await balanceOf(customerId)).toBe(100_000n - 8_961n + 2_851n + 133n);
    for (const [yen, cents] of [
      [333, 2_851],
      [334, 2_859],
    ] as const) {
      expect((await refundYen(paymentRequestId, yen, cents)).code).toBe("SUCCESS");
    }
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it.each([
    ["less than refundFromAmount", 4_280],
    ["more than the surcharge of the whole payment", 4_682],
  ])("with surchargeAmount %s is refused by name", async (_fault, cents) => {
    const { customerId, paymentRequestId } = await surchargedPayment();
    const surchargeInfo = { surchargeAmount: money("HKD", cents) };
    const reply = await refundYen(paymentRequestId, 500, 4_281, { surchargeInfo });
    expect(reply.code).toBe("PARAM_ILLEGAL");
    expect(reply.message).toContain(" surchargeInfo.surchargeAmount.value:");
    expect(await balanceOf(customerId)).toBe(100_000n - 8_961n);
  });
});
