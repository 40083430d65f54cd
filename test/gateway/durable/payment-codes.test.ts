/** What a home keeps of payment codes: little of those that are shown, everything of those that have paid. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BATCHES_LIMIT, PaymentCodes } from "../../../durable/payment-codes/payment-codes.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { advanceClock, resetClock } from "../../../protocol/clock.ts";
import {
  balanceOf,
  homeOf,
  issueCode,
  newPaymentCode,
  openCustomer,
  pay,
  payByOurCode,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { advance, DAY_MS, SECOND_MS, standTheClock } from "../../support/clock.ts";
import { otherEnvironment } from "../../support/home/other-environment.ts";
import { insideHome, payCommand } from "../../support/home/other-home.ts";

const START_MS = 1_000_000;
const VALID_MS = 60_000;
const GRACE_MS = 5_000;
/** How long after that the codes can still be looked for. */
const KEPT_MS = 60_000;

standTheClock();

type Codes = { readonly codes: PaymentCodes; readonly sql: SqlStorage };

/** Runs `work` on the codes of a home that no other test uses. */
function onCodes(work: (codes: Codes) => void): Promise<void> {
  const stub = env.CUSTOMERS.getByName(crypto.randomUUID()) as DurableObjectStub;
  return runInDurableObject(stub, (_, { storage: { sql } }) => work({ codes: new PaymentCodes(sql, GRACE_MS), sql }));
}

/** A batch of codes with the same expiry. */
function batch(names: readonly string[], expiryTimeMs = START_MS + VALID_MS) {
  return names.map((paymentCode) => ({ paymentCode, expiryTimeMs }));
}

function rowsOf(sql: SqlStorage, table: "code_batches" | "used_codes"): number {
  return sql.exec(`SELECT * FROM ${table}`).toArray().length;
}

describe("a batch of codes", () => {
  it("is one row, and writes nothing when it is issued again", () =>
    onCodes(({ codes, sql }) => {
      expect(codes.issue("alice", batch(["c1", "c2", "c3"]), START_MS)).toEqual(["c1", "c2", "c3"]);
      expect(codes.issue("alice", batch(["c1", "c2"]), START_MS)).toEqual(["c1", "c2"]);
      expect(rowsOf(sql, "code_batches")).toBe(1);
      expect(codes.issue("alice", batch(["c3", "c4"]), START_MS)).toEqual(["c3", "c4"]);
      expect(rowsOf(sql, "code_batches")).toBe(2);
      for (const code of ["c1", "c2", "c3", "c4"]) {
        expect(codes.look(code, "alice", START_MS)).toEqual({ status: "VALID" });
      }
      expect(codes.issue("alice", [], START_MS)).toEqual([]);
      expect(rowsOf(sql, "code_batches")).toBe(2);
    }));

  it("belongs to its customer alone", () =>
    onCodes(({ codes }) => {
      codes.issue("alice", batch(["c1"]), START_MS);
      expect(codes.look("c1", "bob", START_MS)).toEqual({ status: "FOREIGN" });
      expect(codes.look("c2", "alice", START_MS)).toEqual({ status: "FOREIGN" });
    }));

  it("is overwritten once all of it is over, and not before a pay that is on its way has looked for it", () =>
    onCodes(({ codes, sql }) => {
      const [early, late] = [START_MS + VALID_MS, START_MS + 2 * VALID_MS];
      codes.issue("alice", [...batch(["c1"], early), ...batch(["c2"], late)], START_MS);
      const overMs = late + GRACE_MS + KEPT_MS;
      expect(codes.issue("alice", batch(["c3"], overMs + VALID_MS), overMs - 1)).toEqual(["c3"]);
      expect(rowsOf(sql, "code_batches")).toBe(2);
      expect(codes.look("c2", "alice", late + GRACE_MS - 1)).toEqual({ status: "VALID" });
      expect(codes.issue("alice", batch(["c4"], overMs + VALID_MS), overMs)).toEqual(["c4"]);
      expect(rowsOf(sql, "code_batches")).toBe(2);
      expect(codes.look("c1", "alice", START_MS)).toEqual({ status: "FOREIGN" });
      expect(codes.look("c3", "alice", overMs)).toEqual({ status: "VALID" });
      expect(codes.look("c4", "alice", overMs)).toEqual({ status: "VALID" });
    }));

  it("never makes the table grow, however long a customer looks at codes", () =>
    onCodes(({ codes, sql }) => {
      for (let number = 0; number < 500; number += 1) {
        const nowMs = START_MS + number * VALID_MS;
        expect(codes.issue("alice", batch([`c${number}`], nowMs + VALID_MS), nowMs)).toEqual([`c${number}`]);
      }
      expect(rowsOf(sql, "code_batches")).toBeLessThanOrEqual(4);
      expect(rowsOf(sql, "used_codes")).toBe(0);
    }));

  it("is known again when a rehearsal that was set ahead returns to the true time, and needs no more rows", () =>
    onCodes(({ codes, sql }) => {
      codes.issue("alice", batch(["c0"]), START_MS);
      try {
        for (let day = 1; day <= 2 * BATCHES_LIMIT; day += 1) {
          advanceClock(DAY_MS);
          const nowMs = START_MS + day * DAY_MS;
          expect(codes.issue("alice", batch([`c${day}`], nowMs + VALID_MS), nowMs)).toEqual([`c${day}`]);
          expect(codes.look(`c${day}`, "alice", nowMs)).toEqual({ status: "VALID" });
        }
      } finally {
        resetClock();
      }
      expect(codes.look("c0", "alice", START_MS)).toEqual({ status: "VALID" });
      expect(rowsOf(sql, "code_batches")).toBe(BATCHES_LIMIT);
    }));

  it("is refused while the customer has too many valid ones, for this customer alone", () =>
    onCodes(({ codes, sql }) => {
      for (let number = 0; number < BATCHES_LIMIT; number += 1) {
        expect(codes.issue("alice", batch([`c${number}`], START_MS + VALID_MS + number), START_MS)).toHaveLength(1);
      }
      const overMs = START_MS + VALID_MS + GRACE_MS + KEPT_MS;
      expect(codes.issue("alice", batch(["more"]), overMs - 1)).toEqual([]);
      expect(codes.look("more", "alice", START_MS)).toEqual({ status: "FOREIGN" });
      expect(codes.issue("bob", batch(["b1"]), START_MS)).toEqual(["b1"]);
      expect(codes.issue("alice", batch(["more"], overMs + VALID_MS), overMs)).toEqual(["more"]);
      expect(codes.issue("alice", batch(["too many"]), overMs)).toEqual([]);
      expect(codes.look("more", "alice", overMs)).toEqual({ status: "VALID" });
      expect(codes.look("c1", "alice", START_MS)).toEqual({ status: "VALID" });
      expect(rowsOf(sql, "code_batches")).toBe(BATCHES_LIMIT + 1);
    }));
});

