import { describe, expect, it } from "vitest";
import { payToMinorOf } from "../../../sandbox/alipayplus/market/order-amounts.ts";
import { tablePriceBetween } from "../../../sandbox/alipayplus/market/quote-table.ts";
import { newsAfter } from "../../../sandbox/alipayplus/payments/manual/manual-message.ts";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import { hkd, jpy } from "../../support/amounts.ts";
import {
  bodyOf,
  type CustomerReply,
  call,
  codeOf,
  type ErrorReply,
  type ExchangeReply,
  idOf,
  openCustomer,
  pay,
  post,
  throughGateway,
  walletThat,
} from "../../support/sandbox/sandbox.ts";

describe("POST /sandbox/pay", () => {
  it("sends the complete signed message, and shows the whole exchange [SBX-24]", async () => {
    const customerId = await openCustomer();
    const paymentCode = await codeOf(customerId);
    const reply = await post("/pay", { paymentCode, paymentAmount: jpy("1000") });
    const { request, response, ledger } = reply.exchange;
    expect(reply.result).toEqual({ resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" });
    expect(bodyOf(request)).toMatchObject({
      acquirerId: expect.any(String),
      pspId: expect.any(String),
      paymentRequestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      order: { merchant: { referenceMerchantId: expect.any(String), store: { storeName: expect.any(String) } } },
      paymentAmount: jpy("1000"),
      payToAmount: hkd("5200"),
      paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "5.2" },
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode, customerId },
      paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
    });
    expect([request.method, request.path]).toEqual(["POST", "/aps/api/v1/payments/pay"]);
    const { "client-id": clientId, "request-time": time } = request.headers;
    expect(request.signedContent).toBe(`POST ${request.path}\n${clientId}.${time}.${request.body}`);
    expect(response).toMatchObject({ httpStatus: 200, verified: true });
    expect(response.verificationFault).toBeUndefined();
    expect(response.signedContent).toBe(
      `POST ${request.path}\n${clientId}.${response.headers["response-time"]}.${response.body}`,
    );
    expect(ledger).toMatchObject({ currency: "HKD", before: "100000", after: "94800" });
  });

  it("sends the caller's own parameters as they were written", async () => {
    const customerId = await openCustomer();
    const own = {
      paymentRequestId: `pay-${crypto.randomUUID()}`,
      payToAmount: hkd("777"),
      paymentQuote: { quoteId: "q", quoteCurrencyPair: "JPY/HKD", quotePrice: "7.77" },
      surchargeInfo: { surchargeAmount: hkd("800") },
      paymentPromoInfo: { paymentPromoDetails: [{ promoName: "Spring", savingsAmount: jpy("1") }] },
      paymentExpiryTime: "2099-01-01T00:00:00Z",
      paymentNotifyUrl: "https://notify.test/payments",
      order: { orderDescription: "SHOES" },
    };
    const reply = await pay(customerId, jpy("100"), own);
    const sent = bodyOf(reply.exchange.request);
    expect(sent).toMatchObject({ ...own, paymentFactor: { needSurcharge: "true" } });
    expect(sent.order).toEqual(own.order);
    expect([reply.result.resultCode, reply.exchange.ledger?.after]).toEqual(["SUCCESS", "99200"]);
  });

  it("refuses a code that was never given out or has not begun, as Alipay+ would, without a word to the wallet", async () => {
    const environment = walletThat(() => Promise.reject(new Error("the wallet must not be asked")));
    const unknown = { paymentCode: `28100602${"0".repeat(16)}`, paymentAmount: hkd("1") };
    const reply = await call<ExchangeReply>("POST", "/pay", unknown, environment);
    expect([reply.httpStatus, reply.result.resultCode, reply.exchange]).toEqual([200, "INVALID_CODE", undefined]);

    const { paymentCodeInfoList } = await call<{ paymentCodeInfoList: { paymentCode: string }[] }>(
      "POST",
      "/payment-codes",
      { customerId: "alice", codeQuantity: "2" },
    );
    const early = { paymentCode: paymentCodeInfoList[1]?.paymentCode, paymentAmount: hkd("1") };
    const earlyReply = await call<ExchangeReply>("POST", "/pay", early, environment);
    expect([earlyReply.result.resultCode, earlyReply.exchange]).toEqual(["INVALID_CODE", undefined]);
  });

  it("lets a code pay once", async () => {
    const paymentCode = await codeOf(await openCustomer());
    await post("/pay", { paymentCode, paymentAmount: hkd("100") });
    const reply = await post("/pay", { paymentCode, paymentAmount: hkd("100") });
    expect([reply.result.resultCode, reply.exchange.ledger?.after]).toEqual(["INVALID_CODE", "99900"]);
  });

  it("evaluates without paying", async () => {
    const reply = await pay(await openCustomer(), hkd("100"), { isPaymentEvaluation: "true" });
    expect([reply.result.resultCode, reply.exchange.ledger?.after]).toEqual(["SUCCESS", "100000"]);
    const refund = await call<ErrorReply>("POST", "/refund", {
      paymentRequestId: idOf(reply),
      refundAmount: hkd("1"),
    });
    expect(refund.error.code).toBe("PAYMENT_UNKNOWN");
  });

  it("names another customer than the code's on request, known or not", async () => {
    const [holder, other] = [await openCustomer(), await openCustomer({ balance: "5" })];
    const poor = await pay(holder, hkd("6"), { customerId: other });
    expect([poor.result.resultCode, poor.exchange.ledger?.before]).toEqual(["USER_BALANCE_NOT_ENOUGH", "5"]);
    const unknown = await pay(holder, hkd("6"), { customerId: "unknown" });
    expect([unknown.result.resultCode, unknown.exchange.ledger]).toEqual(["USER_NOT_EXIST", undefined]);
  });

  it.each([
    ["paymentCode", { paymentCode: undefined }],
    ["paymentAmount", { paymentAmount: undefined }],
    ["paymentAmount.value", { paymentAmount: hkd("0") }],
    ["paymentAmount.currency", { paymentAmount: { currency: "XTS", value: "1" } }],
    ["paymentQuote", { paymentAmount: { currency: "BRL", value: "1" } }],
    ["paymentAmount", { paymentAmount: { currency: "IDR", value: "1" } }],
    ["paymentExpiryTime", { paymentExpiryTime: "tomorrow" }],
    ["paymentNotifyUrl", { paymentNotifyUrl: "not a url" }],
    ["paymentRequestId", { paymentRequestId: "x".repeat(65) }],
    ["isPaymentEvaluation", { isPaymentEvaluation: "yes" }],
    ["tip", { tip: "1" }],
  ])("refuses an illegal %s by name", async (parameter, changes) => {
    const paymentCode = await codeOf(await openCustomer());
    const body = { paymentCode, paymentAmount: hkd("1"), ...changes };
    const reply = await call<ErrorReply>("POST", "/pay", body);
    expect([reply.httpStatus, reply.error.code]).toEqual([400, "PARAM_ILLEGAL"]);
    expect(reply.error.message).toContain(parameter);
  });
});

