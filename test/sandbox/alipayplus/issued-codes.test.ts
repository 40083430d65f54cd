/** The payment codes that the sandbox's Alipay+ gives out (docs/spec/payment-codes.md). */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { advanceClock, nowMs, resetClock } from "../../../protocol/clock.ts";
import {
  CODES_LIMIT,
  EXPIRED_CODE_KEPT_MS,
  type IssuedCodes,
} from "../../../sandbox/alipayplus/for-wallets/issued-codes.ts";

const NOW_MS = Date.parse("2026-03-10T12:00:00.250+08:00");

function freshCodes() {
  return env.ISSUED_CODES.getByName(crypto.randomUUID());
}

it("codes have 24 digits, issuer identifier and business type 02 first, and are all different [PCD-02]", async () => {
  const issuedCodes = freshCodes();
  const wish = { customerId: "alice", quantity: 10, nowMs: NOW_MS };
  const issues = await Promise.all(Array.from({ length: 20 }, () => issuedCodes.issue(wish)));
  const values = issues
    .flatMap((issue) => (issue.outcome === "ISSUED" ? issue.codes : []))
    .map((code) => code.paymentCode);
  expect(values.every((value) => /^28100602[0-9]{16}$/.test(value))).toBe(true);
  expect(new Set(values).size).toBe(200);
});

it("a code is drawn again when it is already given out", async () => {
  const draws = [0, 0, 7, 250];
  const issuedCodes = freshCodes();
  const codes = await runInDurableObject(issuedCodes, (object) => {
    const random = vi.spyOn(crypto, "getRandomValues").mockImplementation((bytes) => {
      (bytes as unknown as Uint8Array).fill(draws.shift() ?? 9);
      return bytes;
    });
    const issue = (object as IssuedCodes).issue({ customerId: "alice", quantity: 3, nowMs: NOW_MS });
    random.mockRestore();
    return issue.outcome === "ISSUED" ? issue.codes : [];
  });
  // A byte of 250 or more is thrown away: it would make small digits more likely.
  expect(codes.map(({ paymentCode }) => paymentCode)).toEqual([
    `28100602${"0".repeat(16)}`,
    `28100602${"7".repeat(16)}`,
    `28100602${"9".repeat(16)}`,
  ]);
});

it("codes are valid one after the other, a minute each, then expired, and forgotten in the end", async () => {
  const issuedCodes = freshCodes();
  const issue = await issuedCodes.issue({ customerId: "alice", quantity: 2, nowMs: NOW_MS });
  if (issue.outcome !== "ISSUED") throw new Error(issue.outcome);
  const [first, second] = issue.codes;
  if (!first || !second) throw new Error("two codes were asked for");
  expect(first.startTimeMs).toBe(NOW_MS - 250);
  expect(second.startTimeMs).toBe(first.expiryTimeMs);
  const valid = { outcome: "VALID", customerId: "alice" };
  expect(await issuedCodes.decode(first.paymentCode, NOW_MS)).toEqual(valid);
  expect(await issuedCodes.decode(second.paymentCode, first.expiryTimeMs - 1)).toEqual({
    outcome: "NOT_YET_VALID",
    startTimeMs: second.startTimeMs,
  });
  await evictDurableObject(issuedCodes);
  expect(await issuedCodes.decode(first.paymentCode, first.expiryTimeMs)).toEqual({ outcome: "EXPIRED" });
  expect(await issuedCodes.decode(second.paymentCode, first.expiryTimeMs)).toEqual(valid);
  expect(await issuedCodes.decode(`28100602${"0".repeat(16)}`, NOW_MS)).toEqual({ outcome: "UNKNOWN" });
  await issuedCodes.issue({ customerId: "bob", quantity: 1, nowMs: second.expiryTimeMs + EXPIRED_CODE_KEPT_MS });
  expect(await issuedCodes.decode(first.paymentCode, NOW_MS)).toEqual({ outcome: "UNKNOWN" });
});

it("a clock that was set ahead and right again leaves every code known that is valid", async () => {
  const issuedCodes = freshCodes();
  const issue = await issuedCodes.issue({ customerId: "alice", quantity: 1, nowMs: nowMs() });
  if (issue.outcome !== "ISSUED") throw new Error(issue.outcome);
  const [{ paymentCode } = { paymentCode: "" }] = issue.codes;
  try {
    advanceClock(86_400_000);
    await issuedCodes.issue({ customerId: "bob", quantity: 1, nowMs: nowMs() });
    expect(await issuedCodes.decode(paymentCode, nowMs())).toEqual({ outcome: "UNKNOWN" });
  } finally {
    resetClock();
  }
  expect(await issuedCodes.decode(paymentCode, nowMs())).toEqual({ outcome: "VALID", customerId: "alice" });
});

it("there are codes for a crowd, and none once too many others can still be used", async () => {
  const issuedCodes = freshCodes();
  await issuedCodes.issue({ customerId: "alice", quantity: 1, nowMs: NOW_MS });
  await runInDurableObject(issuedCodes, (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
        INSERT INTO payment_codes SELECT 'code-' || number, 'crowd', ?, ? FROM numbers`,
      CODES_LIMIT - 2,
      NOW_MS,
      NOW_MS + 60_000,
    );
  });
  await evictDurableObject(issuedCodes);
  const wish = { customerId: "alice", quantity: 2, nowMs: NOW_MS };
  expect(await issuedCodes.issue(wish)).toEqual({ outcome: "TOO_MANY_CODES" });
  expect((await issuedCodes.issue({ ...wish, quantity: 1 })).outcome).toBe("ISSUED");
  expect((await issuedCodes.issue({ ...wish, nowMs: NOW_MS + 60_000 + EXPIRED_CODE_KEPT_MS })).outcome).toBe("ISSUED");
});
