/**
 * Refusals that a later release has stored, for reasons that this one does not know:
 * docs/decisions/0016-deploying-and-going-back.md.
 */
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { homeOfPayment, inquire, openCustomer, pay, payMessage, refund } from "../../support/alipayplus.ts";

/** Stores a reason of a later release with every refusal in the home of a payment. */
async function storeLaterReason(paymentRequestId: unknown): Promise<void> {
  const home = await homeOfPayment(paymentRequestId);
  await runInDurableObject(home, (_object, { storage }) => {
    for (const table of ["payments", "refunds"]) {
      storage.sql.exec(`UPDATE ${table} SET reason = 'ON_THE_MOON' WHERE reason IS NOT NULL`);
    }
  });
}

it("a payment that was refused for a reason of a later release stays refused", async () => {
  const message = payMessage(await openCustomer({ limits: { single: 999n } }));
  expect((await pay(message)).resultStatus).toBe("F");
  await storeLaterReason(message.paymentRequestId);
  const refused = { resultStatus: "F", resultCode: "PROCESS_FAIL" };
  expect((await pay(message)).body.result).toMatchObject(refused);
  expect((await inquire(message.paymentRequestId)).body.paymentResult).toMatchObject(refused);
});

it("a refund that was refused for a reason of a later release stays refused", async () => {
  const { paymentRequestId, ...message } = payMessage(await openCustomer());
  expect((await pay({ ...message, paymentRequestId })).code).toBe("SUCCESS");
  const refundRequestId = `of-${paymentRequestId}`;
  expect((await refund(paymentRequestId, "1001", { refundRequestId })).code).toBe("REFUND_AMOUNT_EXCEED");
  await storeLaterReason(paymentRequestId);
  expect(await refund(paymentRequestId, "1001", { refundRequestId })).toMatchObject({
    resultStatus: "F",
    code: "PROCESS_FAIL",
  });
});