describe("the sandbox's amounts", () => {
  const money = (currency: string, amountMinor: bigint) => ({ currency, amountMinor });

  it("are those of the worked cases: each term is rounded, then subtracted", () => {
    expect(payToMinorOf(money("JPY", 995n), "HKD", "8.5614", [money("JPY", 5n)])).toBe(8_518n);
    expect(payToMinorOf(money("USD", 9_946n), "HKD", "9.3307", [money("HKD", 500n)])).toBe(92_807n);
  });

  it("are none for a saving in a third currency, for less than one unit, and beyond i64", () => {
    expect(payToMinorOf(money("JPY", 995n), "HKD", "8.5614", [money("USD", 5n)])).toBeUndefined();
    expect(payToMinorOf(money("IDR", 1n), "HKD", "0.0004", [])).toBeUndefined();
    expect(payToMinorOf(money("JPY", 2n ** 62n), "HKD", "8.5614", [])).toBeUndefined();
  });

  it("have a quote between any two currencies of the table, and none beyond it", () => {
    expect(tablePriceBetween("JPY", "KRW")).toBe("9.2");
    expect(tablePriceBetween("IDR", "KWD")).toBe("0.000191875");
    expect(tablePriceBetween("KWD", "IDR")).toBe("5211.7263843648");
    expect(tablePriceBetween("HKD", "BRL")).toBeUndefined();
  });
});

describe("POST /sandbox/inquiryPayment and /sandbox/cancelPayment", () => {
  it("ask for a payment and close it, with the customer's balance around it", async () => {
    const paymentRequestId = idOf(await pay(await openCustomer(), hkd("100")));
    const inquiry = await post("/inquiryPayment", { paymentRequestId });
    expect(bodyOf(inquiry.exchange.response)).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
    expect(inquiry.exchange.ledger).toMatchObject({ before: "99900", after: "99900" });
    const cancel = await post("/cancelPayment", { paymentRequestId });
    expect([cancel.result.resultCode, cancel.exchange.ledger?.after]).toEqual(["SUCCESS", "100000"]);
    const again = await post("/inquiryPayment", { paymentRequestId });
    expect(bodyOf(again.exchange.response)).toMatchObject({ paymentResult: { resultCode: "ORDER_IS_CLOSED" } });
  });

  it("ask for what does not exist", async () => {
    const reply = await post("/inquiryPayment", { paymentRequestId: crypto.randomUUID() });
    expect([reply.result.resultCode, reply.exchange.ledger]).toEqual(["ORDER_NOT_EXIST", undefined]);
  });
});

