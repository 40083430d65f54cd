/** applyToken: a code or a refresh token becomes a pair of tokens (docs/spec/wallet/auto-debit.md#applytoken). */
import { describe, expect, it } from "vitest";
import { shardOf } from "../../../durable/platform/shard.ts";
import { homeOf, newId, PARTIES, pay, SHARD_COUNT } from "../../support/alipayplus.ts";
import { advance, DAY_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { environmentOfObjects, fetchIn, otherEnvironment, sendIn } from "../../support/home/other-environment.ts";
import {
  agree,
  applyToken,
  bind,
  cancelToken,
  payByTokenMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { walletReplyOf, walletRequest } from "../../support/wallet/calls.ts";

standTheClock();

const CODE_TIME_MS = 10 * MINUTE_MS;
const REPEAT_MS = 5 * MINUTE_MS;

const TOKEN = /^28101003[0-9]{5}[A-Za-z0-9_-]{32}$/;

describe("an authCode", () => {
  it("becomes a pair of tokens with their expiries, the customer and the masked login [AUT-15]", async () => {
    const { authCode, customerId, message } = await agree();
    const reply = await applyToken({ authCode, authClientId: message.authClientId });
    expect(reply).toMatchObject({ code: "SUCCESS", verified: true });
    expect(reply.body).toEqual({
      result: expect.anything(),
      accessToken: expect.stringMatching(TOKEN),
      accessTokenExpiryTime: expect.any(String),
      refreshToken: expect.stringMatching(TOKEN),
      refreshTokenExpiryTime: expect.any(String),
      customerId,
      userLoginId: "a***@wallet.example",
    });
    expect(Date.parse(String(reply.body.accessTokenExpiryTime))).toBe(Date.now() + 365 * DAY_MS);
    expect(Date.parse(String(reply.body.refreshTokenExpiryTime))).toBe(Date.now() + 1_095 * DAY_MS);
    const shard = String(shardOf(customerId, SHARD_COUNT)).padStart(5, "0");
    for (const token of [authCode, reply.body.accessToken, reply.body.refreshToken]) {
      expect(String(token).slice(8, 13)).toBe(shard);
    }
  });

  it("does not show the login without the scope for it [AUT-08]", async () => {
    const { authCode } = await agree({ scopes: ["AGREEMENT_PAY"] });
    expect((await applyToken({ authCode })).body).not.toHaveProperty("userLoginId");
  });

  it("gets the first answer again for five minutes, byte for byte [AUT-16]", async () => {
    const { authCode } = await agree();
    const first = await applyToken({ authCode });
    advance(REPEAT_MS - 1);
    expect((await applyToken({ authCode })).text).toBe(first.text);
    advance(1);
    expect((await applyToken({ authCode })).code).toBe("INVALID_CODE");
    expect((await pay(payByTokenMessage(first.body.accessToken))).code).toBe("SUCCESS");
  });

  it("that comes many times at once becomes one pair [AUT-16]", async () => {
    const { authCode } = await agree();
    const replies = await Promise.all(Array.from({ length: 8 }, () => applyToken({ authCode })));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]?.code).toBe("SUCCESS");
  });

  it("too old is EXPIRED_CODE; a setting says when [AUT-17]", async () => {
    const { authCode } = await agree();
    const other = await agree();
    advance(CODE_TIME_MS - 1);
    expect((await applyToken({ authCode: other.authCode })).code).toBe("SUCCESS");
    advance(1);
    expect((await applyToken({ authCode })).code).toBe("EXPIRED_CODE");
  });

  it("unknown, of another client, or no code at all is INVALID_CODE, and spoils nothing [AUT-17]", async () => {
    const { authCode } = await agree();
    const { accessToken } = await bind();
    for (const changes of [
      { authCode, authClientId: newId("another") },
      { authCode: `${authCode.slice(0, -1)}${authCode.endsWith("A") ? "B" : "A"}` },
      { authCode: accessToken },
      { authCode: "x" },
      { authCode: `${"x".repeat(91)}99999${"A".repeat(32)}` },
    ]) {
      expect((await applyToken(changes)).code).toBe("INVALID_CODE");
    }
    expect((await applyToken({ authCode })).code).toBe("SUCCESS");
  });

  it.each<[string, object, string]>([
    ["grantType", { authCode: "x", grantType: "PASSWORD" }, "must be"],
    ["authCode", {}, "is required"],
    ["authCode", { authCode: "x".repeat(129) }, "128"],
    ["refreshToken", { grantType: "REFRESH_TOKEN", authCode: "x" }, "is required"],
    ["acquirerId", { authCode: "x", acquirerId: null }, "is required"],
  ])("a wrong %s is named [AUT-03]", async (name, changes, why) => {
    const { code, message } = await applyToken({ ...changes });
    expect([code, message]).toEqual(["PARAM_ILLEGAL", expect.stringMatching(`${name}: .*${why}`)]);
  });
});

