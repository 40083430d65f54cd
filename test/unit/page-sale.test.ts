/** A sale at the page's point of sale. */
import { describe, expect, test } from "vitest";
import {
  afterCancel,
  afterInquiry,
  afterOrder,
  afterPay,
  afterRefund,
  isOpen,
  newOrderSale,
  newSale,
  refundableOf,
} from "../../sandbox/page/app/point-of-sale/sale.ts";
import type { ExchangeReply, OrderCode, Result } from "../../sandbox/page/app/sandbox-client.ts";

const AMOUNT = { currency: "JPY", value: "1000" };
const SUCCESS: Result = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "" };
const NO_MONEY: Result = { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F", resultMessage: "" };
const IN_PROCESS: Result = { resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U", resultMessage: "" };
const CLOSED: Result = { resultCode: "ORDER_IS_CLOSED", resultStatus: "F", resultMessage: "" };

const ORDER: OrderCode = {
  codeValue: "https://shop.example/281006040001",
  paymentRequestId: "order-1",
  paymentAmount: AMOUNT,
  payToAmount: AMOUNT,
  paymentExpiryTime: "2026-03-10T12:10:00+08:00",
};

const charged = newSale("sale-1", AMOUNT);
const ordered = newOrderSale(ORDER, AMOUNT);
const paid = afterPay(charged, SUCCESS);

/** An answer to an inquiry, or to anything else when only `result` counts. */
function reply(result: Result, paymentResult: Result = result): ExchangeReply {
  return {
    result,
    exchange: {
      from: "Alipay+",
      to: "MPP",
      interface: "inquiryPayment",
      time: "2026-03-10T12:00:00+08:00",
      request: { method: "POST", path: "/", headers: {}, body: "{}" },
      response: { headers: {}, body: JSON.stringify({ result, paymentResult }) },
      tookMs: 1,
    },
  };
}

describe("a sale", () => {
  test.each([
    [SUCCESS, "PAID"],
    [NO_MONEY, "FAILED"],
    [IN_PROCESS, "UNKNOWN"],
  ] as const)("with $resultCode from pay is $1", (result, status) => {
    expect(afterPay(charged, result)).toMatchObject({ status, resultCode: result.resultCode });
  });

  test("whose result is not known stays open, and an inquiry settles it by paymentResult alone", () => {
    const unknown = afterPay(charged, IN_PROCESS);
    expect(isOpen(unknown)).toBe(true);
    expect(afterInquiry(unknown, reply(SUCCESS, NO_MONEY)).status).toBe("FAILED");
    expect(afterInquiry(unknown, reply(SUCCESS, CLOSED)).status).toBe("CLOSED");
    expect(afterInquiry(unknown, reply(IN_PROCESS, SUCCESS)).status).toBe("UNKNOWN");
  });

  test("by order code has the order's status, which an inquiry that knows less does not change", () => {
    const scanned = afterOrder(ordered, { status: "DECODED", notifications: [] });
    expect(afterInquiry(scanned, reply(SUCCESS, IN_PROCESS)).status).toBe("DECODED");
    const told = { status: "FAILED" as const, notifications: [{ resultCode: "RISK_REJECT" }] };
    expect(afterOrder(scanned, told)).toMatchObject({ status: "FAILED", resultCode: "RISK_REJECT" });
  });

  test("is closed by a cancel with S, unless it had failed", () => {
    expect(afterCancel(paid, reply(SUCCESS)).status).toBe("CLOSED");
    expect(afterCancel(paid, reply(IN_PROCESS)).status).toBe("PAID");
    expect(afterCancel(afterPay(charged, NO_MONEY), reply(SUCCESS)).status).toBe("FAILED");
  });

  test("can be refunded until nothing is left, and a refund that is refused counts nothing", () => {
    const partly = afterRefund(paid, { currency: "JPY", value: "400" }, reply(SUCCESS));
    expect(refundableOf(partly)).toEqual({ currency: "JPY", value: "600" });
    const refused = afterRefund(partly, { currency: "JPY", value: "600" }, reply(NO_MONEY));
    expect(refundableOf(refused).value).toBe("600");
    expect(refundableOf(afterRefund(refused, { currency: "JPY", value: "600" }, reply(SUCCESS))).value).toBe("0");
  });
});
