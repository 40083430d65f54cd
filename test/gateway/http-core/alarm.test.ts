/**
 * The alarm of a home: whatever is owed to the core has one, from its claim to its end, also when the home stops
 * meanwhile (docs/decisions/0003-unanswered-is-never-a-refusal.md).
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { PayCommand } from "../../../durable/messages.ts";
import { newId } from "../../support/alipayplus.ts";
import { advance, alarmsOf, SECOND_MS, standTheClock } from "../../support/clock.ts";
import { coreCalls, setCoreFault } from "../../support/core-faults.ts";
import { directoryThrough, insideHome, payCommand, refundCommand } from "../../support/home/other-home.ts";
import { openTestCustomer } from "../../support/test-core.ts";

/** When the resolver takes over from the call that claimed. */
const FIRST_MS = 6 * SECOND_MS;

standTheClock();

/** The pay of a new customer, whose core gives no answer to `operation`. */
async function payOf(operation: "debit" | "refund" | "reverse"): Promise<PayCommand> {
  const customerId = newId("customer");
  openTestCustomer(customerId, { currency: "HKD", balance: 100_000n });
  setCoreFault(customerId, operation, "LOST");
  return payCommand(customerId);
}

/** A new object, in which a test makes one home after another. */
function newObject(): DurableObjectStub {
  return env.CUSTOMERS.getByName(crypto.randomUUID()) as DurableObjectStub;
}

/** What the home does without its earlier alarm, and for which offset from then it has set one. */
async function alarmAfter(storage: DurableObjectStorage, work: () => unknown): Promise<number | null> {
  await storage.deleteAlarm();
  await work();
  const alarm = await storage.getAlarm();
  return alarm === null ? null : alarm - Date.now();
}

it("is set with the claim of a payment, and earlier when the core gives no answer", async () => {
  const command = await payOf("debit");
  await insideHome(env, async (home, storage) => {
    const offsets = alarmsOf(storage);
    expect(await home.pay(command)).toEqual({ outcome: "IN_PROCESS" });
    expect(offsets).toEqual([FIRST_MS, SECOND_MS]);
  });
});

/** An object of its own that has made a payment, and has no alarm. */
async function homeThatPaid(command: Awaited<ReturnType<typeof payOf>>): Promise<ReturnType<typeof newObject>> {
  const stub = newObject();
  await insideHome(
    env,
    async (home, storage) => {
      await home.pay(command);
      await storage.deleteAlarm();
    },
    stub,
  );
  return stub;
}

it("is set with the claim of a refund, and earlier when the core gives no answer", async () => {
  const command = await payOf("refund");
  const stub = await homeThatPaid(command);
  await insideHome(
    env,
    async (home, storage) => {
      const offsets = alarmsOf(storage);
      expect(await home.refund(refundCommand(command), command)).toEqual({ outcome: "IN_PROCESS" });
      expect(offsets).toEqual([FIRST_MS, SECOND_MS]);
    },
    stub,
  );
});

it("is set with a reversal, and earlier when the core gives no answer", async () => {
  const command = await payOf("reverse");
  const stub = await homeThatPaid(command);
  await insideHome(
    env,
    async (home, storage) => {
      const offsets = alarmsOf(storage);
      expect(await home.cancel(command)).toEqual({ outcome: "CANCELLED" });
      expect(offsets).toEqual([FIRST_MS, SECOND_MS]);
    },
    stub,
  );
});

it("is set again after it has fired, for a payment and for a refund without an answer", async () => {
  for (const operation of ["debit", "refund"] as const) {
    const command = await payOf(operation);
    await insideHome(env, async (home, storage) => {
      await home.pay(command);
      if (operation === "refund") await home.refund(refundCommand(command), command);
      advance(FIRST_MS);
      expect(await alarmAfter(storage, () => home.alarm()), operation).toBe(2 * SECOND_MS);
    });
  }
});

it("is set again after it has fired while a payment is still being made", async () => {
  const command = await payOf("refund");
  const gate = Promise.withResolvers<void>();
  const DIRECTORY = directoryThrough(async (call) => {
    await gate.promise;
    return call();
  });
  await insideHome({ ...env, DIRECTORY }, async (home, storage) => {
    const paying = home.pay(command);
    advance(FIRST_MS);
    expect(await alarmAfter(storage, () => home.alarm())).toBe(SECOND_MS);
    gate.resolve();
    expect(await paying).toMatchObject({ outcome: "SUCCEEDED" });
  });
});

it("that was given up is set again by a home that starts, and by the sweep", async () => {
  const command = await payOf("debit");
  const stub = newObject();
  await insideHome(
    env,
    async (home, storage) => {
      await home.pay(command);
      expect(await alarmAfter(storage, () => home.sweep())).toBe(SECOND_MS);
      await storage.deleteAlarm();
    },
    stub,
  );
  await insideHome(
    env,
    async (_home, storage) => {
      expect(await storage.getAlarm()).toBe(Date.now() + SECOND_MS);
    },
    stub,
  );
});

it("finishes 200 payments in four times, each by one more debit and without an inquiry", async () => {
  const commands = await Promise.all(Array.from({ length: 200 }, () => payOf("debit")));
  await insideHome(env, async (home) => {
    for (const half of [commands.slice(0, 100), commands.slice(100)]) {
      await Promise.all(half.map((command) => home.pay(command)));
    }
    advance(FIRST_MS);
    for (const { terms } of commands) setCoreFault(terms.customerId, "debit", undefined);
    for (const left of [136, 72, 8, 0]) {
      await home.alarm();
      expect(home.sweep()).toMatchObject({ open: left });
    }
  });
  for (const { terms } of commands) {
    expect(coreCalls(terms.customerId, "debit")).toBe(2);
    expect(coreCalls(terms.customerId, "inquire")).toBe(0);
  }
});
