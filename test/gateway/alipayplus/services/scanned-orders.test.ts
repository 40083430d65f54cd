/** Scanned orders and the wallet's own rules: approved merchants alone, and its smallest payment. */
import { expect, it } from "vitest";
import { balanceOf, type Json, newId, openCustomer } from "../../../support/alipayplus.ts";
import { pathOf, playAlipayPlus, SUCCESS } from "../../../support/alipayplus-answers.ts";
import { aheadOfAlarms, standTheClock } from "../../../support/clock.ts";
import { fetchIn, otherEnvironment } from "../../../support/home/other-environment.ts";
import { inMode, register, registrationMessage } from "../../../support/services/merchants.ts";
import { opsCall, walletReplyOf, walletRequest } from "../../../support/wallet/calls.ts";
import { decodedOrder } from "../../../support/wallet/order.ts";

standTheClock(aheadOfAlarms);

const RULES = {
  result: SUCCESS,
  codeRules: [
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test/281" },
      postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
    },
  ],
};

async function scan(customerId: string, order: Json, environment = inMode("APPROVAL")) {
  playAlipayPlus({
    [pathOf("codes/inquiryCodeRules")]: () => RULES,
    [pathOf("payments/userInitiatedPay")]: () => order,
  });
  const request = walletRequest("POST", "/scans", { customerId, codeValue: `https://qr.test/281${newId("code")}` });
  return (await walletReplyOf(await fetchIn(environment, request))).body;
}

it("an order of a merchant that is not approved, or of none, has failed [SRV-03]", async () => {
  const customerId = await openCustomer();
  const failed = { status: "FAILED", result: { resultCode: "MERCHANT_NOT_REGISTERED" }, advice: "ASK_MERCHANT" };
  for (const merchant of [{ referenceMerchantId: newId("merchant") }, {}]) {
    expect(await scan(customerId, decodedOrder({ order: { merchant } }))).toMatchObject({ payment: failed });
  }
  const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "true" };
  const evaluation = await scan(customerId, decodedOrder({ order: {}, paymentFactor }));
  expect(evaluation).toMatchObject({ action: "EVALUATION", result: { resultCode: "MERCHANT_NOT_REGISTERED" } });
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("an order of an approved merchant waits for its customer [SRV-03]", async () => {
  const referenceMerchantId = newId("merchant");
  const message = registrationMessage(referenceMerchantId);
  await register(message);
  const { registrationRequestId } = message;
  await opsCall("POST", `/merchants/${referenceMerchantId}/approve`, { body: { registrationRequestId } });
  const order = decodedOrder({ order: { merchant: { referenceMerchantId } } });
  expect(await scan(await openCustomer(), order)).toMatchObject({ payment: { status: "AWAITING_CONFIRMATION" } });
});

it("an order below the smallest payment of its product has failed, and the app says to pay more [AMT-12]", async () => {
  const environment = otherEnvironment({
    SMALLEST_AMOUNTS: JSON.stringify({ CASHIER_PAYMENT: { HKD: { payment: "1001" } } }),
  });
  const paymentFactor = { isInStorePayment: "false", isCashierPayment: "true" };
  const customerId = await openCustomer();
  const failed = { status: "FAILED", result: { resultCode: "PAYMENT_AMOUNT_EXCEED_LIMIT" }, advice: "PAY_MORE" };
  expect(await scan(customerId, decodedOrder({ paymentFactor }), environment)).toMatchObject({ payment: failed });
  expect(await scan(customerId, decodedOrder(), environment)).toMatchObject({
    payment: { status: "AWAITING_CONFIRMATION" },
  });
});
