/**
 * What a customer's screen gets while codes run out, are used, come late or do not come: on a clock that a test moves.
 */
import { describe, expect, it } from "vitest";
import {
  askStock,
  type CodeStock,
  type CodeStockStep,
  type CodeStockView,
  EMPTY_STOCK,
  type FetchLimit,
  noteFailure,
  type StockedCode,
  storeBatch,
} from "../../../durable/code-stock/code-stock.ts";
import { type CodeSearch, findCurrentCode } from "../../../worker/wallet/payment-codes/current-code.ts";
import { MINUTE_MS } from "../../support/clock.ts";

const START_MS = Date.UTC(2026, 0, 1, 12);

/** How Alipay+ answers the next getPaymentCode, and after how long. */
type Answer = { readonly afterMs: number; readonly outcome: "CODES" | "SILENCE" | { readonly refusal: string } };

/** A stock and its callers in a world where time passes in pauses and calls alone. */
class World {
  nowMs = START_MS;
  stock: CodeStock = EMPTY_STOCK;
  readonly used = new Set<string>();
  renewals = 0;
  pausesMs: number[] = [];
  answer: Answer = { afterMs: 100, outcome: "CODES" };
  codesOfBatch = 5;
  /** Keeps codes from being fetched. */
  limit: FetchLimit | undefined;
  #sleepers: { readonly dueTimeMs: number; readonly wake: () => void }[] = [];

  /** Finds the code for one caller, while the others wait, too. */
  find(changes: Partial<CodeSearch> = {}) {
    return findCurrentCode({
      stock: { ask: async (wish) => this.#keep(askStock(this.stock, wish, this.nowMs, () => this.limit)) },
      region: undefined,
      renew: (leaseId) => this.#renew(leaseId),
      isUsed: async (paymentCode) => this.used.has(paymentCode),
      clock: {
        nowMs: () => this.nowMs,
        sleep: (delayMs) => {
          this.pausesMs.push(delayMs);
          return this.#pass(delayMs);
        },
      },
      random: () => 0.5,
      ...changes,
    });
  }

  /** Finds the code for one caller and lets time pass until it is found. */
  look(changes: Partial<CodeSearch> = {}) {
    return this.run(this.find(changes));
  }

  /** Lets time pass until the work is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    while (!(await this.#settles(() => isDone))) this.#wakeNext(Number.POSITIVE_INFINITY);
    return work;
  }

  /** Lets time pass. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    while (!(await this.#settles(() => this.#sleepers.every(({ dueTimeMs }) => dueTimeMs > endMs)))) {
      this.#wakeNext(endMs);
    }
    this.nowMs = endMs;
  }

  /** Lets everything run that needs no time, and says whether the condition holds then. */
  async #settles(holds: () => boolean): Promise<boolean> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    return holds();
  }

  #wakeNext(endMs: number): void {
    const next = this.#sleepers.sort((a, b) => a.dueTimeMs - b.dueTimeMs).shift();
    if (!next || next.dueTimeMs > endMs) throw new Error("Nothing is going to happen any more");
    this.nowMs = next.dueTimeMs;
    next.wake();
  }

  async #renew(leaseId: string): Promise<CodeStockView> {
    this.renewals += 1;
    const { afterMs, outcome } = this.answer;
    await this.#pass(afterMs);
    if (outcome === "CODES") return this.#keep(storeBatch(this.stock, { leaseId, codes: this.#batch() }, this.nowMs));
    const resultCode = outcome === "SILENCE" ? undefined : outcome.refusal;
    return this.#keep(noteFailure(this.stock, { leaseId, resultCode }, this.nowMs));
  }

  #batch(): StockedCode[] {
    return Array.from({ length: this.codesOfBatch }, (_, index) => ({
      paymentCode: `${this.renewals}-${index}`,
      startTimeMs: this.nowMs + index * MINUTE_MS,
      expiryTimeMs: this.nowMs + (index + 1) * MINUTE_MS,
    }));
  }

  #keep({ stock, view }: CodeStockStep): CodeStockView {
    this.stock = stock;
    return view;
  }

  #pass(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.push({ dueTimeMs: this.nowMs + delayMs, wake: resolve });
    return promise;
  }
}

