/** Random runs of a stock: callers that come, go, are late or never come back, and what must hold after every step. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  askStock,
  type CodeStockView,
  EMPTY_STOCK,
  LEASE_DURATION_MS,
  noteFailure,
  type StockedCode,
  storeBatch,
} from "../../../../durable/code-stock/code-stock.ts";

const RUNS = 2_000;
const START_MS = Date.UTC(2026, 0, 1, 12);
const RETRY_LIMIT_MS = 30_000;
const WINDOW_WAIT_MS = 2_000;
/** A batch has ten codes; the code on the screen when the batch arrives is kept as well. */
const CODES_LIMIT = 11;

/** A code's window, as it lies to the moment at which the code is given out. Most are sound, some are not. */
const window = fc.record({
  startMs: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -5_000, max: 120_000 }) },
    fc.integer({ min: -9e7, max: 9e7 }),
  ),
  durationMs: fc.oneof({ weight: 5, arbitrary: fc.constant(60_000) }, fc.integer({ min: -60_000, max: 300_000 })),
});

type Window = { readonly startMs: number; readonly durationMs: number };

/** What may happen to a stock. `lease` is one of the last four that were granted, the newest first. */
type Step =
  | { readonly what: "ASK"; readonly region: string | undefined; readonly hasPaid: boolean }
  | { readonly what: "STORE"; readonly lease: number; readonly windows: readonly Window[] }
  | { readonly what: "FAIL"; readonly lease: number; readonly resultCode: string | undefined }
  | { readonly what: "PASS"; readonly durationMs: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constant("ASK" as const),
        region: fc.constantFrom(undefined, "PH", "PH", "PH", "PH", "JP"),
        hasPaid: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant("STORE" as const),
        lease: fc.nat(3),
        windows: fc.array(window, { maxLength: 10 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant("FAIL" as const),
        lease: fc.nat(3),
        resultCode: fc.constantFrom(undefined, "ACCESS_DENIED"),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        what: fc.constant("PASS" as const),
        durationMs: fc.oneof(fc.nat(3_000), fc.nat(90_000)),
      }),
    },
  ),
  { minLength: 10, maxLength: 60 },
);

/** The customer fetches no more than they may. */
const noLimit = () => undefined;

/** A stock with what its callers know. */
class Run {
  stock = EMPTY_STOCK;
  nowMs = START_MS;
  /** What Alipay+ has given out, for which region. */
  readonly regionOfCode = new Map<string, string | undefined>();
  readonly paid = new Set<string>();
  /** Every lease that was granted, the newest first. */
  readonly leases: { readonly id: string; readonly region: string | undefined; readonly endTimeMs: number }[] = [];
  /** The lease that keeps all others out. */
  #held: string | undefined;
  #screen: string | undefined;

