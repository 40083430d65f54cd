/**
 * The end of an authorisation: cancelToken, unbinding, and what Alipay+ is notified of
 * (docs/spec/wallet/auto-debit.md).
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { balanceOf, customerBeside, homeOf, newId, openCustomer, pay, runResolver } from "../../support/alipayplus.ts";
import { resultOf, SUCCESS } from "../../support/alipayplus-answers.ts";
import { fetchIn } from "../../support/call-gateway.ts";
import { advance, HOUR_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { EDGE, watchAwaits, watchedEnv } from "../../support/home/awaits.ts";
import { until } from "../../support/until.ts";
import {
  agree,
  applyToken,
  authNotifications,
  authNotified,
  bind,
  cancelToken,
  inspectAuthorization,
  payByTokenMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { customerToken, opsCall, walletCall, walletReplyOf, walletRequest } from "../../support/wallet/calls.ts";

standTheClock();

const unbind = (authorizationId: string, customerId: string) =>
  walletCall("POST", `/authorizations/${authorizationId}/unbind`, { customerId });

/** Unbinds, and lets something happen each time before the authorisation ends. */
async function unbindWhile(authorizationId: string, customerId: string, meanwhile: () => Promise<void>) {
  watchAwaits(({ name, make }) =>
    name === "edge: CUSTOMERS.endAuthorization" ? meanwhile().then(() => make()) : undefined,
  );
  const request = walletRequest("POST", `/authorizations/${authorizationId}/unbind`, { customerId });
  const reply = await walletReplyOf(await fetchIn(watchedEnv(env, EDGE), request));
  watchAwaits();
  return reply;
}

