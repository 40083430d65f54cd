/**
 * Tokens and authCodes are in no log and no database, whatever happens to them; what is personal about an authorisation
 * is emptied (docs/storage.md#personal-data).
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../durable/env.ts";
import { homeOf, openCustomer, pay, runResolver, send } from "../../support/alipayplus.ts";
import { fetchIn } from "../../support/call-gateway.ts";
import { advance, DAY_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import {
  agree,
  applyToken,
  authNotifications,
  bind,
  cancelToken,
  evaluationByToken,
  payByTokenMessage,
  prepare,
  preparedIdOf,
  prepareMessage,
  refreshToken,
  sweepDirectory,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { opsCall, walletCall, walletRequest } from "../../support/wallet/calls.ts";
import { NOTIFY_PATH } from "../../support/wallet/order.ts";
import { expectGone, placesOf, plant } from "../../support/wallet/personal-data.ts";

standTheClock();

let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
      written.push(texts.map(String).join(" "));
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

const exported = (customerId: string) => opsCall("GET", `/customers/${customerId}/data`);
const erase = (customerId: string) => opsCall("DELETE", `/customers/${customerId}/data`);

/** How long a customer may take to agree. */
const PAGE_TIME_MS = 30 * MINUTE_MS;

type Methods = Readonly<Record<string, (...values: unknown[]) => Promise<unknown>>>;

/** The objects of a class, of which one method never arrives. */
function without(namespace: object, lost: string): object {
  const getByName = (name: string) => {
    const stub = (namespace as DurableObjectNamespace).getByName(name) as unknown as Methods;
    return new Proxy(stub, {
      get:
        (_target, method: string) =>
        async (...values: unknown[]) => {
          if (method === lost) throw new Error("Network connection lost.");
          return stub[method]?.(...values);
        },
    });
  };
  return { getByName };
}

describe("a token", () => {
  it("and an authCode stand in no log line and in no table, from their first use to their end [AUT-38]", async () => {
    const received = takeAuthNotifications();
    const bound = await bind();
    const { authCode, accessToken, customerId, authorizationId } = bound;
    const second = await refreshToken(bound.refreshToken);
    const tokens = [authCode, accessToken, bound.refreshToken, second.body.accessToken, second.body.refreshToken].map(
      String,
    );
    await applyToken({ authCode });
    for (const token of tokens) {
      const message = JSON.stringify(payByTokenMessage(token, { passThroughInfo: "passed" }));
      await send("/payments/pay", message.replace(token, `\\u0032${token.slice(1)}`));
      await pay(payByTokenMessage(token, { paymentNotifyUrl: `https://alipayplus.test${NOTIFY_PATH}` }));
      await pay(evaluationByToken(token));
      await refreshToken(`${token}x`);
      await applyToken({ authCode: token, authClientId: "another" });
    }
    await walletCall("GET", `/authorizations?customerId=${customerId}`);
    await opsCall("GET", `/authorizations/${authorizationId}`);
    await cancelToken(accessToken, { acquirerId: "another" });
    await cancelToken(accessToken);
    await authNotifications(received, bound, 1);
    await runResolver(homeOf(customerId));
    expect(written.length).toBeGreaterThan(20);
    const log = written.join("\n");
    const export_ = JSON.stringify((await exported(customerId)).body);
    for (const token of tokens) {
      // The random part alone would be the token to who knows the rest.
      const randomPart = token.slice(-32);
      expect(log).not.toContain(randomPart);
      expect(export_).not.toContain(randomPart);
      expect(await placesOf(randomPart)).toEqual([]);
    }
    for (const text of [customerId, bound.message.authState, "a***@wallet.example", "Harbour Cinema"]) {
      expect(log).not.toContain(text);
    }
  });
});

