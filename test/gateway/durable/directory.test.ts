/** What must be unique across customers: the first claim of a key wins, for every one who comes later. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import {
  balanceOf,
  CLIENT_ID,
  cancel,
  customerBeside,
  inquire,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { advance, standTheClock } from "../../support/clock.ts";

const EXPIRY_MS = 600_000;

standTheClock();

function freshDirectory() {
  return env.DIRECTORY.getByName(crypto.randomUUID());
}

describe("a payment's home", () => {
  it("is the first that claims it, with the expiry of the first claim", async () => {
    const directory = freshDirectory();
    const first = { outcome: "KNOWN", home: 3, expiryTimeMs: 1_000 };
    expect(await directory.claimPayment("p1", 3, 1_000)).toEqual(first);
    expect(await directory.claimPayment("p1", 3, 2_000)).toEqual(first);
    expect(await directory.claimPayment("p1", 4, 3_000)).toEqual(first);
    expect(await directory.closePayment("p1", 5)).toEqual(first);
    await evictDurableObject(directory as DurableObjectStub);
    expect(await directory.findPayment("p1")).toEqual(first);
    expect(await directory.findPayment("p2")).toBeUndefined();
  });

  it("is none once a cancel came first", async () => {
    const directory = freshDirectory();
    expect(await directory.closePayment("p1", 5)).toEqual({ outcome: "CLOSED" });
    await evictDurableObject(directory as DurableObjectStub);
    expect(await directory.closePayment("p1", 6)).toEqual({ outcome: "CLOSED" });
    expect(await directory.claimPayment("p1", 3, 1_000)).toEqual({ outcome: "CLOSED" });
    expect(await directory.findPayment("p1")).toEqual({ outcome: "CLOSED" });
  });

  it.each([true, false])("refuses the same id of another customer (in the same home: %s)", async (isSameHome) => {
    const first = await openCustomer();
    const second = await customerBeside(first, isSameHome);
    const message = payMessage(first);
    const { paymentRequestId } = message;
    expect((await pay(message)).code).toBe("SUCCESS");
    const other = payMessage(second, { paymentRequestId });
    expect(await pay(other)).toMatchObject({ code: "REPEAT_REQ_INCONSISTENT", resultStatus: "F" });
    expect(await pay(other)).toMatchObject({ code: "REPEAT_REQ_INCONSISTENT" });
    expect([await balanceOf(first), await balanceOf(second)]).toEqual([99_000n, 100_000n]);
    // Nothing of the other customer's is bound by it.
    const code = (other.paymentMethod as { paymentMethodId: string }).paymentMethodId;
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: code, customerId: second };
    expect((await pay(payMessage(second, { paymentMethod }))).code).toBe("SUCCESS");
    expect((await inquire(paymentRequestId)).body).toMatchObject({ customerId: first });
  });
});

describe("a refund's payment", () => {
  it("is the first that it names, and it stays refused when that one was unknown", async () => {
    const directory = freshDirectory();
    const known = { paymentId: "p1", paymentIsUnknown: false };
    expect(await directory.claimRefund("r1", "p1", false)).toEqual(known);
    expect(await directory.claimRefund("r1", "p2", true)).toEqual(known);
    const unknown = { paymentId: "p3", paymentIsUnknown: true };
    expect(await directory.claimRefund("r2", "p3", true)).toEqual(unknown);
    await evictDurableObject(directory as DurableObjectStub);
    expect(await directory.claimRefund("r2", "p3", false)).toEqual(unknown);
  });

  it("of a payment that is unknown is refused, also when the payment comes later", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const refundRequestId = newId("refund");
    expect((await refund(message.paymentRequestId, "400", { refundRequestId })).code).toBe("ORDER_NOT_EXIST");
    expect((await pay(message)).code).toBe("SUCCESS");
    expect((await refund(message.paymentRequestId, "400", { refundRequestId })).code).toBe("ORDER_NOT_EXIST");
    expect(await balanceOf(customerId)).toBe(99_000n);
    expect((await refund(message.paymentRequestId, "400")).code).toBe("SUCCESS");
  });
});

describe("a code", () => {
  it("belongs to its first owner, and pays once", async () => {
    const directory = freshDirectory();
    expect(await directory.registerCodes(["c1", "c2"], "alice")).toEqual(["c1", "c2"]);
    expect(await directory.registerCodes(["c2", "c3"], "bob")).toEqual(["c3"]);
    expect(await directory.claimCode("c1", "bob", "p1")).toEqual({ owner: "alice", paymentId: undefined });
    expect(await directory.claimCode("c1", "alice", "p2")).toEqual({ owner: "alice", paymentId: "p2" });
    expect(await directory.claimCode("c1", "alice", "p3")).toEqual({ owner: "alice", paymentId: "p2" });
    expect(await directory.claimCode("c1", "alice", "p2")).toEqual({ owner: "alice", paymentId: "p2" });
    await evictDurableObject(directory as DurableObjectStub);
    expect(await directory.findCode("c1")).toEqual({ owner: "alice", paymentId: "p2" });
    expect(await directory.registerCodes(["c1", "c2"], "alice")).toEqual(["c2"]);
  });

  it("that was never registered belongs to the customer who pays with it first", async () => {
    const directory = freshDirectory();
    expect(await directory.claimCode("c1", "alice", "p1")).toEqual({ owner: "alice", paymentId: "p1" });
    expect(await directory.claimCode("c1", "bob", "p2")).toEqual({ owner: "alice", paymentId: "p1" });
    expect(await directory.registerCodes(["c1"], "bob")).toEqual([]);
  });
});

describe("a payment that is claimed, and has not reached its home", () => {
  async function claimed() {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const paymentId = await paymentIdOf(CLIENT_ID, String(message.paymentRequestId));
    const directory = env.DIRECTORY.getByName(shardName(shardOf(paymentId, SHARD_COUNT)));
    await directory.claimPayment(paymentId, shardOf(customerId, SHARD_COUNT), Date.now() + EXPIRY_MS);
    return { customerId, message, paymentRequestId: message.paymentRequestId };
  }

  it("is in process until its expiry, and closed after it for good, also for a pay by a clock that is behind", async () => {
    const { customerId, message, paymentRequestId } = await claimed();
    const startMs = Date.now();
    vi.setSystemTime(startMs + EXPIRY_MS - 1);
    expect((await inquire(paymentRequestId)).body).toMatchObject({
      paymentResult: { resultCode: "PAYMENT_IN_PROCESS" },
    });
    expect((await refund(paymentRequestId, "1000")).code).toBe("PAYMENT_IN_PROCESS");
    vi.setSystemTime(startMs + EXPIRY_MS);
    const closed = { paymentResult: { resultCode: "ORDER_IS_CLOSED" } };
    expect((await inquire(paymentRequestId)).body).toMatchObject(closed);
    vi.setSystemTime(startMs);
    expect((await inquire(paymentRequestId)).body).toMatchObject(closed);
    expect((await pay(message)).code).toBe("ORDER_IS_CLOSED");
    expect((await refund(paymentRequestId, "1000")).code).toBe("ORDER_IS_CLOSED");
    expect((await cancel(paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("is paid by a repeat that comes before the expiry of the first claim, and closed for one that comes after", async () => {
    const [inTime, late] = [await claimed(), await claimed()];
    advance(EXPIRY_MS - 1);
    expect((await pay(inTime.message)).code).toBe("SUCCESS");
    advance(1);
    expect((await pay(late.message)).code).toBe("ORDER_IS_CLOSED");
    expect((await inquire(late.paymentRequestId)).body).toMatchObject({
      paymentResult: { resultCode: "ORDER_IS_CLOSED" },
    });
    expect(await balanceOf(late.customerId)).toBe(100_000n);
  });
});