describe("a code", () => {
  it("pays until its grace has passed, by the arrival of its pay", () =>
    onCodes(({ codes }) => {
      codes.issue("alice", batch(["c1"]), START_MS);
      expect(codes.look("c1", "alice", START_MS + VALID_MS + GRACE_MS - 1)).toEqual({ status: "VALID" });
      expect(codes.look("c1", "alice", START_MS + VALID_MS + GRACE_MS)).toEqual({
        status: "REFUSED",
        reason: "CODE_EXPIRED",
      });
    }));

  it.each([
    ["later", 1],
    ["earlier", -1],
  ])("that is issued again with a %s expiry pays until the later one [PCD-03]", (_which, sign) =>
    onCodes(({ codes, sql }) => {
      const [firstMs, secondMs] = [START_MS + 2 * VALID_MS, START_MS + (2 + sign) * VALID_MS];
      const laterMs = Math.max(firstMs, secondMs);
      codes.issue("alice", batch(["c1", "c2"], firstMs), START_MS);
      expect(codes.issue("alice", batch(["c1"], secondMs), START_MS)).toEqual(["c1"]);
      expect(rowsOf(sql, "code_batches")).toBe(sign > 0 ? 2 : 1);
      expect(codes.look("c1", "alice", laterMs + GRACE_MS - 1)).toEqual({ status: "VALID" });
      expect(codes.look("c1", "alice", laterMs + GRACE_MS)).toMatchObject({ reason: "CODE_EXPIRED" });
      expect(codes.look("c2", "alice", firstMs + GRACE_MS)).toMatchObject({ reason: "CODE_EXPIRED" });
      expect(codes.ofCustomer("alice")).toEqual([
        { paymentCode: "c1", expiryTimeMs: laterMs },
        { paymentCode: "c2", expiryTimeMs: firstMs },
      ]);
    }),
  );

  it("that has paid stays used for good, for every customer it is issued to, and is not shown again", () =>
    onCodes(({ codes, sql }) => {
      codes.issue("alice", batch(["c1", "c2"]), START_MS);
      codes.use("c1", "p1");
      const yearsLaterMs = START_MS + 3_650 * DAY_MS;
      expect(codes.issue("alice", batch(["c1", "c3"], yearsLaterMs + VALID_MS), yearsLaterMs)).toEqual(["c3"]);
      expect(codes.issue("bob", batch(["c1"], yearsLaterMs + VALID_MS), yearsLaterMs)).toEqual([]);
      for (const customer of ["alice", "bob"]) {
        expect(codes.look("c1", customer, yearsLaterMs)).toEqual({ status: "USED", paymentId: "p1" });
      }
      expect(codes.isUsed("c1")).toBe(true);
      expect(() => codes.use("c1", "p2")).toThrow(/UNIQUE/);
      expect(rowsOf(sql, "used_codes")).toBe(1);
    }));

  it("is free again only for the payment that held it", () =>
    onCodes(({ codes }) => {
      codes.issue("alice", batch(["c1"]), START_MS);
      codes.use("c1", "p1");
      codes.free("p2", "c1");
      expect(codes.isUsed("c1")).toBe(true);
      codes.free("p1", "c1");
      expect(codes.look("c1", "alice", START_MS)).toEqual({ status: "VALID" });
    }));
});

