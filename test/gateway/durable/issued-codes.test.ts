/** Payment codes that this gateway gave out: bound to their customer, valid for their time, good for one payment. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { IssuedCodes } from "../../../durable/codes/issued-codes.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import {
  balanceOf,
  inquire,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";

const GRACE_MS = 5_000;

afterEach(() => {
  vi.useRealTimers();
});

function codesOf(paymentCode: string) {
  return env.CODES.getByName(shardName(shardOf(paymentCode, SHARD_COUNT)));
}

/** A code that Alipay+ gave out for a customer, valid for a minute. */
async function issue(customerId: string, expiryTimeMs = Date.now() + 60_000): Promise<string> {
  const paymentCode = newPaymentCode();
  expect(await codesOf(paymentCode).issue([{ paymentCode, customerId, expiryTimeMs }])).toEqual([paymentCode]);
  return paymentCode;
}

function payWith(customerId: string, paymentCode: string, changes = {}) {
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode, customerId };
  const message = payMessage(customerId, { paymentMethod, ...changes });
  return pay(message).then((reply) => ({ ...reply, message }));
}

describe("a code of ours", () => {
  it("pays for its customer, once [PCD-07]", async () => {
    const customerId = await openCustomer();
    const code = await issue(customerId);
    expect((await payWith(customerId, code)).code).toBe("SUCCESS");
    expect((await payWith(customerId, code)).code).toBe("INVALID_CODE");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("is refused for another customer, and then still pays for its own [PCD-07]", async () => {
    const [owner, other] = [await openCustomer(), await openCustomer()];
    const code = await issue(owner);
    const refused = await payWith(other, code);
    expect(refused.code).toBe("INVALID_CODE");
    const inquiry = await inquire(refused.message.paymentRequestId);
    expect(inquiry.body.paymentResult).toMatchObject({ resultCode: "INVALID_CODE", resultStatus: "F" });
    expect(await balanceOf(other)).toBe(100_000n);
    expect((await payWith(owner, code)).code).toBe("SUCCESS");
  });

  it("is refused as expired from its expiry on, a pay that was on its way allowed for [PCD-08]", async () => {
    const customerId = await openCustomer();
    const expiryTimeMs = Date.now() + 60_000;
    const [inTime, late] = [await issue(customerId, expiryTimeMs), await issue(customerId, expiryTimeMs)];
    vi.useFakeTimers({ toFake: ["Date"], now: expiryTimeMs + GRACE_MS - 1 });
    expect((await payWith(customerId, inTime)).code).toBe("SUCCESS");
    vi.setSystemTime(expiryTimeMs + GRACE_MS);
    expect((await payWith(customerId, late)).code).toBe("EXPIRED_CODE");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("answers a repeat with its payment's result after its expiry", async () => {
    const customerId = await openCustomer();
    const code = await issue(customerId);
    const first = await payWith(customerId, code);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
    expect((await pay(first.message)).text).toBe(first.text);
  });

  it("is checked by an evaluation without being used", async () => {
    const [owner, other] = [await openCustomer(), await openCustomer()];
    const code = await issue(owner);
    const paymentFactor = { isInStorePayment: "true", isPaymentEvaluation: "true" };
    expect((await payWith(other, code, { paymentFactor })).code).toBe("INVALID_CODE");
    expect((await payWith(owner, code, { paymentFactor })).code).toBe("SUCCESS");
    expect((await payWith(owner, code)).code).toBe("SUCCESS");
  });

  it("is never issued to two customers, nor shown once it has paid", async () => {
    const [first, second] = [await openCustomer(), await openCustomer()];
    const paymentCode = await issue(first);
    const expiryTimeMs = Date.now() + 60_000;
    const codes = codesOf(paymentCode);
    expect(await codes.issue([{ paymentCode, customerId: second, expiryTimeMs }])).toEqual([]);
    expect(await codes.issue([{ paymentCode, customerId: first, expiryTimeMs }])).toEqual([paymentCode]);
    await payWith(first, paymentCode);
    expect(await codes.issue([{ paymentCode, customerId: first, expiryTimeMs }])).toEqual([]);
    expect(await codes.isUsed(paymentCode)).toBe(true);
  });
});

describe("a code that was not issued here", () => {
  it("pays by default", async () => {
    expect((await payWith(await openCustomer(), newPaymentCode())).code).toBe("SUCCESS");
  });

  it("is refused where the configuration says so, and leaves no trace", async () => {
    const code = newPaymentCode();
    await runInDurableObject(codesOf(code), (_, { storage }) => {
      const strict = new IssuedCodes(storage.sql, { acceptsForeignPaymentCodes: false, paymentCodeGraceMs: 0 });
      expect(strict.claim(code, "payment", "customer", Date.now())).toEqual({ refusal: "CODE_NOT_ISSUED" });
      expect(strict.isUsed(code)).toBe(false);
    });
  });
});
