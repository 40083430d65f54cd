/** Payment codes that this gateway gave out: bound to their customer, valid for their time, good for one payment. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  balanceOf,
  homeOf,
  inquire,
  issueCode,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
} from "../../support/alipayplus.ts";

const GRACE_MS = 5_000;

afterEach(() => {
  vi.useRealTimers();
});

function payWith(customerId: string, paymentCode: string, changes = {}) {
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode, customerId };
  const message = payMessage(customerId, { paymentMethod, ...changes });
  return pay(message).then((reply) => ({ ...reply, message }));
}

describe("a code of ours", () => {
  it("pays for its customer, once [PCD-07]", async () => {
    const customerId = await openCustomer();
    const code = await issueCode(customerId);
    expect((await payWith(customerId, code)).code).toBe("SUCCESS");
    expect((await payWith(customerId, code)).code).toBe("INVALID_CODE");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("is refused for another customer, and then still pays for its own [PCD-07]", async () => {
    const [owner, other] = [await openCustomer(), await openCustomer()];
    const code = await issueCode(owner);
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
    const [inTime, late] = [
      await issueCode(customerId, undefined, expiryTimeMs),
      await issueCode(customerId, undefined, expiryTimeMs),
    ];
    vi.useFakeTimers({ toFake: ["Date"], now: expiryTimeMs + GRACE_MS - 1 });
    expect((await payWith(customerId, inTime)).code).toBe("SUCCESS");
    vi.setSystemTime(expiryTimeMs + GRACE_MS);
    expect((await payWith(customerId, late)).code).toBe("EXPIRED_CODE");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("answers a repeat with its payment's result after its expiry", async () => {
    const customerId = await openCustomer();
    const code = await issueCode(customerId);
    const first = await payWith(customerId, code);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
    expect((await pay(first.message)).text).toBe(first.text);
  });

  it("is checked by an evaluation without being used", async () => {
    const [owner, other] = [await openCustomer(), await openCustomer()];
    const code = await issueCode(owner);
    const paymentFactor = { isInStorePayment: "true", isPaymentEvaluation: "true" };
    expect((await payWith(other, code, { paymentFactor })).code).toBe("INVALID_CODE");
    expect((await payWith(owner, code, { paymentFactor })).code).toBe("SUCCESS");
    expect((await payWith(owner, code)).code).toBe("SUCCESS");
  });

  it("is never issued to two customers, nor shown once it has paid", async () => {
    const [first, second] = [await openCustomer(), await openCustomer()];
    const paymentCode = await issueCode(first);
    const expiryTimeMs = Date.now() + 60_000;
    const issueTo = (customerId: string) => homeOf(customerId).issueCodes(customerId, [{ paymentCode, expiryTimeMs }]);
    expect(await issueTo(second)).toEqual([]);
    expect(await issueTo(first)).toEqual([paymentCode]);
    await payWith(first, paymentCode);
    expect(await issueTo(first)).toEqual([]);
    expect(await homeOf(first).isUsedCode(paymentCode)).toBe(true);
  });
});

describe("a code that was not issued here", () => {
  it("pays where the configuration accepts it", async () => {
    expect((await payWith(await openCustomer(), newPaymentCode())).code).toBe("SUCCESS");
  });

  it("pays once, for the first customer who shows it", async () => {
    const [first, second] = [await openCustomer(), await openCustomer()];
    const code = newPaymentCode();
    expect((await payWith(first, code)).code).toBe("SUCCESS");
    expect((await payWith(second, code)).code).toBe("INVALID_CODE");
    expect((await payWith(first, code)).code).toBe("INVALID_CODE");
  });
});