describe("POST /sandbox/send/{interface}", () => {
  it("sends the very bytes again, for the very same answer and one debit", async () => {
    const customerId = await openCustomer();
    const first = await pay(customerId, hkd("100"));
    const repeat = await call<ExchangeReply>("POST", "/send/pay", first.exchange.request.body);
    expect(repeat.exchange.request.body).toBe(first.exchange.request.body);
    expect(repeat.exchange.response.body).toBe(first.exchange.response.body);
    expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).entryCount).toBe(2);
  });

  it("changes nothing of the body: spaces, order, what is no JSON, what is no UTF-8", async () => {
    const odd = ' {"b" : 1,\t"a":"é\\u0061" }\n';
    const spaced = await call<ExchangeReply>("POST", "/send/refund", odd);
    expect(spaced.exchange.request.body).toBe(odd);
    expect(spaced.result.resultCode).toBe("PARAM_ILLEGAL");

    const bodies = new Map<string, string>([
      ["must be JSON", "{"],
      ["must be UTF-8", "\u00ff"],
    ]);
    for (const [why, text] of bodies) {
      const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      const reply = await call<ExchangeReply>("POST", "/send/pay", bytes);
      expect(reply.exchange.response.verified).toBe(true);
      expect(reply.result.resultMessage).toContain(why);
    }
  });

  it("shows the wallet's unsigned refusal of a body that is too large, and does not count it", async () => {
    const reply = await call<ExchangeReply>("POST", "/send/pay", "x".repeat(140_000));
    expect(reply.exchange.response).toMatchObject({ verified: false, verificationFault: "SIGNATURE_MISSING" });
    expect(bodyOf(reply.exchange.response)).toMatchObject({ result: { resultCode: "PARAM_ILLEGAL" } });
    expect(reply.result.resultStatus).toBe("U");
  });

  it("refuses an interface that the wallet does not serve, and a body beyond its own limit", async () => {
    const unknown = await call<ErrorReply>("POST", "/send/notifyPayment", "{}");
    expect([unknown.httpStatus, unknown.error.message.includes("interface")]).toEqual([400, true]);
    const large = await call<ErrorReply>("POST", "/send/pay", "x".repeat(262_145));
    expect([large.httpStatus, large.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
  });
});

describe("an answer of the wallet", () => {
  /** A success that a wallet claims, with the headers of a real answer changed. */
  function tampered(change: (headers: Headers, body: string) => BodyInit | undefined, status = 200): SandboxEnv {
    return walletThat(async (request) => {
      const real = await throughGateway(request);
      const headers = new Headers(real.headers);
      const text = await real.text();
      return new Response(change(headers, text) ?? text, { headers, status });
    });
  }

  it.each<[string, Parameters<typeof tampered>[0]]>([
    ["SIGNATURE_MISSING", (headers) => void headers.delete("Signature")],
    ["SIGNATURE_HEADER_MALFORMED", (headers) => void headers.set("Signature", "yes")],
    ["KEY_UNKNOWN", (headers) => void headers.set("Signature", "algorithm=RSA256,keyVersion=9,signature=AAAA")],
    ["SIGNATURE_INVALID", (_, body) => `${body} `],
    ["CLIENT_ID_MISSING", (headers) => void headers.delete("Client-Id")],
    ["CLIENT_ID_DIFFERENT", (headers) => void headers.set("Client-Id", "SANDBOX_5Y00000000000000002")],
    ["RESPONSE_TIME_MISSING", (headers) => void headers.delete("Response-Time")],
    ["RESPONSE_TIME_MALFORMED", (headers) => void headers.set("Response-Time", "now")],
    ["SIGNATURE_INVALID", (headers) => void headers.set("Response-Time", "2026-03-10T12:00:00+08:00")],
    ["ANSWER_TOO_LARGE", () => "x".repeat(262_145)],
  ])("that has the fault %s is shown and never taken for a success", async (fault, change) => {
    const customerId = await openCustomer();
    const reply = await pay(customerId, hkd("100"), {}, tampered(change));
    expect(reply.exchange.response).toMatchObject({ httpStatus: 200, verified: false, verificationFault: fault });
    expect([reply.result.resultCode, reply.result.resultStatus]).toEqual(["UNKNOWN_EXCEPTION", "U"]);
    const refund = { paymentRequestId: idOf(reply), refundAmount: hkd("1") };
    expect((await call<ErrorReply>("POST", "/refund", refund)).error.code).toBe("PAYMENT_NOT_SUCCESSFUL");
  });

  it("that refuses is no success, whatever id it carries", () => {
    const amounts = { paymentAmount: hkd("1"), payToAmount: hkd("1") };
    const message = { paymentRequestId: "pay-1", paymentMethod: { customerId: "alice" }, ...amounts };
    const result = { resultCode: "RISK_REJECT", resultStatus: "F", resultMessage: "" } as const;
    const body = JSON.stringify({ result, paymentId: "id-1" });
    expect(newsAfter("pay", message, { body, result })).toEqual({
      type: "PAYMENT",
      payment: { paymentRequestId: "pay-1", customerId: "alice", ...amounts, paymentId: undefined },
    });
  });

  it("that is signed, but not sent with HTTP status 200, is no success either", async () => {
    const reply = await pay(
      await openCustomer(),
      hkd("100"),
      {},
      tampered(() => undefined, 500),
    );
    expect(reply.exchange.response).toMatchObject({ httpStatus: 500, verified: true });
    expect(reply.result.resultStatus).toBe("U");
  });
});
