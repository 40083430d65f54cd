/** More operations at once than an object has connections: which is sent when, and whose time runs. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HttpCoreOptions } from "../../../../durable/wallet-core/http/core.ts";
import type { WalletCore } from "../../../../durable/wallet-core/port.ts";
import { systemClock } from "../../../../protocol/clock.ts";
import { DEBIT, type ScriptedCore, type Step, scriptedCore, TIMEOUT_MS } from "../../../support/http-core.ts";
import { until } from "../../../support/until.ts";

const CONNECTIONS = 6;
const SECOND_MS = 1_000;
const DONE = { outcome: "DONE", timeMs: 1 };
const UNANSWERED = { outcome: "UNANSWERED" };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A core that needs the same time for each message, and serves six at once. */
class SlowCore {
  readonly #neededMs: number;
  readonly #arrived: (() => void)[] = [];
  #serving = 0;
  served = 0;
  /** The most that were there at once, served or not. */
  most = 0;

  constructor(neededMs: number) {
    this.#neededMs = neededMs;
  }

  readonly answer: Step = () =>
    new Promise((resolve) => {
      this.#arrived.push(() => resolve(Response.json(DONE)));
      this.most = Math.max(this.most, this.#serving + this.#arrived.length);
      this.#serveNext();
    });

  get serving(): number {
    return this.#serving;
  }

  #serveNext(): void {
    if (this.#serving === CONNECTIONS) return;
    const next = this.#arrived.shift();
    if (!next) return;
    this.#serving += 1;
    setTimeout(() => {
      this.#serving -= 1;
      this.served += 1;
      next();
      this.#serveNext();
    }, this.#neededMs);
  }
}

/** A core behind the runtime's own clock, which the test moves. */
function coreOf(steps: readonly Step[], options: Partial<HttpCoreOptions> = {}): ScriptedCore {
  return scriptedCore([...steps], { clock: systemClock, ...options });
}

/** Asks for debits, one after the other, without waiting for any. */
function debits(core: WalletCore, count: number, expiryTimeMs = Number.MAX_SAFE_INTEGER) {
  return Array.from({ length: count }, (_, index) =>
    core.debit({ ...DEBIT, paymentId: `p${index + 1}`, expiryTimeMs }),
  );
}

/** Which payments were sent, in this order; a message that is sent again appears again. */
function sent({ seen }: ScriptedCore): number[] {
  return seen.map(({ body }) => Number(JSON.parse(body).paymentId.slice(1)));
}

describe("200 debits at once, for a core that serves six", () => {
  it.each([1, 3])("that needs %i s for each, are all answered in the time that it needs", async (neededSeconds) => {
    const count = 200;
    const neededMs = neededSeconds * SECOND_MS;
    const slow = new SlowCore(neededMs);
    const scripted = coreOf(Array.from({ length: count }, () => slow.answer));
    const startMs = Date.now();
    const answers = Promise.all(debits(scripted.core, count));
    while (slow.served < count) {
      await until(() => slow.serving === Math.min(CONNECTIONS, count - slow.served));
      vi.advanceTimersByTime(neededMs);
    }
    expect(await answers).toEqual(Array.from({ length: count }, () => DONE));
    expect(Date.now() - startMs).toBeLessThanOrEqual(1.35 * Math.ceil(count / CONNECTIONS) * neededMs);
    expect(slow.most).toBe(CONNECTIONS);
    expect(sent(scripted)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an operation that waits for a connection", () => {
  const never: Step = () => new Promise<never>(() => undefined);
  const busy: Step = () => new Response(null, { status: 503 });
  const done: Step = () => Response.json(DONE);

  it("has its whole time from the moment at which it is sent", async () => {
    const scripted = coreOf(Array.from({ length: CONNECTIONS + 1 }, () => never));
    const answers = debits(scripted.core, CONNECTIONS + 1);
    await until(() => scripted.seen.length === CONNECTIONS);
    vi.advanceTimersByTime(TIMEOUT_MS);
    await until(() => scripted.seen.length === CONNECTIONS + 1);
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(scripted.seen.at(-1)?.init.signal?.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await Promise.all(answers)).toEqual(answers.map(() => UNANSWERED));
    expect(scripted.seen.at(-1)?.init.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("loses no try by having waited", async () => {
    const breakerLimits = { failureLimit: CONNECTIONS + 1, coolingTimeMs: 5_000 };
    const held = Array.from({ length: CONNECTIONS }, () => never);
    const scripted = coreOf([...held, busy, busy, done], { breakerLimits });
    const answers = debits(scripted.core, CONNECTIONS + 1);
    await until(() => scripted.seen.length === CONNECTIONS);
    vi.advanceTimersByTime(TIMEOUT_MS);
    for (const tries of [1, 2]) {
      await until(() => scripted.seen.length === CONNECTIONS + tries && vi.getTimerCount() === 1);
      vi.advanceTimersToNextTimer();
    }
    expect(await answers.at(-1)).toEqual(DONE);
  });

  it("is not sent once its debit has expired, and that is no failure of the core", async () => {
    const failureLimit = CONNECTIONS + 1;
    const scripted = coreOf([...Array.from({ length: CONNECTIONS }, () => never), done], {
      breakerLimits: { failureLimit, coolingTimeMs: 5_000 },
    });
    const first = debits(scripted.core, CONNECTIONS);
    const late = debits(scripted.core, 5, Date.now() + TIMEOUT_MS);
    await until(() => scripted.seen.length === CONNECTIONS);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(await Promise.all([...first, ...late])).toEqual([...first, ...late].map(() => UNANSWERED));
    expect(await scripted.core.debit({ ...DEBIT, expiryTimeMs: Date.now() + 1 })).toEqual(DONE);
    expect(scripted.seen).toHaveLength(CONNECTIONS + 1);
  });

  it("is not sent to a core that has been given up meanwhile, and none queues for it", async () => {
    const scripted = coreOf(Array.from({ length: 2 * CONNECTIONS }, () => never));
    const answers = debits(scripted.core, 5 * CONNECTIONS);
    for (const wave of [1, 2]) {
      await until(() => scripted.seen.length === wave * CONNECTIONS);
      vi.advanceTimersByTime(TIMEOUT_MS);
    }
    expect(await Promise.all(answers)).toEqual(answers.map(() => UNANSWERED));
    expect(scripted.seen).toHaveLength(2 * CONNECTIONS);
    expect(await scripted.core.debit(DEBIT)).toEqual(UNANSWERED);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets an older one go first that is tried again; a pause between tries holds no connection", async () => {
    const held = Promise.withResolvers<Response>();
    const others = Array.from({ length: CONNECTIONS - 1 }, (): Step => () => held.promise.then((one) => one.clone()));
    const next = Promise.withResolvers<Response>();
    const scripted = coreOf([busy, ...others, () => next.promise, done, done]);
    const answers = debits(scripted.core, CONNECTIONS + 2);
    // The seventh has the connection of the first, which pauses; then both the first and the eighth wait.
    await until(() => scripted.seen.length === CONNECTIONS + 1);
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    next.resolve(Response.json(DONE));
    await until(() => scripted.seen.length === CONNECTIONS + 3);
    expect(sent(scripted)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 8]);
    held.resolve(Response.json(DONE));
    expect(await Promise.all(answers)).toEqual(answers.map(() => DONE));
  });
});
