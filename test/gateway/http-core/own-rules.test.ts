/** The wallet's own rules come before its core: what they refuse is never asked of it. */
import { expect, it } from "vitest";
import { entriesOf, homeOf, inquire, issueCode, openCustomer } from "../../support/alipayplus.ts";
import { payCommand } from "../../support/home/other-home.ts";

it("a payment that they refuse fails without the core, and has used its code", async () => {
  const customerId = await openCustomer();
  const code = await issueCode(customerId);
  const refused = await payCommand(customerId, { refusal: "MERCHANT_NOT_REGISTERED" }, code);
  const home = homeOf(customerId);
  const reply = { outcome: "REFUSED", reason: "MERCHANT_NOT_REGISTERED" };
  expect(await home.evaluate(refused)).toEqual(reply);
  expect(await home.pay(refused)).toEqual(reply);
  const { refusal: _, ...approvedMeanwhile } = refused;
  expect(await home.pay(approvedMeanwhile)).toEqual(reply);
  expect((await inquire(refused.paymentRequestId)).body.paymentResult).toMatchObject({
    resultCode: "MERCHANT_NOT_REGISTERED",
  });
  expect(await home.pay(await payCommand(customerId, {}, code))).toEqual({
    outcome: "REFUSED",
    reason: "CODE_ALREADY_USED",
  });
  expect(await entriesOf(customerId, "DEBIT")).toEqual([]);
});
