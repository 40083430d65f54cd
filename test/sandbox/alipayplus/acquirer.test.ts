/**
 * Alipay+ towards acquirers: a payment by code from pay to its refunds (docs/spec/messages.md,
 * docs/spec/acquirer/interfaces.md, docs/spec/wallet/pay.md#scenarios).
 */
import { describe, expect, it } from "vitest";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import {
  ask,
  BASE_PATH,
  callAs,
  entriesOf,
  newId,
  payByCode,
  payMessage,
  reportOf,
} from "../../support/sandbox/acquirer.ts";
import { type CustomerReply, call, codeOf, openCustomer } from "../../support/sandbox/sandbox.ts";

const balanceOf = async (customerId: string) => (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;

describe("pay by payment code", () => {
  it("asks the wallet, and passes its success on, signed [ACQ-03, ACQ-06]", async () => {
    const customerId = await openCustomer();
    const { answer, paymentRequestId } = await payByCode(customerId);
    expect(answer).toMatchObject({
      result: { resultCode: "SUCCESS", resultStatus: "S" },
      verified: true,
      httpStatus: 200,
      customerId,
      paymentAmount: hkd("1000"),
      walletBrandName: expect.any(String),
      acquirerId: expect.any(String),
      pspId: expect.any(String),
      paymentTime: expect.stringMatching(/\+08:00$/),
    });
    expect(answer.settlementAmount).toBeUndefined();
    expect(await balanceOf(customerId)).toBe("99000");
    expect((await reportOf(paymentRequestId)).status).toBe("SUCCEEDED");
  });

  it("converts into the wallet's currency and into the settlement's, and enters both in the settlement ledger [ACQ-04]", async () => {
    const customerId = await openCustomer();
    const { answer, paymentRequestId } = await payByCode(customerId, {
      paymentAmount: jpy("1000"),
      settlementStrategy: { settlementCurrency: "USD" },
    });
    // 1000 JPY × 5.2 = 5200 HKD cents; × 0.6666666666 = 667 US cents.
    expect(answer).toMatchObject({
      paymentAmount: jpy("1000"),
      settlementAmount: usd("667"),
      settlementQuote: { quoteCurrencyPair: "JPY/USD" },
    });
    expect((await reportOf(paymentRequestId)).wallet).toMatchObject({ payToAmount: hkd("5200") });
    expect(await entriesOf(String(answer.paymentId))).toEqual([
      "PAYMENT mpp 5200 HKD",
      "PAYMENT acquirer -667 USD",
      "PAYMENT alipayplus -5200 HKD",
      "PAYMENT alipayplus 667 USD",
    ]);
  });

  it("passes the wallet's refusal on, and remembers it [RES-08]", async () => {
    const poor = await openCustomer({ balance: "1" });
    const { answer, message, paymentRequestId } = await payByCode(poor);
    expect(answer.result).toMatchObject({ resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F" });
    expect((await ask("pay", message)).text).toBe(answer.text);
    const inquiry = await ask("inquiryPayment", { paymentRequestId });
    expect(inquiry).toMatchObject({ result: { resultStatus: "S" }, paymentResult: answer.result });
    expect(await entriesOf(String(answer.paymentId))).toEqual([]);
  });

  it("gives a repeat the first answer, byte for byte, and pays once [IDM-08, IDM-12]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(await codeOf(customerId));
    const answers = await Promise.all([ask("pay", message), ask("pay", message), ask("pay", message)]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.result.resultCode).toBe("SUCCESS");
    expect((await ask("pay", message)).text).toBe(answers[0]?.text);
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it.each([
    ["paymentAmount", { paymentAmount: hkd("1001") }],
    ["paymentMethod.paymentMethodType", { paymentMethod: { paymentMethodType: "CONNECT_WALLET2" } }],
    ["order.orderAmount", { order: { orderAmount: hkd("1") } }],
  ])("refuses a repeat with another %s, and changes nothing [IDM-09]", async (parameter, changes) => {
    const customerId = await openCustomer();
    const { message, answer } = await payByCode(customerId);
    const changed = await ask("pay", { ...message, ...changes });
    const isMethod = parameter.startsWith("paymentMethod");
    expect(changed.result.resultCode).toBe(isMethod ? "UNKNOWN_EXCEPTION" : "REPEAT_REQ_INCONSISTENT");
    expect((await ask("pay", message)).text).toBe(answer.text);
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it("takes a repeat whose other parameters differ for the same [IDM-09]", async () => {
    const { message, answer } = await payByCode(await openCustomer());
    const repeat = await ask("pay", { ...message, order: { orderAmount: hkd("1000"), orderDescription: "Cake" } });
    expect(repeat.text).toBe(answer.text);
  });

  it.each([
    ["15 digits", "281006020000001", "INVALID_CODE"],
    ["25 digits", "2810060200000000000000001", "INVALID_CODE"],
    ["another provider's prefix", "1310060200000001", "INVALID_CODE"],
    ["a local wallet's issuer", "288801020000000000000001", "INVALID_CODE"],
    ["a code that was never issued", "281006020000000000000001", "INVALID_CODE"],
  ])("refuses %s [OLD-15, PCD-02]", async (_, paymentCode, resultCode) => {
    expect((await ask("pay", payMessage(paymentCode))).result).toMatchObject({ resultCode, resultStatus: "F" });
  });

  it("is UNKNOWN_EXCEPTION without the code, or with another method [ACQ-08]", async () => {
    const method = (paymentMethod: object) => ask("pay", payMessage("281006020000000000000001", { paymentMethod }));
    const none = await method({ paymentMethodType: "CONNECT_WALLET" });
    const other = await method({ paymentMethodType: "ALIPAY_CN", paymentMethodId: "281006020000000000000001" });
    expect([none.result.resultCode, other.result.resultCode]).toEqual(["UNKNOWN_EXCEPTION", "UNKNOWN_EXCEPTION"]);
  });

  it("evaluates without paying: the code can still pay [ACQ-09]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(await codeOf(customerId));
    const factor = { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode", isPaymentEvaluation: "true" };
    const evaluation = await ask("pay", { ...message, paymentFactor: factor });
    expect(evaluation.result.resultCode).toBe("SUCCESS");
    expect(evaluation).not.toHaveProperty("paymentId");
    expect(await balanceOf(customerId)).toBe("100000");
    expect((await ask("pay", message)).result.resultCode).toBe("SUCCESS");
  });

  it("answers ORDER_IS_CLOSED to what arrives after its expiry [TIM-04]", async () => {
    const { answer } = await payByCode(await openCustomer(), { paymentExpiryTime: "2026-01-01T00:00:00+08:00" });
    expect(answer.result).toMatchObject({ resultCode: "ORDER_IS_CLOSED", resultStatus: "F" });
  });

  it.each([
    ["paymentRequestId", { paymentRequestId: undefined }],
    ["order", { order: undefined }],
    ["paymentAmount.value", { paymentAmount: hkd("0") }],
    ["paymentFactor", { paymentFactor: undefined }],
    ["paymentFactor.isInStorePayment", { paymentFactor: {} }],
    ["paymentFactor.inStorePaymentScenario", { paymentFactor: { isInStorePayment: "true" } }],
    ["paymentFactor.isInStorePayment", { paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" } }],
    ["paymentFactor.presentmentMode", { paymentFactor: { isInStorePayment: "false", isCashierPayment: "true" } }],
    ["paymentExpiryTime", { paymentExpiryTime: "soon" }],
    ["paymentExpiryTime", { paymentExpiryTime: "9999-12-31T23:59:59-10:00" }],
    ["settlementStrategy.settlementCurrency", { settlementStrategy: { settlementCurrency: "XTS" } }],
  ])("refuses an illegal %s by name [ACQ-02]", async (parameter, changes) => {
    const { result } = await ask("pay", payMessage("281006020000000000000001", changes));
    expect(result.resultCode).toBe("PARAM_ILLEGAL");
    expect(result.resultMessage).toContain(`Illegal parameter ${parameter}:`);
  });

  it("refuses an Auto Debit by a token that it has not handed on [ACQ-07]", async () => {
    const paymentFactor = { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" };
    const { result } = await ask("pay", payMessage("2810100300000", { paymentFactor }));
    expect(result.resultCode).toBe("INVALID_TOKEN");
  });
});

describe("a caller", () => {
  it("whose signature, client, key or form is wrong is refused unsigned [ACQ-01]", async () => {
    const message = payMessage("281006020000000000000001");
    const path = `${BASE_PATH}/pay`;
    const refusals = [
      await callAs(path, message, { sent: JSON.stringify({ ...message, x: "1" }) }),
      await callAs(path, message, { headers: { "Client-Id": "SANDBOX_5Y00000000000000001" } }),
      await callAs(path, message, { headers: { Signature: "algorithm=RSA256,keyVersion=9,signature=AAAA" } }),
      await callAs(`${BASE_PATH}/nothing`, message),
      await callAs(path, message, { method: "GET" }),
    ];
    expect(refusals.map(({ result, verified }) => [result.resultCode, verified])).toEqual([
      ["INVALID_SIGNATURE", false],
      ["INVALID_CLIENT", false],
      ["KEY_NOT_FOUND", false],
      ["NO_INTERFACE_DEF", false],
      ["METHOD_NOT_SUPPORTED", false],
    ]);
  });
});

describe("inquiryPayment", () => {
  it("answers a success by either id [ACQ-10]", async () => {
    const { answer, paymentRequestId } = await payByCode(await openCustomer());
    const byOwn = await ask("inquiryPayment", { paymentRequestId });
    const byAlipay = await ask("inquiryPayment", { paymentId: answer.paymentId });
    expect(byAlipay.text).toBe(byOwn.text);
    expect(byOwn).toMatchObject({
      result: { resultCode: "SUCCESS" },
      paymentResult: { resultCode: "SUCCESS", resultStatus: "S" },
      paymentRequestId,
      paymentId: answer.paymentId,
      paymentTime: answer.paymentTime,
      customerId: answer.customerId,
      transactions: [
        {
          transactionType: "PAYMENT",
          transactionStatus: "SUCCESS",
          transactionRequestId: paymentRequestId,
          transactionId: answer.paymentId,
          transactionAmount: hkd("1000"),
        },
      ],
    });
  });

  it("finds no payment of an unknown id, and needs an id [ACQ-10]", async () => {
    expect((await ask("inquiryPayment", { paymentRequestId: newId() })).result.resultCode).toBe("ORDER_NOT_EXIST");
    expect((await ask("inquiryPayment", { paymentId: "00" })).result.resultCode).toBe("ORDER_NOT_EXIST");
    expect((await ask("inquiryPayment", {})).result.resultMessage).toContain("Illegal parameter paymentRequestId:");
  });
});

describe("cancelPayment", () => {
  it("closes a success, refunds it, and may be repeated [ACQ-11, IDM-11]", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId, answer, message } = await payByCode(customerId);
    const first = await ask("cancelPayment", { paymentRequestId });
    expect(first).toMatchObject({ result: { resultCode: "SUCCESS" }, verified: true });
    expect((await ask("cancelPayment", { paymentRequestId })).text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe("100000");
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
    expect((await ask("pay", message)).result.resultCode).toBe("ORDER_IS_CLOSED");
    const inquiry = await ask("inquiryPayment", { paymentRequestId });
    expect(inquiry).toMatchObject({
      paymentResult: { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" },
      transactions: [{ transactionType: "PAYMENT" }, { transactionType: "CANCEL", transactionStatus: "SUCCESS" }],
    });
    expect(await entriesOf(String(answer.paymentId))).toEqual([
      "PAYMENT mpp 1000 HKD",
      "PAYMENT acquirer -1000 HKD",
      "CANCEL mpp -1000 HKD",
      "CANCEL acquirer 1000 HKD",
    ]);
  });

  it("of an unknown payment keeps the pay that comes later from paying [ACQ-11]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(await codeOf(customerId));
    const { paymentRequestId } = message;
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    expect((await ask("pay", message)).result.resultCode).toBe("ORDER_IS_CLOSED");
    expect(await balanceOf(customerId)).toBe("100000");
    expect((await ask("cancelPayment", { paymentId: "00" })).result.resultCode).toBe("ORDER_NOT_EXIST");
  });

  it("is refused once a refund was made [OLD-15]", async () => {
    const { paymentRequestId } = await payByCode(await openCustomer());
    await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("1") });
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("PROCESS_FAIL");
  });
});