describe("what is personal about an authorisation", () => {
  const planted = () => plant(["Name", "Display", "State", "Pass"]);

  async function plantedBind(texts: Record<string, string>) {
    return bind({
      authClientName: texts.Name,
      authClientDisplayName: texts.Display,
      authState: texts.State,
      passThroughInfo: texts.Pass,
    });
  }

  /** A prepare whose customer agrees while one call of the gateway to its objects is lost. */
  async function plantedPrepare(texts: Record<string, string>) {
    const message = prepareMessage({
      authClientName: texts.Name,
      authClientDisplayName: texts.Display,
      authState: texts.State,
      passThroughInfo: texts.Pass,
    });
    const [preparedId, customerId] = [preparedIdOf(await prepare(message)), await openCustomer()];
    const agreeLosing = (lost: string) => {
      const environment = { ...env, CUSTOMERS: without(env.CUSTOMERS, lost), DIRECTORY: without(env.DIRECTORY, lost) };
      const request = walletRequest("POST", `/authorizations/${preparedId}/consent`, { customerId });
      return fetchIn(environment as unknown as Env, request);
    };
    return { preparedId, customerId, agreeLosing };
  }

  it("is exported, and nothing of another customer", async () => {
    const [texts, others] = [planted(), planted()];
    const { customerId, authorizationId } = await plantedBind(texts);
    await plantedBind(others);
    const { body } = await exported(customerId);
    expect(body.authorizations).toMatchObject([
      {
        authorizationId,
        status: "ACTIVE",
        scopes: ["AGREEMENT_PAY", "USER_LOGIN_ID"],
        userLoginId: "a***@wallet.example",
      },
    ]);
    const text = JSON.stringify(body);
    for (const each of Object.values(texts)) expect(text).toContain(each);
    for (const each of Object.values(others)) expect(text).not.toContain(each);
  });

  it("is kept in its customer's home alone, once the customer has agreed", async () => {
    const texts = planted();
    await plantedBind(texts);
    await until(async () => {
      expect(await placesOf(texts.State ?? "")).toEqual(["CUSTOMERS.authorizations.message"]);
    });
  });

  it("leaves the directory when the time to agree is over, where the call that empties it there was lost [AUT-53]", async () => {
    const texts = planted();
    const { preparedId, customerId, agreeLosing } = await plantedPrepare(texts);
    expect((await agreeLosing("forgetPrepared")).status).toBe(200);
    expect(written.join()).toContain("prepared-not-forgotten");
    const inBoth = ["CUSTOMERS.authorizations.message", "DIRECTORY.prepared_authorizations.message"];
    expect(await placesOf(texts.State ?? "")).toEqual(inBoth);
    advance(PAGE_TIME_MS - 1);
    await sweepDirectory(preparedId);
    expect(await placesOf(texts.State ?? "")).toEqual(inBoth);
    advance(1);
    await sweepDirectory(preparedId);
    for (const text of Object.values(texts)) {
      expect(await placesOf(text)).toEqual(["CUSTOMERS.authorizations.message"]);
    }
    const { status, body } = await walletCall("GET", `/authorizations/${preparedId}?customerId=${customerId}`);
    expect([status, body.status]).toEqual([200, "LAPSED"]);
  });

  it("leaves the directory, too, where the consent never reached its home; it is closed then [AUT-53]", async () => {
    const texts = planted();
    const { preparedId, customerId, agreeLosing } = await plantedPrepare(texts);
    expect((await agreeLosing("consent")).status).toBe(500);
    const inDirectory = ["DIRECTORY.prepared_authorizations.message"];
    expect(await placesOf(texts.State ?? "")).toEqual(inDirectory);
    advance(PAGE_TIME_MS);
    await sweepDirectory(preparedId);
    await expectGone(texts);
    const late = await walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
    expect([late.status, late.body.code]).toEqual([410, "AUTHORIZATION_CLOSED"]);
  });

  it("stays in the directory while no customer has agreed: the page goes on showing it", async () => {
    const texts = planted();
    const { preparedId } = await plantedPrepare(texts);
    advance(PAGE_TIME_MS);
    await sweepDirectory(preparedId);
    expect((await walletCall("GET", `/authorizations/${preparedId}`)).body).toMatchObject({
      status: "ABANDONED",
      merchant: { authClientDisplayName: texts.Display },
    });
  });

  it("cannot be erased while the authorisation has not ended, and then leaves nothing [AUT-39]", async () => {
    const received = takeAuthNotifications();
    const texts = planted();
    const bound = await plantedBind(texts);
    const { customerId } = bound;
    const refused = { status: 409, body: { code: "CUSTOMER_HAS_AUTHORIZATIONS" } };
    expect(await erase(customerId)).toMatchObject(refused);
    await cancelToken(bound.accessToken);
    // Alipay+ is still to be notified of the end.
    expect(await erase(customerId)).toMatchObject(refused);
    await authNotifications(received, bound, 1);
    await until(async () => expect((await erase(customerId)).status).toBe(200));
    await expectGone({ ...texts });
    const { body } = await walletCall("GET", `/authorizations?customerId=${customerId}`);
    expect(body.authorizations).toMatchObject([
      { status: "CANCELLED", merchant: { referenceMerchantId: "M0001" }, scopes: [{ scope: "AGREEMENT_PAY" }, {}] },
    ]);
    expect((await erase(customerId)).body).toEqual({
      erased: { payments: 0, refunds: 0, disputes: 0, authorizations: 0 },
    });
    // It still answers as before.
    expect((await cancelToken(bound.accessToken)).code).toBe("SUCCESS");
    expect((await pay(payByTokenMessage(bound.accessToken))).code).toBe("INVALID_TOKEN");
  });

  it("is emptied when it has ended so many days ago, and not before [AUT-39]", async () => {
    takeAuthNotifications();
    const texts = planted();
    const bound = await plantedBind(texts);
    const stays = await agree({}, await openCustomer());
    await walletCall("POST", `/authorizations/${bound.authorizationId}/unbind`, { customerId: bound.customerId });
    await runResolver(homeOf(bound.customerId));
    advance(400 * DAY_MS - 1);
    await runResolver(homeOf(bound.customerId));
    expect(await placesOf(texts.Name ?? "")).toEqual(["CUSTOMERS.authorizations.message"]);
    advance(1);
    await homeOf(bound.customerId).sweep();
    await runResolver(homeOf(bound.customerId));
    await expectGone(texts);
    // A code that was never used has lapsed as long ago, but for its ten minutes.
    expect(await placesOf(String(stays.message.authState))).toEqual(["CUSTOMERS.authorizations.message"]);
  });
});
