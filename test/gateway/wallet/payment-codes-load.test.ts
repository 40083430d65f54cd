/**
 * A crowd of customers, all of whom refresh their screens at the same moment, against 16 shards of codes: without
 * codes, while codes expire, and when the next batch is due. The variable LOAD_CUSTOMERS sets the size of the crowd.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from "vitest";
import { systemClock } from "../../../protocol/clock.ts";
import type { Json } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { CodeIssuer, newScreen, refresh, type Screen } from "../../support/wallet/payment-codes.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** How many customers refresh at once. */
    readonly customers: number;
  }
}

const CUSTOMERS = inject("customers");
const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
/** So many calls are under way together. */
const CALLS_TOGETHER = 50;
/** Several times what an idle machine takes. */
const TIME_LIMIT_MS = 120_000 + CUSTOMERS * 600;
/** How far the clock moves while one round of refreshes is answered, in the round in which codes expire. */
const EXPIRY_ROUND_MS = 10_000;

standTheClock(() => NOW_MS);

beforeEach(() => {
  // Alipay+ answers every call here: none is given up, however long this machine takes.
  vi.spyOn(systemClock, "startTimer").mockReturnValue(() => undefined);
});

afterEach(() => {
  setAlipayPlus();
  vi.restoreAllMocks();
});

/** The customers, and to which of them each code was shown. */
class Crowd {
  readonly alipayPlus = new CodeIssuer();
  readonly #screens: readonly Screen[] = Array.from({ length: CUSTOMERS }, () => newScreen());
  readonly #customerOfCode = new Map<string, string>();

  /**
   * All refresh at once, every fourth of them in two apps.
   *
   * @param stepMs how far the clock moves with each answer
   * @returns how often codes were shown that are so many codes before the end of their batch
   */
  async refresh(stepMs = 0): Promise<Map<number, number>> {
    const shown = new Map<number, number>();
    const screens = this.#screens.flatMap((screen, index) => (index % 4 === 0 ? [screen, screen] : [screen]));
    let clockMs = Date.now();
    const refreshOne = async ({ customerId, deviceTokenId }: Screen) => {
      const { status, body } = await refresh({ customerId, deviceTokenId });
      this.#check(customerId, status, body);
      const remainingCodes = Number(body.remainingCodes);
      shown.set(remainingCodes, (shown.get(remainingCodes) ?? 0) + 1);
      clockMs += stepMs;
      vi.setSystemTime(Math.floor(clockMs));
    };
    const waiting = screens.values();
    const line = async () => {
      for (const screen of waiting) await refreshOne(screen);
    };
    await Promise.all(Array.from({ length: CALLS_TOGETHER }, line));
    return shown;
  }

  #check(customerId: string, status: number, body: Json): void {
    if (status !== 200) throw new Error(`${status} ${body.code}`);
    const paymentCode = String(body.paymentCode);
    const [start, now, expiry] = [
      String(body.codeValidityStartTime),
      String(body.serverTime),
      String(body.codeExpiryTime),
    ];
    // Times of one spelling: the order of the texts is the order of the times.
    if (!(start <= now && now < expiry)) throw new Error(`shown at ${now}, valid from ${start} to ${expiry}`);
    const owner = this.#customerOfCode.get(paymentCode) ?? customerId;
    if (owner !== customerId) throw new Error("one code for two customers");
    this.#customerOfCode.set(paymentCode, owner);
  }
}

it(
  `${CUSTOMERS} customers at once: every screen shows a valid code of its own, one getPaymentCode serves a batch`,
  async () => {
    const crowd = new Crowd();
    const calls = CUSTOMERS + Math.ceil(CUSTOMERS / 4);
    const { requests } = crowd.alipayPlus;

    expect(await crowd.refresh()).toEqual(new Map([[4, calls]]));
    expect(requests).toHaveLength(CUSTOMERS);

    // The first codes expire while the customers are answered.
    vi.setSystemTime(NOW_MS + MINUTE_MS - EXPIRY_ROUND_MS / 2);
    const shown = await crowd.refresh(EXPIRY_ROUND_MS / calls);
    expect([...shown.keys()].sort()).toEqual([3, 4]);
    expect((shown.get(3) ?? 0) + (shown.get(4) ?? 0)).toBe(calls);
    expect(requests).toHaveLength(CUSTOMERS);

    // The next batch is due; no caller waits for it.
    vi.setSystemTime(NOW_MS + 3 * MINUTE_MS);
    await crowd.refresh();
    expect(requests).toHaveLength(2 * CUSTOMERS);
    vi.setSystemTime(NOW_MS + 4 * MINUTE_MS);
    expect(await crowd.refresh()).toEqual(new Map([[3, calls]]));
    expect(requests).toHaveLength(2 * CUSTOMERS);
  },
  TIME_LIMIT_MS,
);
