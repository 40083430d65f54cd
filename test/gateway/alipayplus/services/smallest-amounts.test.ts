/** The wallet's own smallest payments and refunds: docs/spec/amounts.md#smallest-amounts. */
import { expect, it } from "vitest";
import { balanceOf, inquire, type Json, openCustomer, payMessage } from "../../../support/alipayplus.ts";
import { otherEnvironment, sendIn } from "../../../support/home/other-environment.ts";
import { insideHome, payCommand, referenceOf, refundCommand } from "../../../support/home/other-home.ts";

const AMOUNTS = {
  IN_STORE_PAYMENT: { HKD: { payment: "10", refund: "401" } },
  CASHIER_PAYMENT: { HKD: { payment: "5000", refund: "5000" } },
};

const environment = otherEnvironment({ SMALLEST_AMOUNTS: JSON.stringify(AMOUNTS) });

function pay(customerId: string, value: string, changes: Json = {}) {
  const amount = { currency: "HKD", value };
  return sendIn(
    environment,
    "/payments/pay",
    payMessage(customerId, { paymentAmount: amount, payToAmount: amount, ...changes }),
  );
}

it("a payment below the smallest of its product and currency fails for good [AMT-12]", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const { code, message: why, body } = await pay(customerId, "9", { paymentRequestId: message.paymentRequestId });
  expect(code).toBe("PAYMENT_AMOUNT_EXCEED_LIMIT");
  expect(why).toBe("The payment amount is below the smallest that the wallet takes.");
  expect((await inquire(message.paymentRequestId)).body.paymentResult).toEqual(body.result);
  expect((await pay(customerId, "10")).code).toBe("SUCCESS");
  expect(await balanceOf(customerId)).toBe(99_990n);
});

it("an evaluation says the same, and stores nothing [AMT-12]", async () => {
  const customerId = await openCustomer();
  const { paymentRequestId } = payMessage(customerId);
  const paymentFactor = { isInStorePayment: "true", isPaymentEvaluation: "true" };
  expect((await pay(customerId, "9", { paymentFactor, paymentRequestId })).code).toBe("PAYMENT_AMOUNT_EXCEED_LIMIT");
  expect((await inquire(paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
});

it("a refund below the smallest of its payment's product is PROCESS_FAIL, and the rest of the payment is not [REF-10]", async () => {
  const customerId = await openCustomer();
  const command = await payCommand(customerId);
  await insideHome(environment, async (home) => {
    await home.openCustomer(customerId, { currency: "HKD", balance: 100_000n });
    await home.pay({ ...command, terms: { ...command.terms, productCode: "IN_STORE_PAYMENT" } });
    const refund = refundCommand(command);
    expect(await home.refund(refund, referenceOf(command))).toEqual({
      outcome: "REFUSED",
      reason: "REFUND_BELOW_SMALLEST",
    });
    const amount = { currency: "HKD", amountMinor: 700n };
    const larger = { ...refundCommand(command), refundAmount: amount, refundFromAmount: amount };
    expect(await home.refund(larger, referenceOf(command))).toMatchObject({ outcome: "SUCCEEDED" });
    const rest = { currency: "HKD", amountMinor: 300n };
    const last = { ...refundCommand(command), refundAmount: rest, refundFromAmount: rest };
    expect(await home.refund(last, referenceOf(command))).toMatchObject({ outcome: "SUCCEEDED" });
  });
});