  ask(region: string | undefined, hasPaid: boolean): void {
    const usedCode = hasPaid ? this.#screen : undefined;
    if (usedCode !== undefined) this.paid.add(usedCode);
    if (region !== this.stock.region) this.#held = undefined;
    const leaseId = `lease-${this.leases.length}`;
    const { stock, view } = askStock(this.stock, { region, leaseId, usedCode }, this.nowMs, noLimit);
    this.stock = stock;
    this.#checkView(view);
    if (view.outcome === "WAIT" && stock.lease === undefined) {
      expect(stock.codes.some(({ startTimeMs }) => startTimeMs <= this.nowMs + WINDOW_WAIT_MS)).toBe(true);
    }
    if (!("leaseId" in view)) return;
    expect(view.leaseId).toBe(leaseId);
    // No other caller is fetching codes, and the pause after a failure is over.
    const holder = this.leases.find(({ id }) => id === this.#held);
    expect(holder === undefined || holder.endTimeMs <= this.nowMs).toBe(true);
    expect(stock.failures?.retryTimeMs ?? 0).toBeLessThanOrEqual(this.nowMs);
    this.leases.unshift({ id: leaseId, region, endTimeMs: this.nowMs + LEASE_DURATION_MS });
    this.#held = leaseId;
  }

  store(lease: number, windows: readonly Window[]): void {
    const { id, region } = this.leases[lease] ?? { id: "none", region: undefined };
    const codes = windows.map(({ startMs, durationMs }): StockedCode => {
      const paymentCode = `code-${this.regionOfCode.size}`;
      this.regionOfCode.set(paymentCode, region);
      const startTimeMs = this.nowMs + startMs;
      return { paymentCode, startTimeMs, expiryTimeMs: startTimeMs + durationMs };
    });
    this.#settle(id, storeBatch(this.stock, { leaseId: id, codes }, this.nowMs));
  }

  fail(lease: number, resultCode: string | undefined): void {
    const { id } = this.leases[lease] ?? { id: "none" };
    this.#settle(id, noteFailure(this.stock, { leaseId: id, resultCode }, this.nowMs));
  }

  #settle(leaseId: string, { stock, view }: ReturnType<typeof storeBatch>): void {
    if (leaseId !== this.#held) expect(stock).toBe(this.stock);
    else this.#held = undefined;
    this.stock = stock;
    // A lease is granted only to a caller that asks for a code.
    expect("leaseId" in view).toBe(false);
    this.#checkView(view);
  }

  #checkView(view: CodeStockView): void {
    const { codes, region, failures } = this.stock;
    const valid = codes.filter((code) => code.startTimeMs <= this.nowMs && this.nowMs < code.expiryTimeMs);
    expect(view.outcome === "CODE").toBe(valid.length > 0);
    this.#screen = undefined;
    if (view.outcome === "CODE") {
      const { paymentCode, expiryTimeMs } = view.code;
      expect(expiryTimeMs).toBe(Math.min(...valid.map((code) => code.expiryTimeMs)));
      expect(this.paid.has(paymentCode)).toBe(false);
      expect(this.regionOfCode.get(paymentCode)).toBe(region);
      this.#screen = paymentCode;
    }
    if (view.outcome === "HELD_BACK") {
      expect(view.retryTimeMs).toBe(failures?.retryTimeMs);
      expect(view.retryTimeMs).toBeGreaterThan(this.nowMs);
      expect(view.retryTimeMs).toBeLessThanOrEqual(this.nowMs + RETRY_LIMIT_MS);
    }
    expect(codes.length).toBeLessThanOrEqual(CODES_LIMIT);
    expect(new Set(codes.map(({ paymentCode }) => paymentCode)).size).toBe(codes.length);
  }

  take(step: Step): void {
    if (step.what === "ASK") this.ask(step.region, step.hasPaid);
    else if (step.what === "STORE") this.store(step.lease, step.windows);
    else if (step.what === "FAIL") this.fail(step.lease, step.resultCode);
    else this.nowMs += step.durationMs;
  }
}

it(`holds in ${RUNS} random runs: one caller fetches, the screen shows valid unpaid codes of its region and never gets stuck`, () => {
  let shown = 0;
  let granted = 0;
  fc.assert(
    fc.property(steps, (all) => {
      const run = new Run();
      for (const step of all) run.take(step);
      shown += run.regionOfCode.size > 0 ? 1 : 0;
      granted += run.leases.length;
      // Whatever happened: in time, every caller sees a code, or may fetch some, or sees a window about to begin.
      run.nowMs += LEASE_DURATION_MS + RETRY_LIMIT_MS;
      const { stock } = run;
      const { view } = askStock(stock, { region: stock.region, leaseId: "last" }, run.nowMs, noLimit);
      expect(view.outcome).not.toBe("HELD_BACK");
      if (view.outcome === "WAIT") {
        expect(stock.codes.some(({ startTimeMs }) => startTimeMs > run.nowMs)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(shown, granted)).toBeGreaterThan(RUNS / 2);
});
