/**
 * An order that was scanned: the customer's decision, the debit, the page that shows it
 * (docs/spec/order-codes.md#the-way-of-an-order, docs/spec/wallet/user-initiated-pay.md).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { balanceOf, cancel, inquire, newId, openCustomer, pay, payMessage, refund } from "../../support/alipayplus.ts";
import { customerToken, type WalletReply, walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder, orderCommand, placeOrder, takeNotifications } from "../../support/wallet/order.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** An order that waits for a customer with 100,000 HKD cents. */
async function newOrder(changes: Parameters<typeof orderCommand>[1] = {}, answer = decodedOrder()) {
  takeNotifications();
  const customerId = await openCustomer();
  const command = await orderCommand(customerId, changes, answer);
  await placeOrder(command);
  return { customerId, paymentRequestId: command.paymentRequestId, command };
}

function confirm(paymentRequestId: string, customerId: string): Promise<WalletReply> {
  return walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
}

function decline(paymentRequestId: string, customerId: string): Promise<WalletReply> {
  return walletCall("POST", `/payments/${paymentRequestId}/decline`, { customerId });
}

function read(paymentRequestId: string): Promise<WalletReply> {
  return walletCall("GET", `/payments/${paymentRequestId}`);
}

describe("an order that awaits its confirmation", () => {
  it("shows all that a confirmation page needs, and has taken nothing [SCR-01]", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    const { status, body } = await read(paymentRequestId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      paymentRequestId,
      status: "AWAITING_CONFIRMATION",
      result: { resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" },
      debitAmount: { currency: "HKD", value: "1000" },
      orderAmount: { currency: "HKD", value: "1000" },
      merchant: { merchantName: "Harbour Bakery", merchantDisplayName: "海港餅店", storeName: "Pier 2", region: "HK" },
      orderDescription: "Two pineapple buns",
      paymentMethod: { paymentMethodType: "CONNECT_WALLET" },
      acceptanceMark: "ALIPAY_PLUS",
      paymentRedirectUrl: "https://bakery.test/thanks",
    });
    expect(body).not.toHaveProperty("redirectAfterSeconds");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("is in process to Alipay+, and neither paid nor refunded", async () => {
    const { paymentRequestId } = await newOrder();
    const inquiry = await inquire(paymentRequestId);
    expect(inquiry.body.paymentResult).toMatchObject({ resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" });
    expect((await refund(paymentRequestId, "1")).code).toBe("PAYMENT_IN_PROCESS");
    expect((await pay(payMessage("another", { paymentRequestId }))).code).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it("is closed by Alipay+'s cancel, and cannot be confirmed any more [OCD-05]", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    expect((await cancel(paymentRequestId)).code).toBe("SUCCESS");
    expect((await confirm(paymentRequestId, customerId)).body).toMatchObject({
      status: "CLOSED",
      advice: "ASK_MERCHANT",
    });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("is closed when its decoding comes after its cancel [OCD-05]", async () => {
    takeNotifications();
    const customerId = await openCustomer();
    const command = await orderCommand(customerId);
    expect((await cancel(command.paymentRequestId)).code).toBe("SUCCESS");
    expect(await placeOrder(command)).toMatchObject({ outcome: "CLOSED" });
    expect((await confirm(command.paymentRequestId, customerId)).body.code).toBe("ORDER_CLOSED");
  });

  it("keeps its first customer and amounts when it is decoded once more", async () => {
    const { command, paymentRequestId } = await newOrder();
    expect(await placeOrder(command)).toMatchObject({ outcome: "KNOWN", payment: { paymentRequestId } });
    expect(await placeOrder({ ...command, fingerprint: "another" })).toMatchObject({ outcome: "INCONSISTENT" });
  });
});

describe("confirming", () => {
  it("debits once, however often, and answers what a result page needs [SCR-02]", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    const replies = await Promise.all(Array.from({ length: 20 }, () => confirm(paymentRequestId, customerId)));
    for (const { status, body } of replies) {
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: "SUCCEEDED",
        result: { resultCode: "SUCCESS" },
        debitAmount: { currency: "HKD", value: "1000" },
        redirectAfterSeconds: 6,
      });
      expect(body.paymentTime).toBeTypeOf("string");
    }
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await balanceOf(customerId)).toBe(99_000n);
    expect((await confirm(paymentRequestId, customerId)).body).toEqual(replies[0]?.body);
    const inquiry = await inquire(paymentRequestId);
    expect(inquiry.body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" }, customerId });
  });

  it("never debits at or after the expiry", async () => {
    const { customerId, paymentRequestId, command } = await newOrder();
    vi.useFakeTimers({ toFake: ["Date"], now: command.expiryTimeMs });
    expect((await confirm(paymentRequestId, customerId)).body).toMatchObject({ status: "CLOSED" });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("answers why it failed, and what the customer can do [SCR-03]", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    await openCustomer({ balance: 999n }, customerId);
    expect((await confirm(paymentRequestId, customerId)).body).toMatchObject({
      status: "FAILED",
      result: { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F" },
      advice: "ADD_MONEY",
    });
  });

  it("is only for the customer who scanned the code", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    const other = await openCustomer();
    expect((await confirm(paymentRequestId, other)).body.code).toBe("PAYMENT_UNKNOWN");
    const token = await customerToken(other);
    for (const path of ["confirm", "decline"]) {
      const reply = await walletCall("POST", `/payments/${paymentRequestId}/${path}`, {}, { token });
      expect(reply).toMatchObject({ status: 404, body: { code: "PAYMENT_UNKNOWN" } });
    }
    expect(await walletCall("GET", `/payments/${paymentRequestId}`, undefined, { token })).toMatchObject({
      status: 404,
    });
    const own = await customerToken(customerId);
    expect((await walletCall("POST", `/payments/${paymentRequestId}/confirm`, {}, { token: own })).body).toMatchObject({
      status: "SUCCEEDED",
    });
  });

  it("knows no payment that no customer has scanned", async () => {
    expect(await confirm(newId("order"), "alice")).toMatchObject({ status: 404, body: { code: "PAYMENT_UNKNOWN" } });
  });

  it("can be cancelled and refunded like any payment", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    await confirm(paymentRequestId, customerId);
    expect((await refund(paymentRequestId, "400")).code).toBe("SUCCESS");
    expect((await read(paymentRequestId)).body).toMatchObject({ refundedAmount: { currency: "HKD", value: "400" } });
    expect(await balanceOf(customerId)).toBe(99_400n);

    const second = await newOrder();
    await confirm(second.paymentRequestId, second.customerId);
    expect((await cancel(second.paymentRequestId)).code).toBe("SUCCESS");
    expect((await read(second.paymentRequestId)).body).toMatchObject({ status: "CLOSED" });
    expect(await balanceOf(second.customerId)).toBe(100_000n);
  });
});

describe("declining", () => {
  it("closes the order for good [SCR-01]", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    expect((await decline(paymentRequestId, customerId)).body).toMatchObject({ status: "CLOSED" });
    expect((await confirm(paymentRequestId, customerId)).body).toMatchObject({ status: "CLOSED" });
    const inquiry = await inquire(paymentRequestId);
    expect(inquiry.body.paymentResult).toMatchObject({ resultCode: "ORDER_IS_CLOSED", resultStatus: "F" });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("changes nothing once the order is paid", async () => {
    const { customerId, paymentRequestId } = await newOrder();
    await confirm(paymentRequestId, customerId);
    expect((await decline(paymentRequestId, customerId)).body).toMatchObject({ status: "SUCCEEDED" });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("never loses money when it comes together with the confirmation", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { customerId, paymentRequestId } = await newOrder();
      await Promise.all([confirm(paymentRequestId, customerId), decline(paymentRequestId, customerId)]);
      const { body } = await read(paymentRequestId);
      expect(await balanceOf(customerId)).toBe(body.status === "SUCCEEDED" ? 99_000n : 100_000n);
    }
  });
});

describe("amounts that do not follow from the order", () => {
  it("are refused: the payment fails, and operators see why", async () => {
    const { customerId, paymentRequestId } = await newOrder({ amountsDiffer: true });
    expect((await read(paymentRequestId)).body).toMatchObject({
      status: "FAILED",
      result: { resultCode: "PROCESS_FAIL" },
      advice: "CONTACT_SUPPORT",
    });
    expect((await confirm(paymentRequestId, customerId)).body).toMatchObject({ status: "FAILED" });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });
});

describe("a payment by code", () => {
  it("can be read by the wallet like an order", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    expect((await read(String(message.paymentRequestId))).body).toMatchObject({
      status: "SUCCEEDED",
      merchant: { merchantName: "UGG", storeName: "UGG-2" },
      debitAmount: { currency: "HKD", value: "1000" },
    });
  });
});
