/** What the page's point of sale says about a sale, as GET /sandbox/sales answers it. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Refund, Sale } from "../../../../sandbox/page/app/calls/sales.ts";
import type { ExchangeReply, Result } from "../../../../sandbox/page/app/calls/sandbox.ts";
import {
  canCancel,
  isUnderWay,
  labelOf,
  progressText,
  refundableOf,
  refundedValue,
  refusalOf,
  refusalText,
  STATUS_LABELS,
} from "../../../../sandbox/page/app/point-of-sale/sale-messages.ts";

afterEach(() => {
  vi.useRealTimers();
});

const START_MS = Date.UTC(2026, 0, 15, 4);
const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "" } as const;

function saleOf(change: Partial<Sale>): Sale {
  return {
    paymentRequestId: "sale-1",
    interface: "TODAY",
    scenario: "PaymentCode",
    paymentAmount: { currency: "JPY", value: "1000" },
    status: "SUCCEEDED",
    result: SUCCESS,
    createdTime: "2026-01-15T12:00:00+08:00",
    paymentExpiryTime: "2026-01-15T12:03:00+08:00",
    inquiries: 0,
    notifications: 0,
    refunds: [],
    ...change,
  };
}

function refundOf(value: string, status: Refund["status"]): Refund {
  const refundAmount = { currency: "JPY", value };
  return { refundRequestId: `refund-${value}`, refundAmount, status, result: SUCCESS };
}

afterEach(() => vi.useRealTimers());

describe("what was refunded", () => {
  test("counts refunds that succeeded and refunds on their way, not those that were refused", () => {
    const sale = saleOf({ refunds: [refundOf("100", "SUCCEEDED"), refundOf("20", "ASKED"), refundOf("3", "FAILED")] });
    expect([refundedValue(sale), refundableOf(sale)]).toEqual(["120", { currency: "JPY", value: "880" }]);
  });
});

describe("a sale that was refunded", () => {
  test.each([
    [[], "paid", true],
    [[refundOf("100", "SUCCEEDED")], "partly refunded", true],
    [[refundOf("1000", "FAILED")], "paid", true],
    [[refundOf("1000", "ASKED")], "refunding", false],
    [[refundOf("400", "SUCCEEDED"), refundOf("600", "SUCCEEDED")], "refunded", false],
  ])("with the refunds %j is %s; whether it can be cancelled: %s", (refunds, label, isCancellable) => {
    const sale = saleOf({ refunds });
    expect([labelOf(sale)[0], canCancel(sale)]).toEqual([label, isCancellable]);
  });
});

describe("a refusal", () => {
  const PROCESS_FAIL: Result = { resultCode: "PROCESS_FAIL", resultStatus: "F", resultMessage: "No." };

  function exchangeOf(name: string, paymentRequestId: string, result: Result): ExchangeReply {
    const request = { body: JSON.stringify({ paymentRequestId }) };
    return { exchange: { from: "ACQP", interface: name, request, response: { body: "" } }, result } as ExchangeReply;
  }

  test("of a cancel is known from its message, until the merchant asks again", () => {
    const refused = exchangeOf("cancelPayment", "sale-1", PROCESS_FAIL);
    const inquired = exchangeOf("inquiryPayment", "sale-1", SUCCESS);
    const other = exchangeOf("cancelPayment", "sale-2", PROCESS_FAIL);
    expect(refusalOf(saleOf({}), [refused])).toEqual({ what: "The cancel", result: PROCESS_FAIL });
    expect(refusalOf(saleOf({}), [inquired, refused])).toBeUndefined();
    expect(refusalOf(saleOf({}), [other])).toBeUndefined();
  });

  test("for a code that is over says to take a new one", () => {
    const expired: Result = { resultCode: "EXPIRED_CODE", resultStatus: "F", resultMessage: "The code is expired." };
    expect(refusalText(expired)).toBe("The code is expired. Sell again with a new code from the phone.");
    expect(refusalText(PROCESS_FAIL)).toBe("No.");
  });
});

describe("a sale is under way", () => {
  test("exactly while an answer, a customer or a refund is owed", () => {
    const statuses = Object.keys(STATUS_LABELS) as Sale["status"][];
    const owed = statuses.filter((status) => isUnderWay(saleOf({ status })));
    expect(owed).toEqual(["PAYING", "SHOWN", "CANCELLING", "REFUNDING"]);
    expect(isUnderWay(saleOf({ refunds: [refundOf("100", "ASKED")] }))).toBe(true);
  });
});

describe("what the acquirer does by itself", () => {
  const dueTime = "2026-01-15T12:00:03+08:00";

  test.each([
    [{ status: "PAYING", dueTime }, "No inquiry yet, the next in 0:03"],
    [{ status: "PAYING", inquiries: 4, dueTime }, "Inquiry 4 of 10, the next in 0:03"],
    [{ status: "PAYING", inquiries: 12, dueTime }, "12 inquiries, the next in 0:03"],
    [{ status: "SHOWN" }, "To be paid within 3:00"],
    [{ status: "CANCELLING", dueTime }, "The cancel is unanswered; sent again in 0:03"],
    [{ status: "REFUNDING", dueTime }, "Too late for a cancel, so it is refunded; sent again in 0:03"],
    [{ refunds: [refundOf("100", "ASKED")], dueTime }, "A refund is unanswered; sent again in 0:03"],
    [{ status: "SUCCEEDED" }, undefined],
    [{ status: "FAILED" }, undefined],
  ] satisfies [Partial<Sale>, string | undefined][])("of %j it says %j", (change, text) => {
    vi.useFakeTimers({ now: START_MS });
    expect(progressText(saleOf(change))).toBe(text);
  });
});
