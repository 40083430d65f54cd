/** The payments on the live stream. docs/spec/screens.md#notification: the MPP server informs the app of the result. */
import { describe, expect, it } from "vitest";
import { cancel, openCustomer, pay, payByOurCode, payMessage } from "../../support/alipayplus.ts";
import { advance, standTheClock } from "../../support/clock.ts";
import { bind, payByTokenMessage, takeAuthNotifications } from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import { listen } from "../../support/wallet/live.ts";
import { decodedOrder, orderCommand, placeOrder, takeNotifications } from "../../support/wallet/order.ts";

standTheClock();

async function newOrder(customerId: string): Promise<string> {
  takeNotifications();
  const command = await orderCommand(customerId, {}, decodedOrder());
  await placeOrder(command);
  return command.paymentRequestId;
}

describe("an app receives", () => {
  it("that the code it showed has paid [SCR-06]", async () => {
    const customerId = await openCustomer();
    const app = await listen(customerId);
    const message = await payByOurCode(customerId);
    const { paymentRequestId } = message;
    const { body } = await pay(message);
    expect(await app.next()).toMatchObject({
      type: "payment",
      paymentRequestId,
      status: "SUCCEEDED",
      resultCode: "SUCCESS",
      time: body.paymentTime,
    });
  });

  it("why the code it showed has not paid", async () => {
    const customerId = await openCustomer({ balance: 999n });
    const app = await listen(customerId);
    const message = await payByOurCode(customerId);
    await pay(message);
    const { paymentRequestId } = message;
    const heard = { paymentRequestId, status: "FAILED", resultCode: "USER_BALANCE_NOT_ENOUGH" };
    expect(await app.next()).toMatchObject(heard);
  });

  it("that the code it showed has expired, or has paid before", async () => {
    const customerId = await openCustomer();
    const app = await listen(customerId);
    const first = await payByOurCode(customerId);
    await pay(first);
    await app.next();
    const second = { ...first, paymentRequestId: `${first.paymentRequestId}-2` };
    await pay(second);
    expect(await app.next()).toMatchObject({ paymentRequestId: second.paymentRequestId, resultCode: "INVALID_CODE" });

    const late = await payByOurCode(customerId);
    advance(70_000);
    await pay(late);
    expect(await app.next()).toMatchObject({ paymentRequestId: late.paymentRequestId, resultCode: "EXPIRED_CODE" });
  });

  it("what a merchant has taken by an access token [AUT-27]", async () => {
    takeAuthNotifications();
    const { accessToken, customerId } = await bind();
    const app = await listen(customerId);
    const message = payByTokenMessage(accessToken);
    const { body } = await pay(message);
    const { paymentRequestId } = message;
    expect(await app.next()).toMatchObject({ paymentRequestId, status: "SUCCEEDED", time: body.paymentTime });
  });

  it("what became of an order: confirmed, then cancelled by Alipay+ [RES-04]", async () => {
    const customerId = await openCustomer();
    const app = await listen(customerId);
    const paymentRequestId = await newOrder(customerId);
    await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    expect(await app.next()).toMatchObject({ paymentRequestId, status: "SUCCEEDED" });
    await cancel(paymentRequestId);
    expect(await app.next()).toMatchObject({ paymentRequestId, status: "CLOSED", resultCode: "ORDER_IS_CLOSED" });
  });

  it("nothing of a payment with a code that this gateway did not issue", async () => {
    const customerId = await openCustomer();
    const app = await listen(customerId);
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    const ours = await payByOurCode(customerId);
    await pay(ours);
    expect(await app.next()).toMatchObject({ paymentRequestId: ours.paymentRequestId });
  });
});
