/** The operators' API: the status of a payment, the attempts to notify its result, and another attempt on request. */
import { describe, expect, it } from "vitest";
import { newId, openCustomer, pay, payMessage } from "../support/alipayplus.ts";
import { resultOf } from "../support/alipayplus-answers.ts";
import { until } from "../support/until.ts";
import { OPERATOR_TOKEN, opsCall, WALLET_TOKEN, walletCall } from "../support/wallet/calls.ts";
import { decodedOrder, notifications, orderCommand, placeOrder, takeNotifications } from "../support/wallet/order.ts";

async function newOrder(customerId: string, changes = {}, answer = decodedOrder()): Promise<string> {
  const command = await orderCommand(customerId, changes, answer);
  await placeOrder(command);
  return command.paymentRequestId;
}

describe("an operator", () => {
  it("sees the status of a payment and every notification, and nothing of the customer or the amounts", async () => {
    const received = takeNotifications(() => resultOf("F", "PROCESS_FAIL"));
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    await notifications(received, paymentRequestId, 1);
    const { body } = await until(async () => {
      const reply = await opsCall("GET", `/payments/${paymentRequestId}`);
      expect(reply.body).toMatchObject({
        notification: { attempts: [{ resultCode: "SUCCESS", outcome: "F PROCESS_FAIL" }] },
      });
      return reply;
    });
    expect(body).toMatchObject({ status: "SUCCEEDED", unanswered: 0, amountsDiffer: false });
    expect(JSON.stringify(body)).not.toContain(customerId);
    expect(JSON.stringify(body)).not.toContain("1000");
  });

  it("sees why a payment failed, and whose amounts differ", async () => {
    takeNotifications();
    const paymentRequestId = await newOrder(await openCustomer(), { amountsDiffer: true });
    expect((await opsCall("GET", `/payments/${paymentRequestId}`)).body).toMatchObject({
      status: "FAILED",
      reason: "AMOUNTS_DIFFER",
      amountsDiffer: true,
    });
  });

  it("has a result notified again at once", async () => {
    takeNotifications(() => new Response(null, { status: 503 }));
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    const received = takeNotifications();
    expect(await opsCall("POST", `/payments/${paymentRequestId}/notifications`)).toMatchObject({
      status: 200,
      body: { outcome: "DUE" },
    });
    await notifications(received, paymentRequestId, 1);
  });

  it("cannot notify what is not final, has no URL, or is not known", async () => {
    takeNotifications();
    const customerId = await openCustomer();
    const open = await newOrder(customerId);
    expect((await opsCall("POST", `/payments/${open}/notifications`)).body.code).toBe("PAYMENT_NOT_FINAL");
    const message = payMessage(customerId);
    await pay(message);
    const unnotified = await opsCall("POST", `/payments/${message.paymentRequestId}/notifications`);
    expect(unnotified).toMatchObject({ status: 409, body: { code: "PAYMENT_NOT_NOTIFIED" } });
    for (const [method, path] of [
      ["POST", "/notifications"],
      ["GET", ""],
    ] as const) {
      expect(await opsCall(method, `/payments/${newId("none")}${path}`)).toMatchObject({
        status: 404,
        body: { code: "PAYMENT_UNKNOWN", title: expect.not.stringContaining("customer") },
      });
    }
  });
});

describe("any other caller", () => {
  it.each([null, "", "wrong-token-of-some-length-000000000001", WALLET_TOKEN])("is not admitted", async (token) => {
    const reply = await opsCall("GET", `/payments/${newId("any")}`, { token });
    expect(reply).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    expect(reply.headers.get("Content-Type")).toBe("application/problem+json");
  });

  it("finds behind the operators' token only the calls of operators", async () => {
    expect(OPERATOR_TOKEN).not.toBe(WALLET_TOKEN);
    const reply = await walletCall("GET", `/payments/${newId("any")}`, undefined, { token: OPERATOR_TOKEN });
    expect(reply.status).toBe(401);
    expect((await opsCall("GET", "/nothing")).status).toBe(404);
    expect((await opsCall("GET", `/payments/${newId("any")}/notifications`)).status).toBe(405);
  });
});