describe("a refresh token", () => {
  it("becomes a new pair, and the pair before ends [AUT-18]", async () => {
    const { accessToken, refreshToken: first, customerId } = await bind();
    const reply = await refreshToken(first);
    expect(reply).toMatchObject({ code: "SUCCESS", body: { customerId } });
    expect(new Set([accessToken, first, reply.body.accessToken, reply.body.refreshToken]).size).toBe(4);
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
    expect((await pay(payByTokenMessage(reply.body.accessToken))).code).toBe("SUCCESS");
  });

  it("gets the same new pair again for five minutes, while that is the newest [AUT-18]", async () => {
    const { refreshToken: first } = await bind();
    const second = await refreshToken(first);
    advance(REPEAT_MS - 1);
    expect((await refreshToken(first)).text).toBe(second.text);
    const third = await refreshToken(second.body.refreshToken);
    expect(third.code).toBe("SUCCESS");
    expect((await refreshToken(first)).code).toBe("INVALID_REFRESH_TOKEN");
    advance(REPEAT_MS);
    expect((await refreshToken(second.body.refreshToken)).code).toBe("INVALID_REFRESH_TOKEN");
    expect((await refreshToken(third.body.refreshToken)).code).toBe("SUCCESS");
  });

  it("that comes many times at once becomes one pair [AUT-19]", async () => {
    const bound = await bind();
    const replies = await Promise.all(Array.from({ length: 8 }, () => refreshToken(bound.refreshToken)));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]?.code).toBe("SUCCESS");
    const { pairs } = (await homeOf(bound.customerId).inspectAuthorization(bound.authorizationId)) ?? {};
    expect(pairs).toBe(2);
  });

  it("unknown or cancelled is INVALID_REFRESH_TOKEN, expired EXPIRED_REFRESH_TOKEN [AUT-20]", async () => {
    takeAuthNotifications();
    const cancelled = await bind();
    const expired = await bind();
    await cancelToken(cancelled.accessToken);
    expect((await refreshToken(cancelled.refreshToken)).code).toBe("INVALID_REFRESH_TOKEN");
    expect((await refreshToken("unknown")).code).toBe("INVALID_REFRESH_TOKEN");
    expect((await refreshToken(expired.accessToken)).code).toBe("INVALID_REFRESH_TOKEN");
    expect((await refreshToken(expired.refreshToken, { authClientId: "another" })).code).toBe("INVALID_REFRESH_TOKEN");
    advance(1_095 * DAY_MS);
    expect((await refreshToken(expired.refreshToken)).code).toBe("EXPIRED_REFRESH_TOKEN");
    expect((await pay(payByTokenMessage(expired.accessToken))).code).toBe("EXPIRED_ACCESS_TOKEN");
  });

  it("after its access token has expired still becomes a pair that pays [AUT-20]", async () => {
    const bound = await bind();
    advance(365 * DAY_MS);
    expect((await pay(payByTokenMessage(bound.accessToken))).code).toBe("EXPIRED_ACCESS_TOKEN");
    const { body } = await refreshToken(bound.refreshToken);
    expect((await pay(payByTokenMessage(body.accessToken))).code).toBe("SUCCESS");
  });
});

describe("a token and the settings", () => {
  const send = (environment: ReturnType<typeof otherEnvironment>, changes: object) =>
    sendIn(environment, "/authorizations/applyToken", { ...PARTIES, grantType: "REFRESH_TOKEN", ...changes });

  it("another prefix refuses no earlier token [AUT-21]", async () => {
    const bound = await bind();
    const environment = otherEnvironment({ TOKEN_PREFIX: "999" });
    expect((await sendIn(environment, "/payments/pay", payByTokenMessage(bound.accessToken))).code).toBe("SUCCESS");
    const repeat = { ...PARTIES, grantType: "AUTHORIZATION_CODE", authCode: bound.authCode };
    expect((await sendIn(environment, "/authorizations/applyToken", repeat)).code).toBe("SUCCESS");
    const { code, body } = await send(environment, { refreshToken: bound.refreshToken });
    expect([code, body.accessToken]).toEqual(["SUCCESS", expect.stringMatching(/^99903/)]);
    expect((await pay(payByTokenMessage(body.accessToken))).code).toBe("SUCCESS");
  });

  it("a secret that is missing is never INVALID: repeats are U, and the tokens still pay [AUT-21]", async () => {
    const bound = await bind();
    for (const TOKEN_SECRETS of [
      JSON.stringify({ 2: "another secret that is long enough for this" }),
      JSON.stringify({ 1: "another secret that is long enough for this" }),
    ]) {
      const environment = otherEnvironment({ TOKEN_SECRETS });
      const repeated = await sendIn(environment, "/authorizations/applyToken", {
        ...PARTIES,
        grantType: "AUTHORIZATION_CODE",
        authCode: bound.authCode,
      });
      expect([repeated.code, repeated.resultStatus]).toEqual(["UNKNOWN_EXCEPTION", "U"]);
      expect((await sendIn(environment, "/payments/pay", payByTokenMessage(bound.accessToken))).code).toBe("SUCCESS");
      const unbind = walletRequest("POST", `/authorizations/${bound.authorizationId}/unbind`, {
        customerId: bound.customerId,
      });
      const refused = await walletReplyOf(await fetchIn(environment, unbind));
      expect([refused.status, refused.body.code]).toEqual([503, "MISCONFIGURED"]);
    }
  });

  it("while homes refuse to work every token is U, also one whose shard is not there, and no token at all [AUT-21]", async () => {
    const environment = environmentOfObjects(() => Promise.reject(new Error("SHARD_COUNT_DIFFERS")));
    const { accessToken } = await bind();
    for (const token of [accessToken, `2810100365535${"A".repeat(32)}`, "garbage"]) {
      for (const [path, body] of [
        ["/payments/pay", payByTokenMessage(token)],
        ["/authorizations/applyToken", { ...PARTIES, grantType: "REFRESH_TOKEN", refreshToken: token }],
        ["/authorizations/cancelToken", { ...PARTIES, accessToken: token }],
      ] as const) {
        const { resultStatus } = await sendIn(environment, path, body);
        expect([path, token, resultStatus]).toEqual([path, token, "U"]);
      }
    }
  });
});
