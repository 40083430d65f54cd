/** The time of an answer to Alipay+, whatever the objects do. docs/spec/time-limits.md#budgets. */
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import worker from "../../../worker/index.ts";
import { CLIENT_ID, type Json, newId, PARTIES, payMessage, replyOf, signedRequest } from "../../support/alipayplus.ts";
import { environmentOfObjects } from "../../support/home/other-environment.ts";
import { until } from "../../support/until.ts";

const MARGIN_MS = 500;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function refundMessage(): Promise<Json> {
  const paymentRequestId = newId("pay");
  const amount = { currency: "HKD", value: "1" };
  return {
    ...PARTIES,
    paymentRequestId,
    paymentId: await paymentIdOf(CLIENT_ID, paymentRequestId),
    refundRequestId: newId("refund"),
    refundAmount: amount,
    refundFromAmount: amount,
  };
}

const reference = async () => ({ ...PARTIES, paymentRequestId: newId("pay") });

describe("while the object does not answer", () => {
  it.each<[string, number, string, () => Promise<Json>]>([
    ["pay", 8_000, "PAYMENT_IN_PROCESS", async () => payMessage("alice")],
    ["refund", 8_000, "PAYMENT_IN_PROCESS", refundMessage],
    ["cancelPayment", 8_000, "UNKNOWN_EXCEPTION", reference],
    ["inquiryPayment", 5_000, "UNKNOWN_EXCEPTION", reference],
  ])(
    "%s is answered half a second before %i ms: U %s, signed [TIM-14, RES-03]",
    async (name, budgetMs, code, message) => {
      let calls = 0;
      const environment = environmentOfObjects(() => {
        calls += 1;
        return new Promise(() => undefined);
      });
      const request = await signedRequest(`/payments/${name}`, await message());
      let isAnswered = false;
      const answering = Promise.resolve(worker.fetch(request, environment, createExecutionContext())).then(
        (response) => {
          isAnswered = true;
          return replyOf(request, response);
        },
      );
      await until(() => calls === 1);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(budgetMs - MARGIN_MS - 1);
      await scheduler.wait(0);
      expect(isAnswered).toBe(false);
      vi.advanceTimersByTime(1);
      expect(await answering).toMatchObject({ status: 200, code, resultStatus: "U", verified: true });
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("the call goes on after the answer, and after a caller that hangs up, until its work ends [TIM-14]", async () => {
    const outcome = Promise.withResolvers<unknown>();
    let isAsked = false;
    const environment = environmentOfObjects(() => {
      isAsked = true;
      return outcome.promise;
    });
    const kept: Promise<unknown>[] = [];
    const execution = { waitUntil: (work: Promise<unknown>) => void kept.push(work) } as ExecutionContext;
    const request = await signedRequest("/payments/inquiryPayment", await reference());
    const answering = worker.fetch(request, environment, execution);
    await until(() => isAsked);
    expect(kept).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect((await replyOf(request, await answering)).code).toBe("UNKNOWN_EXCEPTION");
    let hasEnded = false;
    const ending = kept[0]?.then(() => {
      hasEnded = true;
    });
    await scheduler.wait(0);
    expect(hasEnded).toBe(false);
    outcome.resolve({ outcome: "UNKNOWN" });
    await ending;
    expect(hasEnded).toBe(true);
  });
});
