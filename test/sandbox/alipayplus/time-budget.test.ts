/** How long Alipay+ waits for the wallet: no longer than each interface's budget. docs/spec/time-limits.md#budgets. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { INTERFACE_NAMES } from "../../../sandbox/alipayplus/message.ts";
import { call, type ExchangeReply, walletThat } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const EIGHT_SECONDS = ["pay", "refund", "cancelPayment"];

it.each(INTERFACE_NAMES.map((name) => [name, EIGHT_SECONDS.includes(name) ? 8_000 : 5_000] as const))(
  "%s is given up after %i ms, and is U [SBX-42]",
  async (name, budgetMs) => {
    let calls = 0;
    const silent = walletThat(() => {
      calls += 1;
      return new Promise(() => undefined);
    });
    let isAnswered = false;
    const answering = call<ExchangeReply>("POST", `/send/${name}`, {}, silent).then((reply) => {
      isAnswered = true;
      return reply;
    });
    await until(() => calls === 1);
    vi.advanceTimersByTime(budgetMs - 1);
    await scheduler.wait(10);
    expect(isAnswered).toBe(false);
    vi.advanceTimersByTime(1);
    await until(() => isAnswered);
    expect(await answering).toMatchObject({
      result: { resultStatus: "U" },
      exchange: { response: { verificationFault: "NO_ANSWER" } },
    });
  },
);
