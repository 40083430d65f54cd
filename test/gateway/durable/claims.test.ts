/**
 * A pay on its way between the directory and its home, with either core: whatever happens, money moves once or not at
 * all.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { PayCommand } from "../../../durable/messages.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import {
  balanceOf,
  customerBeside,
  homeOf,
  issueCode,
  newId,
  newPaymentCode,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { coreCalls, type TestDeadline } from "../../support/core-faults.ts";
import {
  directoryThrough,
  HTTP_CORE,
  insideHome,
  openCustomerOfBothCores,
  payCommand,
  referenceOf,
} from "../../support/home/other-home.ts";
import { orderCommand } from "../../support/wallet/order.ts";

const EXPIRY_MS = 600_000;

standTheClock();

/** Both cores, and what a customer has with each. */
const CORES = [
  ["embedded", env],
  ["HTTP", HTTP_CORE],
] as const;

/** A customer of both cores, and the object that is this customer's home. */
async function customerOfBothCores() {
  const customerId = await openCustomerOfBothCores();
  return { customerId, stub: homeOf(customerId) as DurableObjectStub };
}

/** The payments, texts and used codes of a home that are about a customer's payment. */
function rowsOf(storage: DurableObjectStorage, paymentId: string): number {
  const { sql } = storage;
  return ["payments", "texts", "used_codes"].reduce(
    (sum, table) => sum + sql.exec(`SELECT * FROM ${table} WHERE payment_id = ?`, paymentId).toArray().length,
    0,
  );
}

describe.each(CORES)("a pay with the %s core", (kind, environment) => {
  it.each([
    ["a foreign code", async () => newPaymentCode()],
    ["an issued code", (customerId: string) => issueCode(customerId)],
  ])(
    "with %s that a cancel overtakes between the directory's claim and the home's write debits nothing",
    async (_, codeOf) => {
      const { customerId, stub } = await customerOfBothCores();
      const command = await payCommand(customerId, {}, await codeOf(customerId));
      const gate = Promise.withResolvers<void>();
      const arrival = Promise.withResolvers<void>();
      const DIRECTORY = directoryThrough(async (call) => {
        const reply = await call();
        arrival.resolve();
        await gate.promise;
        return reply;
      });
      await insideHome(
        { ...environment, DIRECTORY },
        async (home) => {
          const paying = home.pay(command);
          await arrival.promise;
          const reference = referenceOf(command);
          expect(await home.cancel(reference)).toEqual({ outcome: "CANCELLED" });
          gate.resolve();
          expect(await paying).toEqual({ outcome: "CLOSED" });
          expect(home.inquire(reference)).toMatchObject({ payment: { outcome: "CLOSED" } });
          expect(await home.pay(command)).toEqual({ outcome: "CLOSED" });
        },
        stub,
      );
      expect(coreCalls(customerId, "debit")).toBe(0);
      expect(await balanceOf(customerId)).toBe(100_000n);
    },
  );

  it("has the expiry of the first claim: it is paid before it, and closed from it on", async () => {
    const { customerId, stub } = await customerOfBothCores();
    const expiryTimeMs = Date.now() + EXPIRY_MS;
    const [paid, late] = [await payCommand(customerId), await payCommand(customerId)];
    for (const { paymentId } of [paid, late]) {
      const directory = env.DIRECTORY.getByName(shardName(shardOf(paymentId, SHARD_COUNT)));
      await directory.claimPayment(paymentId, shardOf(customerId, SHARD_COUNT), expiryTimeMs);
    }
    const later = { expiryTimeMs: expiryTimeMs + EXPIRY_MS };
    advance(EXPIRY_MS - 1);
    await insideHome(
      environment,
      async (home) => {
        expect(await home.pay({ ...paid, ...later })).toMatchObject({ outcome: "SUCCEEDED" });
        expect(home.inspect(paid.paymentId)).toMatchObject({ expiryTimeMs });
        advance(1);
        expect(await home.pay({ ...late, ...later })).toEqual({ outcome: "CLOSED" });
        expect(home.inspect(late.paymentId)).toMatchObject({
          status: { name: "CLOSED", closedBy: "EXPIRY" },
          expiryTimeMs,
        });
      },
      stub,
    );
    expect(coreCalls(customerId, "debit")).toBe(kind === "HTTP" ? 1 : 0);
  });

  it("that is scanned has the expiry of the first claim, too", async () => {
    const { customerId, stub } = await customerOfBothCores();
    const order = await orderCommand(customerId);
    const directory = env.DIRECTORY.getByName(shardName(shardOf(order.paymentId, SHARD_COUNT)));
    const expiryTimeMs = Date.now() + 1;
    await directory.claimPayment(order.paymentId, shardOf(customerId, SHARD_COUNT), expiryTimeMs);
    await insideHome(
      environment,
      async (home) => {
        const awaiting = { status: { name: "AWAITING_CONFIRMATION" }, expiryTimeMs };
        expect(await home.order(order)).toMatchObject({ payment: awaiting });
        advance(1);
        const closed = { status: { name: "CLOSED", closedBy: "EXPIRY" } };
        expect(await home.confirm({ paymentId: order.paymentId, customerId })).toMatchObject({ payment: closed });
      },
      stub,
    );
    expect(coreCalls(customerId, "debit")).toBe(0);
  });

  it.each(["LOST", "MUTE"] as const)(
    "is U while the directory gives no answer (%s), and is made once it does",
    async (fault) => {
      const { customerId, stub } = await customerOfBothCores();
      const command = await payCommand(customerId);
      const isUnanswered = { is: true };
      const mute = (deadline: TestDeadline) =>
        directoryThrough(async (call) => {
          if (isUnanswered.is && fault === "LOST") return deadline.noAnswer();
          const reply = await call();
          return isUnanswered.is ? deadline.noAnswer() : reply;
        });
      await insideHome(
        (deadline) => ({ ...environment, DIRECTORY: mute(deadline) }),
        async (home, storage) => {
          expect(await home.pay(command)).toEqual({ outcome: "IN_PROCESS" });
          // The HTTP core's payments are stored before anything is asked; the resolver goes on with them.
          if (kind === "embedded") expect(rowsOf(storage, command.paymentId)).toBe(0);
          expect(coreCalls(customerId, "debit")).toBe(0);
          expect(await home.evaluate(await payCommand(customerId))).toEqual({ outcome: "IN_PROCESS" });
          isUnanswered.is = false;
          advance(10_000);
          if (kind === "HTTP") await home.alarm();
          const reply = await home.pay(command);
          expect(reply).toMatchObject({ outcome: "SUCCEEDED" });
          expect(await home.pay(command)).toEqual(reply);
          expect(coreCalls(customerId, "debit")).toBe(kind === "HTTP" ? 1 : 0);
        },
        stub,
      );
    },
  );

  it("with something else than a code is stored only when the directory has answered", async () => {
    const { customerId, stub } = await customerOfBothCores();
    const command = await payCommand(customerId, {}, "no code");
    await insideHome(
      (deadline) => ({ ...environment, DIRECTORY: directoryThrough(() => deadline.noAnswer()) }),
      async (home, storage) => {
        expect(await home.pay(command)).toEqual({ outcome: "IN_PROCESS" });
        expect(rowsOf(storage, command.paymentId)).toBe(0);
      },
      stub,
    );
    expect(await homeOf(customerId).pay(command)).toEqual({ outcome: "REFUSED", reason: "CODE_INVALID" });
  });

  it("under another customer's id leaves nothing in the home, and its code free", async () => {
    const { customerId: first } = await customerOfBothCores();
    const second = await openCustomerOfBothCores(await customerBeside(first, false));
    const command = await payCommand(first);
    await homeOf(first).pay(command);
    const code = newPaymentCode();
    const issued = [{ paymentCode: code, expiryTimeMs: Date.now() + 60_000 }];
    const { paymentId, paymentRequestId } = command;
    await insideHome(
      environment,
      async (home, storage) => {
        await home.issueCodes(second, issued);
        const other = await payCommand(second, { paymentId, paymentRequestId }, code);
        expect(await home.pay(other)).toEqual({ outcome: "INCONSISTENT" });
        expect(rowsOf(storage, paymentId)).toBe(0);
        expect(home.isUsedCode(code)).toBe(false);
        expect(await home.pay(await payCommand(second, {}, code))).toMatchObject({ outcome: "SUCCEEDED" });
      },
      homeOf(second) as DurableObjectStub,
    );
  });
});

