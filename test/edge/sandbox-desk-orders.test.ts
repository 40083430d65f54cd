import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { DeskClient } from "../../sandbox/desk-client.ts";
import {
  type NewOrder,
  NOTIFICATIONS_LIMIT,
  ORDERS_LIMIT,
  ORDERS_LIMIT_CHARACTERS,
} from "../../sandbox/desk-orders.ts";
import { freshDesk, inside } from "./sandbox-desk.fixture.ts";

const NOW_MS = 1_800_000_000_000;

function orderOf(paymentRequestId: string, changes: Partial<NewOrder> = {}): NewOrder {
  const codeValue = `code-${paymentRequestId}`;
  return { paymentRequestId, codeValue, expiryTimeMs: NOW_MS + 60_000, terms: { paymentRequestId }, ...changes };
}

const statusOf = async (desk: DeskClient, id: string) => (await desk.findOrder(id)).order?.status;

function notification(paymentRequestId: string, fingerprint = "same") {
  return { paymentRequestId, fingerprint, resultCode: "SUCCESS", resultStatus: "S", receivedTimeMs: NOW_MS } as const;
}

describe("orders on the desk", () => {
  it("are kept over an eviction, with who scanned them and what was told", async () => {
    const { desk, stub } = freshDesk();
    await desk.placeOrder(orderOf("pay-1"));
    await desk.decodeOrder({ codeValue: "code-pay-1", customerId: "alice", nowMs: NOW_MS });
    await desk.takeNotification(notification("pay-1"));
    await evictDurableObject(stub("orders"));
    const { order } = await desk.findOrder("pay-1");
    expect(order).toMatchObject({ status: "PAID", customerId: "alice", notifications: [{ answer: "SUCCESS" }] });
  });

  it("can be decoded before their expiry, not from it on", async () => {
    const { desk } = freshDesk();
    await desk.placeOrder(orderOf("pay-1"));
    const scan = { codeValue: "code-pay-1", customerId: "alice" };
    expect(await desk.decodeOrder({ ...scan, nowMs: NOW_MS + 60_000 })).toEqual({ outcome: "EXPIRED" });
    expect(await statusOf(desk, "pay-1")).toBe("CREATED");
    const decoded = { outcome: "DECODED", terms: { paymentRequestId: "pay-1" } };
    expect(await desk.decodeOrder({ ...scan, nowMs: NOW_MS + 59_999 })).toEqual(decoded);
  });

  it("that are closed cannot be decoded, nor be paid any more", async () => {
    const { desk } = freshDesk();
    await desk.placeOrder(orderOf("pay-1"));
    await desk.closeUnpaidOrder("pay-1");
    const scan = { codeValue: "code-pay-1", customerId: "alice", nowMs: NOW_MS };
    expect(await desk.decodeOrder(scan)).toEqual({ outcome: "CLOSED" });
    expect((await desk.takeNotification(notification("pay-1"))).outcome).toBe("ACCEPTED");
    expect(await statusOf(desk, "pay-1")).toBe("CLOSED");
  });

  it("that are paid close only by a cancel", async () => {
    const { desk } = freshDesk();
    await desk.placeOrder(orderOf("pay-1"));
    await desk.takeNotification(notification("pay-1"));
    await desk.closeUnpaidOrder("pay-1");
    expect(await statusOf(desk, "pay-1")).toBe("PAID");
    await desk.closeCancelledOrder("pay-1");
    expect(await statusOf(desk, "pay-1")).toBe("CLOSED");
  });

  it("remember the last notifications of a wallet that never stops", async () => {
    const { desk } = freshDesk();
    await desk.placeOrder(orderOf("pay-1"));
    for (let count = 0; count <= NOTIFICATIONS_LIMIT; count++) {
      await desk.takeNotification({ ...notification("pay-1"), receivedTimeMs: NOW_MS + count });
    }
    const notifications = (await desk.findOrder("pay-1")).order?.notifications ?? [];
    expect([notifications.length, notifications[0]?.receivedTimeMs]).toEqual([NOTIFICATIONS_LIMIT, NOW_MS + 1]);
  });

  it("fit one stored value when they are many, and when they are large; the oldest go first", async () => {
    const { desk, stub } = freshDesk();
    await desk.placeOrder(orderOf("first"));
    const placed = (id: string, terms: NewOrder["terms"]) =>
      ({ ...orderOf(id, { terms }), status: "CREATED", notifications: [] }) as const;
    await inside(stub("orders"), (object) => {
      object.orders = Array.from({ length: ORDERS_LIMIT }, (_, number) => placed(`pay-${number}`, {}));
    });
    await desk.placeOrder(orderOf("last"));
    expect([await statusOf(desk, "pay-0"), await statusOf(desk, "pay-1")]).toEqual([undefined, "CREATED"]);

    const large = { passThroughInfo: "支".repeat(ORDERS_LIMIT_CHARACTERS / 4) };
    await inside(stub("orders"), (object) => {
      object.orders = ["a", "b", "c", "d"].map((id) => placed(id, large));
    });
    await desk.placeOrder(orderOf("newest"));
    await evictDurableObject(stub("orders"));
    const kept = await Promise.all(["a", "b", "c", "d", "newest"].map((id) => statusOf(desk, id)));
    expect(kept.map((status) => status !== undefined)).toEqual([false, true, true, true, true]);
  });
});
