/**
 * An authorisation through any order of calls, against a twin in plain TypeScript: what each is answered, and that no
 * money moves but by a payment that was answered S.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { balanceOf, homeOf, pay, runResolver } from "../../support/alipayplus.ts";
import { advance, DAY_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import {
  agree,
  applyToken,
  cancelToken,
  evaluationByToken,
  payByTokenMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";

standTheClock();

/** Refers to one of the pairs that there are by then. */
const pair = fc.nat({ max: 5 });

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ call: fc.constantFrom("PAY" as const, "EVALUATE" as const), pair }) },
  { weight: 3, arbitrary: fc.record({ call: fc.constant("REFRESH" as const), pair }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant("CODE" as const), pair }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom("CANCEL" as const, "UNBIND" as const), pair }) },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constant("WAIT" as const),
      pair: fc.constant(0),
      durationMs: fc.constantFrom(MINUTE_MS, 4 * MINUTE_MS, 6 * MINUTE_MS, 11 * MINUTE_MS, 200 * DAY_MS, 800 * DAY_MS),
    }),
  },
);

type Pair = { readonly access: string; readonly refresh: string; readonly madeTimeMs: number };

/** What is known of the authorisation, kept as plainly as possible. */
class Twin {
  readonly agreedTimeMs = Date.now();
  readonly pairs: Pair[] = [];
  isEnded = false;

  get newest(): Pair | undefined {
    return this.pairs.at(-1);
  }

  /** How long ago the newest pair was made. */
  get ageMs(): number {
    return Date.now() - (this.newest?.madeTimeMs ?? Number.NEGATIVE_INFINITY);
  }

  code(): string {
    if (this.isEnded || this.pairs.length > 1) return "INVALID_CODE";
    if (this.pairs.length === 1) return this.ageMs < 5 * MINUTE_MS ? "SUCCESS" : "INVALID_CODE";
    return Date.now() - this.agreedTimeMs < 10 * MINUTE_MS ? "SUCCESS" : "EXPIRED_CODE";
  }

  refresh(index: number): string {
    const last = this.pairs.length - 1;
    const isOver = this.ageMs >= 1_095 * DAY_MS;
    if (!this.isEnded && index === last) return isOver ? "EXPIRED_REFRESH_TOKEN" : "SUCCESS";
    const isRepeat = !this.isEnded && !isOver && index === last - 1 && this.ageMs < 5 * MINUTE_MS;
    return isRepeat ? "SUCCESS" : "INVALID_REFRESH_TOKEN";
  }

  pay(index: number): string {
    if (this.isEnded || index !== this.pairs.length - 1) return "INVALID_TOKEN";
    return this.ageMs < 365 * DAY_MS ? "SUCCESS" : "EXPIRED_ACCESS_TOKEN";
  }

  /** Whether an end has something to end; one that has lapsed stays as it is. */
  get mayEnd(): boolean {
    if (this.pairs.length > 0) return this.ageMs < 1_095 * DAY_MS;
    return Date.now() - this.agreedTimeMs < 10 * MINUTE_MS;
  }
}

it("every call in any order is answered as the twin says, and money moves for payments that were answered S alone [AUT-14]", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      takeAuthNotifications();
      const { authCode, authorizationId, customerId } = await agree();
      const twin = new Twin();
      let paidMinor = 0n;
      for (const { call, pair: chosen, ...wait } of steps) {
        const index = twin.pairs.length === 0 ? -1 : chosen % twin.pairs.length;
        const tokens = twin.pairs[index] ?? { access: "unknown", refresh: "unknown" };
        switch (call) {
          case "PAY":
          case "EVALUATE": {
            const message = call === "PAY" ? payByTokenMessage(tokens.access) : evaluationByToken(tokens.access);
            const { code } = await pay(message);
            expect([call, code]).toEqual([call, index < 0 ? "INVALID_TOKEN" : twin.pay(index)]);
            if (call === "PAY" && code === "SUCCESS") paidMinor += 1_000n;
            break;
          }
          case "CODE":
          case "REFRESH": {
            const expected = call === "CODE" ? twin.code() : index < 0 ? "INVALID_REFRESH_TOKEN" : twin.refresh(index);
            const { code, body } = await (call === "CODE" ? applyToken({ authCode }) : refreshToken(tokens.refresh));
            expect([call, code]).toEqual([call, expected]);
            if (code !== "SUCCESS") break;
            const given = { access: String(body.accessToken), refresh: String(body.refreshToken) };
            const isNew = call === "CODE" ? twin.pairs.length === 0 : index === twin.pairs.length - 1;
            if (isNew) twin.pairs.push({ ...given, madeTimeMs: Date.now() });
            else expect(given).toEqual({ access: twin.newest?.access, refresh: twin.newest?.refresh });
            break;
          }
          case "CANCEL":
            expect((await cancelToken(tokens.access)).code).toBe("SUCCESS");
            twin.isEnded ||= index >= 0 && twin.mayEnd;
            break;
          case "UNBIND": {
            const path = `/authorizations/${authorizationId}/unbind`;
            expect((await walletCall("POST", path, { customerId })).status).toBe(200);
            twin.isEnded ||= twin.mayEnd;
            break;
          }
          case "WAIT":
            advance("durationMs" in wait ? wait.durationMs : 0);
        }
      }
      await runResolver(homeOf(customerId));
      expect(await balanceOf(customerId)).toBe(100_000n - paidMinor);
    }),
    { numRuns: 25 },
  );
});
