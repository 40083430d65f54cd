/** Times that are far away, wherever a message of Alipay+ names one. Source: docs/spec/time-limits.md#expiry. */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import { balanceOf, homeOfPayment, inquire, newId, openCustomer, pay, payMessage } from "../../support/alipayplus.ts";
import { pathOf, playAlipayPlus, SUCCESS } from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder } from "../../support/wallet/order.ts";
import { CodeIssuer, codesAnswer, newCodes, newScreen, refresh } from "../../support/wallet/payment-codes.ts";

const LATEST = "2100-01-01T08:00:00+08:00";
const FAR_TIMES = ["2189-01-01T00:00:00Z", "2262-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"];

const RULES = {
  result: SUCCESS,
  codeRules: [
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test/281" },
      postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
    },
  ],
};

afterEach(() => setAlipayPlus());

describe("a paymentExpiryTime that is far away", () => {
  it.each(FAR_TIMES)(
    "%s: an order is scanned, woken by an alarm, confirmed, and every view shows it [TIM-16]",
    async (far) => {
      const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "false" };
      const order = decodedOrder({ paymentFactor, paymentExpiryTime: far, paymentNotifyUrl: null });
      const { paymentRequestId } = order;
      playAlipayPlus({
        [pathOf("codes/inquiryCodeRules")]: () => RULES,
        [pathOf("payments/userInitiatedPay")]: () => order,
      });
      const customerId = await openCustomer();
      const codeValue = `https://qr.test/281/${newId("code")}`;
      const payment = { status: "AWAITING_CONFIRMATION", paymentExpiryTime: LATEST };
      expect(await walletCall("POST", "/scans", { customerId, codeValue })).toMatchObject({
        status: 200,
        body: { payment },
      });
      const alarmMs = await runInDurableObject(await homeOfPayment(paymentRequestId), (_, { storage }) =>
        storage.getAlarm(),
      );
      expect(alarmMs).toBeTypeOf("number");
      const confirmed = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
      expect(confirmed).toMatchObject({ status: 200, body: { status: "SUCCEEDED", paymentExpiryTime: LATEST } });
      expect(await balanceOf(customerId)).toBe(99_000n);
      for (const call of [walletCall, opsCall]) {
        expect(await call("GET", `/payments/${paymentRequestId}`)).toMatchObject({
          status: 200,
          body: { paymentExpiryTime: LATEST },
        });
      }
      expect((await inquire(paymentRequestId)).body.paymentResult).toMatchObject(SUCCESS);
    },
  );

  it.each(FAR_TIMES)("%s: a pay is paid once, and every view shows it [TIM-16]", async (paymentExpiryTime) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { paymentExpiryTime });
    expect((await pay(message)).code).toBe("SUCCESS");
    expect((await pay(message)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_000n);
    for (const call of [walletCall, opsCall]) {
      const view = await call("GET", `/payments/${message.paymentRequestId}`);
      expect(view).toMatchObject({ status: 200, body: { status: "SUCCEEDED", paymentExpiryTime: LATEST } });
    }
  });
});

it.each(FAR_TIMES)("a payment code that expires at %s is shown [TIM-16]", async (codeExpiryTime) => {
  const codes = newCodes(1).map((code) => ({ ...code, codeExpiryTime }));
  new CodeIssuer().answersWith(() => codesAnswer(codes));
  expect(await refresh(newScreen())).toMatchObject({ status: 200, body: { codeExpiryTime: LATEST } });
});