describe("a pay by a code of ours", () => {
  it("that arrived in time is paid, however much later its home judges it", async () => {
    const customerId = await openCustomer();
    const receivedTimeMs = Date.now() + VALID_MS + GRACE_MS - 1;
    const code = await issueCode(customerId);
    const late = await issueCode(customerId);
    advance(VALID_MS + GRACE_MS + 12 * SECOND_MS);
    // The customer's app has fetched more meanwhile.
    await issueCode(customerId);
    await issueCode(customerId);
    const home = homeOf(customerId);
    expect(await home.pay(await payCommand(customerId, { receivedTimeMs }, code))).toMatchObject({
      outcome: "SUCCEEDED",
    });
    const command = await payCommand(customerId, { receivedTimeMs: receivedTimeMs + 1 }, late);
    expect(await home.pay(command)).toEqual({ outcome: "REFUSED", reason: "CODE_EXPIRED" });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("stays its only one when its object is torn down and years have passed", async () => {
    const customerId = await openCustomer();
    const message = await payByOurCode(customerId);
    expect((await pay(message)).code).toBe("SUCCESS");
    await evictDurableObject(homeOf(customerId) as DurableObjectStub);
    advance(3_650 * DAY_MS);
    const { paymentMethodId } = message.paymentMethod as { paymentMethodId: string };
    await issueCode(customerId, paymentMethodId);
    const again = await payCommand(customerId, {}, paymentMethodId);
    expect(await homeOf(customerId).pay(again)).toEqual({ outcome: "REFUSED", reason: "CODE_ALREADY_USED" });
  });

  it("that was refused by the ledger has used its code, too", async () => {
    const customerId = await openCustomer({ balance: 1n });
    const code = await issueCode(customerId);
    const command = await payCommand(customerId, {}, code);
    expect(await homeOf(customerId).pay(command)).toEqual({ outcome: "REFUSED", reason: "BALANCE_NOT_ENOUGH" });
    expect(await homeOf(customerId).isUsedCode(code)).toBe(true);
  });
});

describe("a gateway that refuses foreign codes", () => {
  const environment = otherEnvironment({ FOREIGN_PAYMENT_CODES: "REFUSE" });

  it("takes the codes that it has issued, each for its customer, and keeps none in the directory", async () => {
    const [owner, other] = [await openCustomer(), await openCustomer()];
    const [code, unknown] = [newPaymentCode(), newPaymentCode()];
    const stub = homeOf(owner) as DurableObjectStub;
    await insideHome(
      environment,
      async (home) => {
        const expiryTimeMs = Date.now() + VALID_MS;
        expect(await home.issueCodes(owner, [{ paymentCode: code, expiryTimeMs }])).toEqual([code]);
        const refused = { outcome: "REFUSED", reason: "CODE_NOT_ISSUED" };
        expect(await home.evaluate(await payCommand(owner, {}, unknown))).toEqual(refused);
        expect(await home.pay(await payCommand(owner, {}, unknown))).toEqual(refused);
        expect(home.isUsedCode(unknown)).toBe(false);
      },
      stub,
    );
    const refused = { outcome: "REFUSED", reason: "CODE_NOT_ISSUED" };
    const ofOther = await payCommand(other, {}, code);
    const homeOfOther = homeOf(other) as DurableObjectStub;
    expect(await insideHome(environment, (home) => home.pay(ofOther), homeOfOther)).toEqual(refused);
    await insideHome(
      environment,
      async (home) => {
        expect(await home.evaluate(await payCommand(owner, {}, code))).toEqual({ outcome: "POSSIBLE" });
        expect(await home.pay(await payCommand(owner, {}, code))).toMatchObject({ outcome: "SUCCEEDED" });
      },
      stub,
    );
    const directory = env.DIRECTORY.getByName(shardName(shardOf(code, SHARD_COUNT)));
    expect(await directory.findCode(code)).toBeUndefined();
    expect(await balanceOf(owner)).toBe(99_000n);
    expect(await balanceOf(other)).toBe(100_000n);
  });
});
