/** pay by an access token: Auto Debit (docs/spec/wallet/auto-debit.md#pay-with-a-token). */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName } from "../../../durable/platform/shard.ts";
import {
  balanceOf,
  cancel,
  customerOf,
  HAS_HTTP_CORE,
  homeOf,
  inquire,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import {
  bind,
  evaluationByToken,
  payByTokenMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";
import { NOTIFY_PATH } from "../../support/wallet/order.ts";

standTheClock();

/** How many rows there are in the directory and the homes together. */
async function rowsOfPayments(): Promise<number> {
  let count = 0;
  for (const namespace of [env.CUSTOMERS, env.DIRECTORY] as unknown as DurableObjectNamespace[]) {
    for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
      await runInDurableObject(namespace.getByName(shardName(shard)), (_object, { storage }) => {
        count += storage.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM payments").one().count;
      });
    }
  }
  return count;
}

describe("a payment by an access token", () => {
  it("debits the customer of the token, and answers as every success does [AUT-22]", async () => {
    const { accessToken, authorizationId, customerId } = await bind();
    const message = payByTokenMessage(accessToken);
    const reply = await pay(message);
    expect(reply).toMatchObject({ code: "SUCCESS", verified: true });
    expect(reply.body).toEqual({
      result: expect.anything(),
      paymentId: expect.any(String),
      paymentTime: expect.any(String),
      customerId,
    });
    expect(await balanceOf(customerId)).toBe(99_000n);
    const inspected = (await opsCall("GET", `/payments/${message.paymentRequestId}`)).body;
    expect(inspected).toMatchObject({ status: "SUCCEEDED", authorizationId });
    expect((await pay(message)).text).toBe(reply.text);
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({
      paymentResult: { resultCode: "SUCCESS" },
      customerId,
    });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("is made once by many messages at the same time [AUT-22]", async () => {
    const { accessToken, customerId } = await bind();
    const message = payByTokenMessage(accessToken);
    const replies = await Promise.all(Array.from({ length: 6 }, () => pay(message)));
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set(["SUCCESS"]));
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("may name its customer and client, which must be those of the token [AUT-23]", async () => {
    const { accessToken, customerId, message } = await bind();
    const { authClientId } = message;
    const method = { customerId, paymentMethodMetaData: { authClientId, paymentMethodRegion: "HK" } };
    expect((await pay(payByTokenMessage(accessToken, {}, method))).code).toBe("SUCCESS");
    expect((await pay(payByTokenMessage(accessToken, {}, { paymentMethodMetaData: "a text" }))).code).toBe("SUCCESS");

    const otherCustomer = payByTokenMessage(accessToken, {}, { customerId: await openCustomer() });
    expect(await pay(otherCustomer)).toMatchObject({
      code: "PARAM_ILLEGAL",
      message: "Illegal parameter paymentMethod.customerId: must be the customer of the access token.",
    });
    expect((await inquire(otherCustomer.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");

    const otherClient = payByTokenMessage(
      accessToken,
      {},
      { paymentMethodMetaData: { authClientId: newId("another") } },
    );
    expect(await pay(otherClient)).toMatchObject({
      code: "INVALID_TOKEN",
      message: expect.stringContaining("authClientId"),
    });
    expect(await balanceOf(customerId)).toBe(98_000n);
  });

  it("with an unknown token is INVALID_TOKEN and stores nothing, whatever it looks like [AUT-24]", async () => {
    const { accessToken, refreshToken: refreshing, authCode } = await bind();
    const before = await rowsOfPayments();
    for (const token of [
      `${accessToken.slice(0, -1)}${accessToken.endsWith("A") ? "B" : "A"}`,
      refreshing,
      authCode,
      "x",
      "x".repeat(512),
      `2810100365535${"A".repeat(32)}`,
      "281006050000000000125733",
    ]) {
      expect((await pay(payByTokenMessage(token))).code).toBe("INVALID_TOKEN");
      expect((await pay(evaluationByToken(token))).code).toBe("INVALID_TOKEN");
    }
    expect(await rowsOfPayments()).toBe(before);
  });

  it("with a token that may not pay is stored with its refusal, and takes nothing [AUT-24]", async () => {
    const { accessToken, customerId } = await bind({ scopes: ["USER_INFO"] });
    const message = payByTokenMessage(accessToken);
    expect(await pay(message)).toMatchObject({
      code: "INVALID_TOKEN",
      message: "The access token is invalid: its authorization lacks the scope, AGREEMENT_PAY or SEND_OTP.",
    });
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({
      paymentResult: { resultCode: "INVALID_TOKEN" },
    });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("keeps its result when its token has ended since [AUT-24]", async () => {
    const bound = await bind();
    const message = payByTokenMessage(bound.accessToken);
    const reply = await pay(message);
    await refreshToken(bound.refreshToken);
    expect((await pay(message)).text).toBe(reply.text);
    expect((await pay({ ...message, payToAmount: { currency: "HKD", value: "1" } })).code).toBe(
      "REPEAT_REQ_INCONSISTENT",
    );
  });

  it("of another payment's paymentRequestId is REPEAT_REQ_INCONSISTENT, never INVALID_TOKEN for that [AUT-24]", async () => {
    const { accessToken, customerId } = await bind();
    const { paymentRequestId, ...message } = payMessage(customerId);
    await pay({ ...message, paymentRequestId });
    expect((await pay(payByTokenMessage(accessToken, { paymentRequestId }))).code).toBe("REPEAT_REQ_INCONSISTENT");
    const other = await bind();
    expect((await pay(payByTokenMessage(other.accessToken, { paymentRequestId }))).code).toBe(
      "REPEAT_REQ_INCONSISTENT",
    );
  });

  it("comes too late after its expiry, which is a minute where none is named [AUT-25]", async () => {
    const { accessToken, customerId } = await bind();
    const past = payByTokenMessage(accessToken, { paymentExpiryTime: new Date(Date.now()).toISOString() });
    expect((await pay(past)).code).toBe("ORDER_IS_CLOSED");
    expect(await balanceOf(customerId)).toBe(100_000n);
    const message = payByTokenMessage(accessToken);
    await pay(message);
    const { body } = await walletCall("GET", `/payments/${message.paymentRequestId}`);
    expect(Date.parse(String(body.paymentExpiryTime))).toBe(Date.now() + MINUTE_MS);
  });

  it.each<[string, object, string]>([
    ["the limit of one payment", { limits: { single: 999n } }, "PAYMENT_AMOUNT_EXCEED_LIMIT"],
    ["the limit of a day", { limits: { daily: 999n } }, "USER_AMOUNT_EXCEED_LIMIT"],
    ["the number of payments", { limits: { dailyCount: 0 } }, "PAYMENT_COUNT_EXCEED_LIMIT"],
    ["the balance", { balance: 999n }, "USER_BALANCE_NOT_ENOUGH"],
    ["the customer's status", { status: "FROZEN" }, "USER_STATUS_ABNORMAL"],
    ["KYC", { kyc: "NONE" }, "USER_KYC_NOT_QUALIFIED"],
    ["risk control", { risk: "REJECT" }, "RISK_REJECT"],
    ["the payment method", { paymentMethod: "UNAVAILABLE" }, "UNAVAILABLE_PAYMENT_METHOD"],
    ["the merchant", { blockedMerchants: ["M0001"] }, "MERCHANT_NOT_REGISTERED"],
  ])("is refused for %s, and takes nothing [AUT-26]", async (_case, settings, code) => {
    const { accessToken, customerId } = await bind({}, await openCustomer(settings));
    expect((await pay(payByTokenMessage(accessToken))).code).toBe(code);
    expect((await customerOf(customerId)).entries.filter(({ kind }) => kind === "DEBIT")).toEqual([]);
  });

  it("of a customer whom the core does not know is USER_NOT_EXIST [AUT-26]", async () => {
    const { accessToken } = await bind({}, newId("none"));
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("USER_NOT_EXIST");
  });

  it("is cancelled, refunded and notified as every other [AUT-27]", async () => {
    const received = takeAuthNotifications();
    const { accessToken, customerId } = await bind();
    const message = payByTokenMessage(accessToken, { paymentNotifyUrl: `https://alipayplus.test${NOTIFY_PATH}` });
    await pay(message);
    await runResolver(homeOf(customerId));
    await until(() => received.some(({ path }) => path === NOTIFY_PATH));
    expect(received.find(({ path }) => path === NOTIFY_PATH)?.body).toMatchObject({
      paymentRequestId: message.paymentRequestId,
      paymentResult: { resultCode: "SUCCESS" },
      customerId,
    });
    expect((await refund(message.paymentRequestId, "400")).code).toBe("SUCCESS");
    const other = payByTokenMessage(accessToken);
    await pay(other);
    expect((await cancel(other.paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_400n);
  });

  it("shows in the wallet's app with the authorisation by which it was taken", async () => {
    const { accessToken, authorizationId } = await bind();
    const message = payByTokenMessage(accessToken);
    await pay(message);
    const { body } = await walletCall("GET", `/payments/${message.paymentRequestId}`);
    expect(body).toMatchObject({ status: "SUCCEEDED", authorizationId, merchant: { merchantName: "UGG" } });
  });

  it.skipIf(HAS_HTTP_CORE)("writes 4 rows, one less than a payment code: a token pays often [AUT-22]", async () => {
    const { accessToken, customerId } = await bind();
    let rows = 0;
    const stubs = [homeOf(customerId) as unknown as DurableObjectStub].concat(
      Array.from(
        { length: SHARD_COUNT },
        (_, shard) => env.DIRECTORY.getByName(shardName(shard)) as unknown as DurableObjectStub,
      ),
    );
    for (const stub of stubs) {
      await runInDurableObject(stub, (_instance, { storage: { sql } }) => {
        const exec = sql.exec.bind(sql);
        sql.exec = ((query: string, ...bindings: unknown[]) => {
          const cursor = exec(query, ...bindings);
          const results = cursor.toArray();
          rows += cursor.rowsWritten;
          return { toArray: () => results, one: () => results[0] };
        }) as typeof sql.exec;
      });
    }
    expect((await pay(payByTokenMessage(accessToken))).code).toBe("SUCCESS");
    expect(rows).toBe(4);
  });
});

describe("an evaluation by an access token", () => {
  it("takes and stores nothing, and answers S for what could be paid [AUT-28]", async () => {
    const { accessToken, customerId } = await bind();
    const message = evaluationByToken(accessToken);
    const { code, body } = await pay(message);
    expect([code, body]).toEqual(["SUCCESS", { result: expect.anything(), customerId }]);
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  });

  it("has neither a time-out nor limits, and every other refusal [AUT-28]", async () => {
    const limited = await bind({}, await openCustomer({ limits: { single: 1n, daily: 1n, dailyCount: 0 } }));
    const paymentExpiryTime = new Date(Date.now() - MINUTE_MS).toISOString();
    expect((await pay(evaluationByToken(limited.accessToken, { paymentExpiryTime }))).code).toBe("SUCCESS");
    const poor = await bind({}, await openCustomer({ balance: 999n }));
    expect((await pay(evaluationByToken(poor.accessToken))).code).toBe("USER_BALANCE_NOT_ENOUGH");
    const bound = await bind();
    advance(366 * 24 * 60 * MINUTE_MS);
    expect((await pay(evaluationByToken(bound.accessToken))).code).toBe("EXPIRED_ACCESS_TOKEN");
    const { body } = await refreshToken(bound.refreshToken);
    expect((await pay(evaluationByToken(bound.accessToken))).code).toBe("INVALID_TOKEN");
    expect((await pay(evaluationByToken(body.accessToken))).code).toBe("SUCCESS");
  });
});
