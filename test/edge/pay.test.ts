import { expect, it } from "vitest";
import { balanceOf, inquire, openCustomer, pay, payMessage } from "./alipayplus.fixture.ts";

it("takes a signed payment, debits the customer once and answers with a signature that verifies", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const reply = await pay(message);
  expect(reply).toMatchObject({ status: 200, code: "SUCCESS", resultStatus: "S", verified: true });
  expect(reply.body).toMatchObject({ paymentId: expect.any(String), paymentTime: expect.any(String), customerId });
  expect(await balanceOf(customerId)).toBe(99_000n);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
});
