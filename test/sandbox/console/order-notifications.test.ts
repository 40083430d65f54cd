/** The notifications of a wallet about manual orders (docs/spec/wallet/notify-payment.md). */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { NOTIFICATIONS_LIMIT } from "../../../sandbox/alipayplus/payments/records/received-notifications.ts";
import { hkd } from "../../support/amounts.ts";
import { ask, payMessage } from "../../support/sandbox/acquirer.ts";
import {
  notify,
  type OrderCodeReply,
  orderOf,
  placeOrder,
  SUCCESS,
  scan,
  startAtNoon,
} from "../../support/sandbox/orders.ts";
import { call, openCustomer } from "../../support/sandbox/sandbox.ts";
import { Network } from "../../support/sandbox/worker.ts";

startAtNoon();

const statusOf = async (paymentRequestId: string) => (await orderOf(paymentRequestId)).status;

/** An order that a customer has scanned; its result is never notified. */
async function scannedOrder(changes: object = {}): Promise<OrderCodeReply> {
  const order = await placeOrder({ paymentAmount: hkd("700"), ...changes });
  await scan(order.codeValue);
  return order;
}

describe("the notifications of a wallet", () => {
  it("is kept over a restart, with the order", async () => {
    const { paymentRequestId } = await scannedOrder();
    await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" });
    await runInDurableObject(env.NETWORK.getByName("network"), (object, state) => {
      const before = (object as Network).inquire(paymentRequestId);
      expect(new Network(state).inquire(paymentRequestId)).toEqual(before);
      expect(before).toMatchObject({
        payment: { charge: { customerId: "alice" } },
        notifications: [{ resultCode: "SUCCESS", walletPaymentId: "payment-1", answer: "SUCCESS" }],
      });
    });
  });

  it("is remembered up to a limit, and what contradicts is noticed beyond it [SBX-04]", async () => {
    const { paymentRequestId } = await scannedOrder();
    await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" });
    for (let count = 0; count <= NOTIFICATIONS_LIMIT; count += 1) {
      expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-2" })).toBe("REPEAT_REQ_INCONSISTENT");
    }
    const { notifications } = await orderOf(paymentRequestId);
    expect([notifications.length, notifications[0]?.answer]).toEqual([NOTIFICATIONS_LIMIT + 1, "SUCCESS"]);
    expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" })).toBe("SUCCESS");
    expect((await orderOf(paymentRequestId)).notifications).toHaveLength(NOTIFICATIONS_LIMIT);
  });

  it("of an acquirer's order stands in its report, with the answers [SBX-04]", async () => {
    const paymentFactor = { isInStorePayment: "true", inStorePaymentScenario: "EntryCode" };
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
    const message = payMessage("", { paymentFactor, paymentMethod });
    const { paymentId, paymentUrl } = await ask("pay", message);
    await scan(String(paymentUrl), await openCustomer());
    await notify(String(paymentId), SUCCESS, { paymentId: "wallet-1" });
    await notify(String(paymentId), SUCCESS, { paymentId: "wallet-2" });
    const { received } = await call<{ received: readonly object[] }>(
      "GET",
      `/acquirer/payments/${String(message.paymentRequestId)}`,
    );
    const notified = { time: formatTime(Date.now()), resultCode: "SUCCESS", resultStatus: "S" };
    expect(received).toEqual([
      { ...notified, paymentId: "wallet-1", answer: "SUCCESS" },
      { ...notified, paymentId: "wallet-2", answer: "REPEAT_REQ_INCONSISTENT" },
    ]);
  });

  it("of an order that is not scanned is not accepted", async () => {
    const { paymentRequestId } = await placeOrder();
    expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" })).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await statusOf(paymentRequestId)).toBe("CREATED");
  });
});