describe("a pay with the HTTP core that the directory has not given to its home", () => {
  /**
   * A customer in another home than the one whose payment `command` is, and the same payment under this customer's id.
   */
  async function sameUnderAnother(command: PayCommand, paidBy: string) {
    const customerId = await openCustomerOfBothCores(await customerBeside(paidBy, false));
    const { paymentId, paymentRequestId } = command;
    const changes = { paymentId, paymentRequestId, fingerprint: newId("other"), expiryTimeMs: Date.now() + MINUTE_MS };
    const other = await payCommand(customerId, changes, await issueCode(customerId));
    const texts = { ...other.texts, paymentNotifyUrl: "https://alipayplus.test/notify" };
    return { customerId, other: { ...other, texts } };
  }

  it("is neither closed, notified nor reversed at its expiry: another home may have made it", async () => {
    const { customerId: first, stub } = await customerOfBothCores();
    const command = await payCommand(first);
    await insideHome(HTTP_CORE, (home) => home.pay(command), stub);
    const { customerId: second, other } = await sameUnderAnother(command, first);
    const isSilent = { is: true };
    await insideHome(
      (deadline) => ({
        ...HTTP_CORE,
        DIRECTORY: directoryThrough((call) => (isSilent.is ? deadline.noAnswer() : call())),
      }),
      async (home, storage) => {
        expect(await home.pay(other)).toEqual({ outcome: "IN_PROCESS" });
        advance(2 * MINUTE_MS);
        await home.alarm();
        expect(home.inquire(referenceOf(other))).toMatchObject({ payment: { outcome: "IN_PROCESS" } });
        isSilent.is = false;
        advance(MINUTE_MS);
        await home.alarm();
        expect(await home.pay(other)).toEqual({ outcome: "INCONSISTENT" });
        expect(rowsOf(storage, command.paymentId)).toBe(0);
        const due = storage.sql.exec("SELECT * FROM outbox WHERE payment_id = ?", command.paymentId).toArray();
        expect(due).toEqual([]);
      },
      homeOf(second) as DurableObjectStub,
    );
    expect([coreCalls(second, "debit"), coreCalls(second, "reverse")]).toEqual([0, 0]);
    expect(await insideHome(HTTP_CORE, (home) => home.pay(command), stub)).toMatchObject({ outcome: "SUCCEEDED" });
  });
});
