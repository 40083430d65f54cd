/**
 * A payment as the wallet's app shows it: every parameter that Alipay+ sends for display.
 * docs/spec/wallet/user-initiated-pay.md, docs/spec/screens.md.
 */
import { describe, expect, it } from "vitest";
import type { PaymentReport } from "../../../durable/messages.ts";
import type { PaymentStatus } from "../../../durable/payments/machine/payment.ts";
import { paymentRefusal } from "../../../durable/payments/results.ts";
import { resultOf } from "../../../protocol/results.ts";
import { adviceOf, paymentViewOf } from "../../../worker/wallet/payments/payment-view.ts";
import type { Json } from "../../support/alipayplus.ts";

const CREATED_TIME_MS = Date.UTC(2019, 10, 27, 4, 0, 0);

/** Case 1 of docs/spec/amounts.md#worked-cases: 1000 JPY less a coupon of 5 JPY, with a surcharge. */
const MESSAGE = {
  order: {
    referenceOrderId: "OrderID_0101010",
    orderDescription: "SHOES",
    orderAmount: { currency: "JPY", value: "1000" },
    merchant: {
      merchantMCC: "5411",
      merchantName: "UGG",
      merchantDisplayName: "アグ",
      merchantAddress: { region: "JP", city: "Tokyo" },
      store: { storeName: "UGG-2", storeDisplayName: "アグ 二号店" },
    },
  },
  paymentQuote: { quoteId: "1234567", quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
  surchargeInfo: {
    surchargeAmount: { currency: "HKD", value: "8916" },
    surchargeQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" },
  },
  paymentRedirectUrl: "https://merchant.test/done?order=1",
  paymentPromoInfo: {
    paymentPromoDetails: [{ promoId: "1", promoName: "Autumn", savingsAmount: { currency: "HKD", value: "43" } }],
  },
  passThroughInfo: '{"memo":"1"}',
  authorizationInfo: { scopes: ["AGREEMENT_PAY"] },
  actionForm: { actionType: "HANDLE_BY_PSP", sdkActionPayload: "1" },
  indirectMpp: { name: "sub-wallet" },
  paymentCodeRegion: "JP",
};

const WAITING: PaymentStatus = { name: "AWAITING_CONFIRMATION" };
const SUCCEEDED: PaymentStatus = { name: "SUCCEEDED", paymentTimeMs: CREATED_TIME_MS + 30_000 };

function report(status: PaymentStatus, message: Json | undefined = MESSAGE): PaymentReport {
  return {
    paymentId: "id-1",
    paymentRequestId: "request-1",
    status,
    createdTimeMs: CREATED_TIME_MS,
    expiryTimeMs: CREATED_TIME_MS + 61_000,
    terms: {
      customerId: "alice",
      paymentCode: undefined,
      paymentAmount: { currency: "JPY", amountMinor: 995n },
      payToAmount: { currency: "HKD", amountMinor: 8_518n },
      debit: { currency: "HKD", amountMinor: 8_916n },
      referenceMerchantId: undefined,
      merchantCategoryCode: undefined,
    },
    message: message && JSON.stringify(message),
    refunded: { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n },
  };
}

describe("a page", () => {
  it("has merchant, order, both amounts, rate, discount, surcharge, method, mark, and the way on [SCR-02]", () => {
    expect(paymentViewOf(report(WAITING))).toEqual({
      paymentRequestId: "request-1",
      paymentId: "id-1",
      status: "AWAITING_CONFIRMATION",
      result: resultOf("PAYMENT_IN_PROCESS"),
      debitAmount: { currency: "HKD", value: "8916" },
      paymentAmount: { currency: "JPY", value: "995" },
      orderAmount: { currency: "JPY", value: "1000" },
      paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
      includedSurcharge: { currency: "HKD", value: "398" },
      discounts: [{ promoName: "Autumn", savingsAmount: { currency: "HKD", value: "43" } }],
      merchant: {
        merchantName: "UGG",
        merchantDisplayName: "アグ",
        storeName: "アグ 二号店",
        merchantMCC: "5411",
        region: "JP",
      },
      orderDescription: "SHOES",
      referenceOrderId: "OrderID_0101010",
      paymentMethod: { paymentMethodType: "CONNECT_WALLET" },
      acceptanceMark: "ALIPAY_PLUS",
      createdTime: "2019-11-27T12:00:00+08:00",
      paymentExpiryTime: "2019-11-27T12:01:01+08:00",
      paymentRedirectUrl: "https://merchant.test/done?order=1",
      passThroughInfo: '{"memo":"1"}',
      authorizationInfo: { scopes: ["AGREEMENT_PAY"] },
      actionForm: { actionType: "HANDLE_BY_PSP", sdkActionPayload: "1" },
      indirectMpp: { name: "sub-wallet" },
      paymentCodeRegion: "JP",
    });
  });

  it("has the region of a payment code where pay has it, if it has one [UIP-13]", () => {
    const viewWith = (paymentMethodMetaData: unknown) =>
      paymentViewOf(report(WAITING, { paymentMethod: { paymentMethodMetaData } }));
    expect(viewWith({ paymentCodeRegion: "JP" })).toMatchObject({ paymentCodeRegion: "JP" });
    for (const other of ["JP", {}, { paymentCodeRegion: {} }]) {
      expect(viewWith(other)).not.toHaveProperty("paymentCodeRegion");
    }
  });

  it("of a result has its time, and leads on to the merchant after six seconds [SCR-04]", () => {
    expect(paymentViewOf(report(SUCCEEDED))).toMatchObject({
      status: "SUCCEEDED",
      result: resultOf("SUCCESS"),
      paymentTime: "2019-11-27T12:00:30+08:00",
      paymentRedirectUrl: "https://merchant.test/done?order=1",
      redirectAfterSeconds: 6,
    });
    const { paymentRedirectUrl: _, ...staying } = MESSAGE;
    expect(paymentViewOf(report(SUCCEEDED, staying))).not.toHaveProperty("redirectAfterSeconds");
  });

  it.each([
    "order",
    "paymentQuote",
    "surchargeInfo",
    "paymentRedirectUrl",
    "paymentPromoInfo",
    "passThroughInfo",
    "authorizationInfo",
    "actionForm",
    "indirectMpp",
    "paymentCodeRegion",
  ])("shows everything else when %s is not there, null, or cannot be shown [SCR-05]", (name) => {
    const { [name]: _, ...rest } = MESSAGE as Json;
    const without = paymentViewOf(report(WAITING, rest));
    expect(without).toMatchObject({ status: "AWAITING_CONFIRMATION", debitAmount: { value: "8916" } });
    expect(without).not.toEqual(paymentViewOf(report(WAITING)));
    for (const value of [null, ["not what it should be"]]) {
      expect(paymentViewOf(report(WAITING, { ...rest, [name]: value }))).toEqual(without);
    }
  });

  it("shows a payment that is being reversed as closed, as the answer to Alipay+ does", () => {
    expect(paymentViewOf(report({ name: "REVERSING", closedBy: "EXPIRY" }))).toMatchObject({
      status: "CLOSED",
      result: resultOf("ORDER_IS_CLOSED"),
      advice: "ASK_MERCHANT",
    });
  });
});

describe("what a customer can do", () => {
  it.each([
    ["BALANCE_NOT_ENOUGH", "ADD_MONEY"],
    ["PAYMENT_LIMIT_EXCEEDED", "PAY_LESS"],
    ["DAILY_AMOUNT_LIMIT_EXCEEDED", "PAY_LATER"],
    ["DAILY_COUNT_LIMIT_EXCEEDED", "PAY_LATER"],
    ["KYC_NOT_QUALIFIED", "COMPLETE_KYC"],
    ["VERIFICATION_FAILED", "VERIFY_AGAIN"],
    ["METHOD_UNAVAILABLE", "CHOOSE_ANOTHER_METHOD"],
    ["CURRENCY_NOT_SUPPORTED", "CHOOSE_ANOTHER_METHOD"],
    ["CODE_INVALID", "SHOW_NEW_CODE"],
    ["CODE_EXPIRED", "SHOW_NEW_CODE"],
    ["PAYMENT_EXPIRED", "ASK_MERCHANT"],
    ["MERCHANT_NOT_REGISTERED", "ASK_MERCHANT"],
    ["CUSTOMER_UNKNOWN", "CONTACT_SUPPORT"],
    ["CUSTOMER_STATUS_ABNORMAL", "CONTACT_SUPPORT"],
    ["RISK_REJECTED", "CONTACT_SUPPORT"],
    ["AMOUNTS_DIFFER", "CONTACT_SUPPORT"],
    ["PAYMENT_BELOW_SMALLEST", "PAY_MORE"],
  ] as const)("after %s is %s [SCR-03]", (reason, advice) => {
    expect(paymentViewOf(report({ name: "FAILED", reason }))).toMatchObject({
      status: "FAILED",
      result: paymentRefusal(reason),
      advice,
    });
  });

  it("is nothing while a payment has not failed", () => {
    for (const code of ["SUCCESS", "PAYMENT_IN_PROCESS"] as const) expect(adviceOf(resultOf(code))).toBeUndefined();
  });
});
