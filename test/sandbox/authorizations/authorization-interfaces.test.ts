/** Alipay+'s interfaces of Auto Debit, for an acquirer of its own making, and for the wallet. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { NOON_MS, standTheClock } from "../../support/clock.ts";
import { ask, callAs, newId, payMessage, runAlarm } from "../../support/sandbox/acquirer.ts";
import { callAlipayPlus } from "../../support/sandbox/alipayplus.ts";
import { balanceOf } from "../../support/sandbox/sales.ts";
import { call, openCustomer, post } from "../../support/sandbox/sandbox.ts";
import {
  act,
  authorizationOf,
  bind,
  connectWallet,
  settle,
  subscriptionOf,
} from "../../support/sandbox/subscriptions.ts";
import { walletCall } from "../../support/wallet/calls.ts";

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(() => setAlipayPlus());

const BASE_PATH = "/sandbox/aps/api/v1/authorizations";
const NOTIFY_PATH = "/aps/api/v1/authorizations/authNotify";

function prepareMessage(changes: object = {}): Record<string, unknown> {
  return {
    authClientId: newId(),
    authClientName: "Harbour Cinema Limited",
    referenceAgreementId: newId(),
    referenceMerchantId: "M0001",
    authRedirectUrl: "https://cinema.test/bound",
    authState: newId(),
    scopes: ["AGREEMENT_PAY"],
    terminalType: "WEB",
    ...changes,
  };
}

const askFor = (name: "prepare" | "applyToken" | "cancelToken", message: object) =>
  callAs(`${BASE_PATH}/${name}`, message);

const resultOf = async (name: "prepare" | "applyToken" | "cancelToken", message: object) =>
  (await askFor(name, message)).result.resultCode;

/** The code that an acquirer's page gets once the customer has agreed. */
async function codeOf(message: Record<string, unknown>, customerId: string): Promise<string> {
  const { authUrl } = await askFor("prepare", message);
  const preparedId = new URL(String(authUrl)).searchParams.get("preparedId");
  const { body } = await walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
  return new URL(String(body.redirectUrl)).searchParams.get("authCode") ?? "";
}