describe("cancelToken", () => {
  it("ends access and refresh token at once, and a repeat is S again [AUT-29]", async () => {
    takeAuthNotifications();
    const { accessToken, refreshToken: refreshing, customerId } = await bind();
    expect(await cancelToken(accessToken)).toMatchObject({ code: "SUCCESS", verified: true });
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
    expect((await refreshToken(refreshing)).code).toBe("INVALID_REFRESH_TOKEN");
    expect((await cancelToken(accessToken)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("with an older token ends the authorisation all the same [AUT-29]", async () => {
    const received = takeAuthNotifications();
    const bound = await bind();
    const { body } = await refreshToken(bound.refreshToken);
    expect((await cancelToken(bound.accessToken)).code).toBe("SUCCESS");
    expect((await pay(payByTokenMessage(body.accessToken))).code).toBe("INVALID_TOKEN");
    const [notified] = await authNotifications(received, bound, 1);
    expect(notified).toMatchObject({ authorizationNotifyType: "TOKEN_CANCELED", accessToken: bound.accessToken });
  });

  it("after an unbinding, with the token that the merchant has, is what the end is notified with from then on [AUT-52]", async () => {
    const unknownTokens = new Set<unknown>();
    const received = takeAuthNotifications(({ body: { accessToken } }) =>
      unknownTokens.has(accessToken) ? resultOf("F", "INVALID_TOKEN") : { result: SUCCESS },
    );
    const bound = await bind();
    const { body } = await refreshToken(bound.refreshToken);
    unknownTokens.add(body.accessToken);
    await unbind(bound.authorizationId, bound.customerId);
    const [refused] = await authNotifications(received, bound, 1);
    expect(refused).toMatchObject({ accessToken: body.accessToken });
    for (const _ of [1, 2]) expect((await cancelToken(bound.accessToken)).code).toBe("SUCCESS");
    const [, notified] = await authNotifications(received, bound, 2);
    expect(notified).toMatchObject({ authorizationNotifyType: "TOKEN_CANCELED", accessToken: bound.accessToken });
    expect(await inspectAuthorization(bound)).toMatchObject({
      endedBy: "CUSTOMER",
      notifications: { TOKEN_CANCELED: { acknowledgedTimeMs: expect.any(Number), attempts: { length: 2 } } },
    });
  });

  it("of an unknown token is S, of another acquirer's INVALID_TOKEN [AUT-30]", async () => {
    const { accessToken, authCode } = await bind();
    for (const token of ["x", authCode, `2810100300001${"A".repeat(32)}`]) {
      expect((await cancelToken(token)).code).toBe("SUCCESS");
    }
    expect((await cancelToken(accessToken, { acquirerId: newId("another") })).code).toBe("INVALID_TOKEN");
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("SUCCESS");
  });

  it("at the same instant as payments: what was answered S is taken, everything else is not [AUT-31]", async () => {
    takeAuthNotifications();
    const { accessToken, customerId } = await bind();
    const pays = Array.from({ length: 6 }, () => pay(payByTokenMessage(accessToken)));
    const [ended, ...paid] = await Promise.all([cancelToken(accessToken), ...pays]);
    const answered = BigInt(paid.filter(({ code }) => code === "SUCCESS").length);
    expect(paid.every(({ code }) => code === "SUCCESS" || code === "INVALID_TOKEN")).toBe(true);
    expect(["SUCCESS", "PAYMENT_IN_PROCESS"]).toContain(ended.code);
    expect(await balanceOf(customerId)).toBe(100_000n - answered * 1_000n);
    await runResolver(homeOf(customerId));
    expect((await cancelToken(accessToken)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n - answered * 1_000n);
  });
});

describe("unbinding in the wallet", () => {
  it("is asked of Alipay+, ends the authorisation, and is notified [AUT-32]", async () => {
    const received = takeAuthNotifications();
    const bound = await bind();
    const { accessToken, customerId, authorizationId, message } = bound;
    const { status, body } = await unbind(authorizationId, customerId);
    expect([status, body]).toMatchObject([200, { authorizationId, status: "CANCELLED", endedBy: "CUSTOMER" }]);
    const consulted = "/aps/api/v1/authorizations/consultUnbinding";
    expect(received.find(({ path }) => path === consulted)).toMatchObject({
      verified: true,
      body: { authClientId: message.authClientId, referenceMerchantId: "M0001", accessToken },
    });
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
    const [notified] = await authNotifications(received, bound, 1);
    expect(notified).toEqual({
      authorizationNotifyType: "TOKEN_CANCELED",
      authClientId: message.authClientId,
      accessToken,
      reason: expect.stringContaining("user"),
    });
    expect((await unbind(authorizationId, customerId)).body).toEqual(body);
    expect((await cancelToken(accessToken)).code).toBe("SUCCESS");
  });

  it("ends it when Alipay+ does not know the newest token, as the answer to its refresh was lost [AUT-45]", async () => {
    takeAuthNotifications(undefined, () => resultOf("F", "INVALID_TOKEN"));
    const { accessToken, customerId, authorizationId } = await bind();
    expect(await unbind(authorizationId, customerId)).toMatchObject({ status: 200, body: { status: "CANCELLED" } });
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
  });

  it("ends it when its access token has expired, and Alipay+ says so [AUT-49]", async () => {
    const received = takeAuthNotifications(undefined, () => resultOf("F", "EXPIRED_ACCESS_TOKEN"));
    const bound = await bind();
    advance(366 * 24 * HOUR_MS);
    const { status, body } = await unbind(bound.authorizationId, bound.customerId);
    expect([status, body.status]).toEqual([200, "CANCELLED"]);
    expect(received.filter(({ path }) => path.endsWith("consultUnbinding"))).toHaveLength(1);
    expect((await refreshToken(bound.refreshToken)).code).toBe("INVALID_REFRESH_TOKEN");
  });

  it("asks about the token that the merchant gets meanwhile, and keeps to the answer [AUT-50]", async () => {
    const received = takeAuthNotifications(undefined, () => ({ result: SUCCESS, allowUnbinding: "false" }));
    const { authorizationId, authCode, customerId } = await agree();
    let accessToken: unknown;
    const reply = await unbindWhile(authorizationId, customerId, async () => {
      accessToken ??= (await applyToken({ authCode })).body.accessToken;
    });
    expect(reply).toMatchObject({ status: 409, body: { code: "UNBIND_AT_MERCHANT" } });
    const consulted = received.filter(({ path }) => path.endsWith("consultUnbinding"));
    expect(consulted.map(({ body }) => body.accessToken)).toEqual([accessToken]);
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("SUCCESS");
  });

  it("gives up for now when the merchant refreshes its token again and again [AUT-50]", async () => {
    const received = takeAuthNotifications();
    const { authorizationId, customerId, refreshToken: first } = await bind();
    let newest: unknown = first;
    const reply = await unbindWhile(authorizationId, customerId, async () => {
      newest = (await refreshToken(newest)).body.refreshToken;
    });
    expect(reply).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
    expect(received.filter(({ path }) => path.endsWith("consultUnbinding"))).toHaveLength(3);
    expect(await unbind(authorizationId, customerId)).toMatchObject({ status: 200, body: { status: "CANCELLED" } });
  });

  it.each<[string, object, number, string]>([
    ["does not allow it", { result: SUCCESS, allowUnbinding: "false" }, 409, "UNBIND_AT_MERCHANT"],
    ["does not say", { result: SUCCESS }, 503, "ALIPAYPLUS_UNAVAILABLE"],
    ["does not know", resultOf("U", "UNKNOWN_EXCEPTION"), 503, "ALIPAYPLUS_UNAVAILABLE"],
    ["refuses the question", resultOf("F", "PROCESS_FAIL"), 502, "ALIPAYPLUS_REFUSED"],
  ])("that Alipay+ %s keeps the authorisation [AUT-33]", async (_case, answer, status, code) => {
    takeAuthNotifications(undefined, () => ({ ...answer }));
    const { accessToken, customerId, authorizationId } = await bind();
    expect(await unbind(authorizationId, customerId)).toMatchObject({ status, body: { code } });
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("SUCCESS");
  });

  it("before the merchant has a token asks nothing, and the code is worth nothing [AUT-32]", async () => {
    const received = takeAuthNotifications();
    const bound = await agree();
    const { authCode, customerId, authorizationId } = bound;
    expect((await unbind(authorizationId, customerId)).body).toMatchObject({ status: "CANCELLED" });
    expect(received).toEqual([]);
    expect((await applyToken({ authCode })).code).toBe("INVALID_CODE");
    expect(await authNotifications(received, bound, 0)).toEqual([]);
  });

  it("is the customer's alone [AUT-34]", async () => {
    takeAuthNotifications();
    const { accessToken, customerId, authorizationId } = await bind();
    for (const isSameHome of [true, false]) {
      const other = await customerBeside(customerId, isSameHome);
      expect((await unbind(authorizationId, other)).body.code).toBe("AUTHORIZATION_UNKNOWN");
    }
    const token = await customerToken(await openCustomer());
    const path = `/authorizations/${authorizationId}/unbind`;
    expect((await walletCall("POST", path, { customerId }, { token })).body.code).toBe("CUSTOMER_NOT_ALLOWED");
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("SUCCESS");
  });
});

describe("authNotify", () => {
  it("AUTHCODE_CREATED is sent until it is acknowledged, with all its parameters [AUT-35]", async () => {
    let answer: object = resultOf("U", "UNKNOWN_EXCEPTION");
    const received = takeAuthNotifications(() => ({ ...answer }));
    const bound = await agree();
    const { authCode, customerId, message } = bound;
    const [notified] = await authNotifications(received, bound, 1);
    const expected = {
      authorizationNotifyType: "AUTHCODE_CREATED",
      authClientId: message.authClientId,
      referenceMerchantId: "M0001",
      authCode,
      authState: message.authState,
      referenceAgreementId: message.referenceAgreementId,
      customerId,
    };
    expect(notified).toEqual(expected);
    expect(received[0]?.verified).toBe(true);
    answer = { result: SUCCESS };
    advance(2 * MINUTE_MS);
    expect((await authNotifications(received, bound, 2))[1]).toEqual(expected);
    advance(HOUR_MS);
    await runResolver(homeOf(customerId));
    expect(authNotified(received, bound)).toHaveLength(2);
  });

  it("TOKEN_CREATED is sent for the first pair, with all its parameters [AUT-36]", async () => {
    const received = takeAuthNotifications();
    const bound = await agree();
    const { body } = await applyToken({ authCode: bound.authCode });
    const [notified, ...others] = await authNotifications(received, bound, 1);
    const { result: _result, ...pair } = body;
    expect(notified).toEqual({
      authorizationNotifyType: "TOKEN_CREATED",
      authClientId: bound.message.authClientId,
      ...pair,
    });
    // The code was used: Alipay+ has it.
    expect(others).toEqual([]);
  });

  it("sends no longer what no longer holds [AUT-37]", async () => {
    const received = takeAuthNotifications();
    const lapsed = await agree();
    advance(10 * MINUTE_MS);
    await runResolver(homeOf(lapsed.customerId));
    const withdrawn = { dueTimeMs: undefined, attempts: [{ outcome: "WITHDRAWN" }] };
    await until(async () => {
      const { notifications } = await inspectAuthorization(lapsed);
      expect(notifications).toMatchObject({ AUTHCODE_CREATED: withdrawn });
    });
    const refreshed = await bind();
    await refreshToken(refreshed.refreshToken);
    expect((await inspectAuthorization(refreshed)).notifications).toMatchObject({
      AUTHCODE_CREATED: withdrawn,
      TOKEN_CREATED: withdrawn,
    });
    const ended = await bind();
    await cancelToken(ended.accessToken);
    const [only, ...others] = await authNotifications(received, ended, 1);
    expect([only?.authorizationNotifyType, others]).toEqual(["TOKEN_CANCELED", []]);
    for (const bound of [lapsed, refreshed]) expect(authNotified(received, bound)).toEqual([]);
  });

  it("is resent for a day by the schedule of notifyPayment, and operators see each attempt [AUT-37]", async () => {
    const received = takeAuthNotifications(() => resultOf("F", "PROCESS_FAIL"));
    const bound = await bind();
    await cancelToken(bound.accessToken);
    for (let count = 1; count <= 8; count += 1) {
      await authNotifications(received, bound, count);
      const attemptsOf = async () => (await inspectAuthorization(bound)).notifications.TOKEN_CANCELED?.attempts ?? [];
      await until(async () => expect((await attemptsOf()).at(-1)?.outcome).toBe("F PROCESS_FAIL"));
      advance(15 * HOUR_MS);
    }
    await runResolver(homeOf(bound.customerId));
    expect(authNotified(received, bound)).toHaveLength(8);
    const { body } = await opsCall("GET", `/authorizations/${bound.authorizationId}`);
    expect(body).toMatchObject({
      authorizationId: bound.authorizationId,
      status: "CANCELLED",
      endedBy: "MERCHANT",
      pairs: 1,
      scopes: ["AGREEMENT_PAY", "USER_LOGIN_ID"],
    });
    const { TOKEN_CANCELED } = body.notifications as Record<string, { attempts: object[] }>;
    expect(TOKEN_CANCELED?.attempts[0]).toMatchObject({ attemptNumber: 1, outcome: "F PROCESS_FAIL" });
    expect(JSON.stringify(body)).not.toContain(bound.customerId);
  });
});
