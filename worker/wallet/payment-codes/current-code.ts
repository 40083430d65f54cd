/** Finds the payment code that a customer's screen shows now. */

import type { CodeStockClient } from "../../../durable/code-stock/client.ts";
import type { CodeStockView, StockedCode } from "../../../durable/code-stock/code-stock.ts";
import type { Clock } from "../../../protocol/clock.ts";
import { type PauseLimits, pauseMs } from "../../../protocol/exchange/retry.ts";
import type { Problem } from "../../http/problem.ts";

/** The parameters of the search for a code. */
export type CodeSearch = {
  readonly stock: Pick<CodeStockClient, "ask">;
  /** ISO 3166 alpha-2. */
  readonly region: string | undefined;
  /** Fetches the next batch, and returns the stock's view after it. It continues even if its caller does not wait. */
  readonly renew: (leaseId: string) => Promise<CodeStockView>;
  /** Whether a code has paid, or a payment with it is under way. */
  readonly isUsed: (paymentCode: string) => Promise<boolean>;
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  /** From 0 to below 1. */
  readonly random: () => number;
};

/** The code to show, and how many can be shown after it. */
export type CurrentCode = { readonly code: StockedCode; readonly remainingCodes: number };

/** How long a caller waits for codes that another caller fetches: a little longer than a call to Alipay+ may take. */
const WAIT_LIMIT_MS = 6_000;
/** The pauses before the stock is asked again. */
const PAUSES: PauseLimits = { firstPauseMs: 300, pauseLimitMs: 300 };

const LIMIT_PROBLEMS = { DEVICES: "TOO_MANY_DEVICES", RATE: "TOO_MANY_PAYMENT_CODES" } as const;

/** The code to show now, valid and not used, or why there is none. */
export async function findCurrentCode(search: CodeSearch): Promise<CurrentCode | Problem> {
  const { clock } = search;
  const endTimeMs = clock.nowMs() + WAIT_LIMIT_MS;
  let view = await ask(search);
  for (;;) {
    switch (view.outcome) {
      case "CODE": {
        const { code, remainingCodes, leaseId } = view;
        // The renewal logs its own failure, which does not concern a caller that has a code to show.
        if (leaseId !== undefined) search.renew(leaseId).catch(() => undefined);
        if (await search.isUsed(code.paymentCode)) {
          view = await ask(search, code.paymentCode);
          continue;
        }
        // Time has passed since the stock chose.
        if (clock.nowMs() < code.expiryTimeMs) return { code, remainingCodes };
        break;
      }
      case "RENEW":
        view = await search.renew(view.leaseId);
        continue;
      case "HELD_BACK":
      case "LIMITED":
        return problemOf(view, clock.nowMs());
      case "WAIT":
        break;
    }
    if (clock.nowMs() >= endTimeMs) return { problem: "ALIPAYPLUS_UNAVAILABLE", retryAfterSeconds: 1 };
    await clock.sleep(pauseMs(PAUSES, 1, search.random()));
    view = await ask(search);
  }
}

/** Each request names a new lease: the same lease must not be granted to two requests. */
function ask({ stock, region }: CodeSearch, usedCode?: string): Promise<CodeStockView> {
  return stock.ask({ region, leaseId: crypto.randomUUID(), usedCode });
}

function problemOf(view: Extract<CodeStockView, { outcome: "HELD_BACK" | "LIMITED" }>, nowMs: number): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil((view.retryTimeMs - nowMs) / 1_000));
  if (view.outcome === "LIMITED") return { problem: LIMIT_PROBLEMS[view.limit], retryAfterSeconds };
  const { resultCode } = view;
  return resultCode === undefined
    ? { problem: "ALIPAYPLUS_UNAVAILABLE", retryAfterSeconds }
    : { problem: "ALIPAYPLUS_REFUSED", detail: resultCode, retryAfterSeconds };
}