describe("an acquirer", () => {
  it("prepares, applies, debits and ends by signed messages alone", async () => {
    const customerId = await openCustomer();
    const message = prepareMessage();
    const authCode = await codeOf(message, customerId);
    const { authClientId, referenceAgreementId } = message;
    const grant = { grantType: "AUTHORIZATION_CODE", authCode, authClientId, referenceAgreementId };
    const granted = await askFor("applyToken", grant);
    expect(granted).toMatchObject({
      verified: true,
      result: { resultCode: "SUCCESS" },
      customerId,
      walletForAccountBinding: { walletName: "Plusgate", walletBrandName: "Plusgate Wallet" },
    });
    const { accessToken } = granted;
    const debit = payMessage("", {
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: accessToken },
      paymentFactor: { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" },
    });
    expect((await ask("pay", debit)).result.resultCode).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe("99000");
    expect(await resultOf("cancelToken", { accessToken })).toBe("SUCCESS");
    expect((await ask("pay", { ...debit, paymentRequestId: newId() })).result.resultCode).toBe("INVALID_TOKEN");
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it("may evaluate a debit, which takes nothing [ACQ-27]", async () => {
    const { customerId, subscription } = await bind();
    const evaluation = payMessage("", {
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: subscription.accessToken },
      paymentFactor: {
        isInStorePayment: "false",
        isAgreementPayment: "true",
        presentmentMode: "BUNDLE",
        isPaymentEvaluation: "true",
      },
    });
    expect((await ask("pay", evaluation)).result.resultCode).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe("100000");
  });

  it("that changes what a repeat of prepare must keep is refused", async () => {
    const message = prepareMessage();
    expect(await resultOf("prepare", message)).toBe("SUCCESS");
    expect(await resultOf("prepare", message)).toBe("SUCCESS");
    expect(await resultOf("prepare", { ...message, scopes: ["USER_INFO"] })).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it.each([
    ["INVALID_CODE", "applyToken", { grantType: "AUTHORIZATION_CODE", authCode: "2810101300000x" }],
    ["INVALID_REFRESH_TOKEN", "applyToken", { grantType: "REFRESH_TOKEN", refreshToken: "2810100300000x" }],
    ["PARAM_ILLEGAL", "applyToken", { grantType: "AUTHORIZATION_CODE" }],
    ["PARAM_ILLEGAL", "applyToken", { grantType: "OTHER", authCode: "2810101300000x" }],
    ["PARAM_ILLEGAL", "prepare", { authClientId: "shop" }],
    ["SUCCESS", "cancelToken", { accessToken: "2810100300000x" }],
    ["PARAM_ILLEGAL", "cancelToken", {}],
  ] as const)("is answered %s to such an %s", async (code, name, message) => {
    expect(await resultOf(name, message)).toBe(code);
  });

  it("whose code the wallet has not notified yet repeats, or names the agreement", async () => {
    const message = prepareMessage();
    const authCode = await codeOf(message, await openCustomer());
    const { authClientId, referenceAgreementId } = message;
    const grant = { grantType: "AUTHORIZATION_CODE", authCode, authClientId };
    expect(await resultOf("applyToken", grant)).toBe("UNKNOWN_EXCEPTION");
    expect(await resultOf("applyToken", { ...grant, referenceAgreementId })).toBe("SUCCESS");
  });

  it("without a token in an Auto Debit is refused", async () => {
    const debit = payMessage("", {
      paymentMethod: { paymentMethodType: "CONNECT_WALLET" },
      paymentFactor: { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" },
    });
    expect((await ask("pay", debit)).result.resultCode).toBe("PARAM_ILLEGAL");
  });
});

describe("a wallet", () => {
  const notify = async (message: object) => (await callAlipayPlus(NOTIFY_PATH, message)).result.resultCode;

  it("that notifies a code, a token or a state that Alipay+ does not know is refused", async () => {
    const code = { authorizationNotifyType: "AUTHCODE_CREATED", authClientId: newId(), authCode: "c", authState: "s" };
    expect(await notify({ ...code, referenceAgreementId: newId() })).toBe("INVALID_CODE");
    const end = { authorizationNotifyType: "TOKEN_CANCELED", authClientId: newId(), accessToken: newId() };
    expect(await notify(end)).toBe("INVALID_TOKEN");
    expect(await notify({ ...end, authorizationNotifyType: "OTHER" })).toBe("PARAM_ILLEGAL");
    const message = prepareMessage();
    await askFor("prepare", message);
    const { authClientId, referenceAgreementId } = message;
    expect(await notify({ ...code, authClientId, referenceAgreementId })).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it("that notifies the same end twice is handed on once", async () => {
    const { customerId, offered, subscription } = await bind();
    const end = {
      authorizationNotifyType: "TOKEN_CANCELED",
      authClientId: "M0000000000001",
      accessToken: subscription.accessToken,
      reason: "Enough.",
    };
    expect([await notify(end), await notify(end)]).toEqual(["SUCCESS", "SUCCESS"]);
    await settle(customerId, async () => {
      const { notifications, reason } = await authorizationOf(offered);
      expect(reason).toBe("Enough.");
      expect(notifications.TOKEN_CANCELED).toMatchObject({ attempts: [{ outcome: "S" }] });
    });
  });

  it("that notifies the first pair late does not bring it back after a refresh", async () => {
    const { offered, subscription } = await bind();
    const { accessToken } = await act(offered, "refresh");
    const first = {
      authorizationNotifyType: "TOKEN_CREATED",
      authClientId: "M0000000000001",
      accessToken: subscription.accessToken,
      accessTokenExpiryTime: "2036-01-01T00:00:00+08:00",
      refreshToken: subscription.refreshToken,
      refreshTokenExpiryTime: "2036-01-01T00:00:00+08:00",
    };
    expect([await notify(first), await notify(first)]).toEqual(["SUCCESS", "SUCCESS"]);
    expect((await authorizationOf(offered)).accessToken).toBe(accessToken);
    await runAlarm();
    expect((await subscriptionOf(offered)).accessToken).toBe(accessToken);
    const { notifications } = await authorizationOf(offered);
    expect(notifications.TOKEN_CREATED).toMatchObject({ attempts: [{ outcome: "S" }] });
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }]);
  });

  it.each([
    ["INVALID_TOKEN", "M0000000000001", "unknown"],
    ["PARAM_ILLEGAL", "another-merchant", undefined],
  ])("that consults about the wrong token or merchant is answered %s", async (code, authClientId, token) => {
    const { subscription } = await bind();
    const { result } = await callAlipayPlus("/aps/api/v1/authorizations/consultUnbinding", {
      ...{ authClientId, referenceMerchantId: "M0000000000001", accessToken: token ?? subscription.accessToken },
    });
    expect(result.resultCode).toBe(code);
  });

  it("gets any message of Auto Debit that a developer writes", async () => {
    const { result } = await post("/send/applyToken", {
      ...{ acquirerId: "1", pspId: "2", grantType: "AUTHORIZATION_CODE", authCode: "2810101300000x" },
    });
    expect(result.resultCode).toBe("INVALID_CODE");
  });
});

describe("a developer", () => {
  it.each([
    ["GET", "/subscriptions/none"],
    ["POST", "/subscriptions/none/debit"],
    ["POST", "/subscriptions/none/cancel"],
    ["GET", "/acquirer/authorizations/none"],
  ] as const)("who names a subscription that is none is refused: %s %s", async (method, path) => {
    const { httpStatus, error } = await call<{ error: { code: string } }>(method, path);
    expect([httpStatus, error.code]).toEqual([404, "SUBSCRIPTION_UNKNOWN"]);
  });

  it("who asks for less than one unit is refused", async () => {
    const wish = { paymentAmount: hkd("0") };
    const { httpStatus, error } = await call<{ error: { code: string } }>("POST", "/subscriptions", wish);
    expect([httpStatus, error.code]).toEqual([400, "PARAM_ILLEGAL"]);
  });
});