describe("a caller without codes", () => {
  it("fetches them and shows the first", async () => {
    const world = new World();
    expect(await world.look()).toMatchObject({ code: { paymentCode: "1-0" }, remainingCodes: 4 });
    expect(world.renewals).toBe(1);
  });

  it("waits, with others, for the one who fetches: a single getPaymentCode", async () => {
    const world = new World();
    world.answer = { afterMs: 2_000, outcome: "CODES" };
    const all = await world.run(Promise.all(Array.from({ length: 20 }, () => world.find())));
    expect(new Set(all.map((found) => ("code" in found ? found.code.paymentCode : "none")))).toEqual(new Set(["1-0"]));
    expect(world.renewals).toBe(1);
    expect(Math.max(...world.pausesMs)).toBeLessThanOrEqual(300);
    expect(Math.min(...world.pausesMs)).toBeGreaterThanOrEqual(150);
  });

  it("hears that Alipay+ is silent, and when to try again, and so does everyone who waits", async () => {
    const world = new World();
    world.answer = { afterMs: 8_000, outcome: "SILENCE" };
    const all = await world.run(Promise.all([world.find(), world.find()]));
    expect(all).toEqual(Array(2).fill({ problem: "ALIPAYPLUS_UNAVAILABLE", retryAfterSeconds: 1 }));
    expect(world.renewals).toBe(1);
    expect(await world.look()).toEqual({ problem: "ALIPAYPLUS_UNAVAILABLE", retryAfterSeconds: 1 });
    expect(world.renewals).toBe(1);
  });

  it("hears with what Alipay+ refuses", async () => {
    const world = new World();
    world.answer = { afterMs: 100, outcome: { refusal: "USER_NOT_EXIST" } };
    const refusal = { problem: "ALIPAYPLUS_REFUSED", detail: "USER_NOT_EXIST", retryAfterSeconds: 1 };
    expect(await world.look()).toEqual(refusal);
    expect(await world.look()).toEqual(refusal);
    expect(world.renewals).toBe(1);
  });

  it("gives up when the one who fetches never comes back, and the next one fetches", async () => {
    const world = new World();
    world.answer = { afterMs: 3_600_000, outcome: "CODES" };
    world.find();
    const found = await world.look();
    expect(found).toEqual({ problem: "ALIPAYPLUS_UNAVAILABLE", retryAfterSeconds: 1 });
    expect(world.nowMs - START_MS).toBeLessThan(10_000);
    await world.advance(START_MS + 12_000 - world.nowMs);
    world.answer = { afterMs: 100, outcome: "CODES" };
    expect(await world.look()).toMatchObject({ code: { paymentCode: "2-0" } });
  });

  it.each([
    ["DEVICES", "TOO_MANY_DEVICES"],
    ["RATE", "TOO_MANY_PAYMENT_CODES"],
  ] as const)(
    "hears which limit of the customer keeps codes from being fetched, and for how long: %s",
    async (limit, problem) => {
      const world = new World();
      world.limit = { limit, retryTimeMs: START_MS + 61_001 };
      expect(await world.look()).toEqual({ problem, retryAfterSeconds: 62 });
      world.limit = { limit, retryTimeMs: START_MS };
      expect(await world.look()).toEqual({ problem, retryAfterSeconds: 1 });
      expect([world.renewals, world.pausesMs]).toEqual([0, []]);
    },
  );

  it("gets an error when its own renewal breaks", async () => {
    const renew = () => Promise.reject(new Error("no way to the stock"));
    await expect(new World().look({ renew })).rejects.toThrow("no way to the stock");
  });
});

describe("a caller with codes", () => {
  it("does not wait for the renewal that it begins, nor hears of its failure", async () => {
    const world = new World();
    await world.look();
    await world.advance(3 * MINUTE_MS);
    world.answer = { afterMs: 8_000, outcome: "SILENCE" };
    const beforeMs = world.nowMs;
    expect(await world.look()).toMatchObject({ code: { paymentCode: "1-3" }, remainingCodes: 1 });
    expect(world.nowMs).toBe(beforeMs);
    expect(world.renewals).toBe(2);
    const renew = () => Promise.reject(new Error("no way to the stock"));
    await world.advance(20_000);
    expect(await world.look({ renew })).toMatchObject({ code: { paymentCode: "1-3" } });
  });

  it("is never shown one that has paid: new codes are fetched for it", async () => {
    const world = new World();
    await world.look();
    world.used.add("1-0");
    expect(await world.look()).toMatchObject({ code: { paymentCode: "2-0" }, remainingCodes: 4 });
    expect(world.stock.codes.map(({ paymentCode }) => paymentCode)).not.toContain("1-0");
  });

  it("is never shown one that has expired since the stock chose it", async () => {
    const world = new World();
    await world.look();
    await world.advance(MINUTE_MS - 50);
    const isUsed = async () => {
      world.nowMs += 100;
      return false;
    };
    expect(await world.look({ isUsed })).toMatchObject({ code: { paymentCode: "1-1" } });
  });

  it("fetches one batch at a time, however often it looks in an hour", async () => {
    const world = new World();
    for (let look = 0; look < 720; look += 1) {
      const found = await world.look();
      if (!("code" in found)) throw new Error(found.problem);
      expect(found.code.startTimeMs).toBeLessThanOrEqual(world.nowMs);
      expect(found.code.expiryTimeMs).toBeGreaterThan(world.nowMs);
      await world.advance(5_000);
    }
    // Of a batch of five, three are shown before the next is fetched.
    expect(world.renewals).toBeLessThanOrEqual(20 + 1);
  });
});
