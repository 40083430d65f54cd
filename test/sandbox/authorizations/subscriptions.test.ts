/** A customer subscribes, is debited, and unsubscribes: acquirer, Alipay+ and wallet each keep their own view of it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SAMPLE_MERCHANT_ID } from "../../../sandbox/acquirer/sample-order.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { fetchIn } from "../../support/call-gateway.ts";
import { advance, DAY_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import { ask, newId, payMessage } from "../../support/sandbox/acquirer.ts";
import { endAllFaults } from "../../support/sandbox/faults.ts";
import { setGateway } from "../../support/sandbox/gateway-binding.ts";
import { balanceOf, runSalesAlarm } from "../../support/sandbox/sales.ts";
import { call, type ErrorReply, openCustomer } from "../../support/sandbox/sandbox.ts";
import {
  act,
  authorizationOf,
  bind,
  comeBack,
  connectWallet,
  decide,
  settle,
  subscribe,
  subscriptionOf,
  unbind,
} from "../../support/sandbox/subscriptions.ts";
import { approveMerchant, inMode } from "../../support/services/merchants.ts";

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(async () => {
  await endAllFaults();
  setAlipayPlus();
  setGateway();
});

describe("a subscription", () => {
  it("gets the wallet's page, and after the customer's consent the tokens with the wallet's names [ACQ-20]", async () => {
    const { customerId, offered, subscription } = await bind();
    expect(offered).toMatchObject({ httpStatus: 200, status: "OFFERED", result: { resultCode: "SUCCESS" } });
    expect(offered.authUrl).toMatch(/^https:\/\/wallet\.example\/authorize\?preparedId=/);
    expect(subscription).toMatchObject({
      status: "ACTIVE",
      customerId,
      userLoginId: "a***@wallet.example",
      walletForAccountBinding: { walletName: "Plusgate", walletBrandName: "Plusgate Wallet" },
    });
    expect(await authorizationOf(offered)).toMatchObject({
      status: "ACTIVE",
      customerId,
      accessToken: subscription.accessToken,
    });
  });

  it("has the page in the wallet's app as well, by its scheme and by its app link", async () => {
    const offered = await subscribe({ terminalType: "APP" });
    const query = new URL(offered.authUrl ?? "").search;
    const urls = {
      schemeUrl: `wallet://authorize${query}`,
      applinkUrl: `https://wallet.example/app/authorize${query}`,
    };
    expect(offered).toMatchObject(urls);
    expect(await subscriptionOf(offered)).toMatchObject(urls);
  });

  it("has its tokens by the notification alone when the customer's browser gets lost", async () => {
    const customerId = await openCustomer();
    const offered = await subscribe();
    await decide(offered, customerId);
    await settle(customerId, async () => {
      expect(await subscriptionOf(offered)).toMatchObject({ status: "ACTIVE", customerId });
    });
  });

  it("is declined on the wallet's page, and may be agreed to afterwards", async () => {
    const customerId = await openCustomer();
    const offered = await subscribe();
    expect(await comeBack(await decide(offered, customerId, "decline"))).toContain("you declined");
    expect((await subscriptionOf(offered)).status).toBe("DECLINED");
    const again = await subscribe({ subscriptionId: offered.subscriptionId });
    expect(again).toMatchObject({ status: "OFFERED", authUrl: offered.authUrl });
    expect(await comeBack(await decide(again, customerId))).toContain("you are subscribed");
  });

  it("of a merchant that is not approved has failed with the wallet's reason; asked for again after the approval, it is offered", async () => {
    const environment = inMode("APPROVAL");
    setGateway((request) => fetchIn(environment, request));
    const refused = await subscribe();
    expect(refused).toMatchObject({ status: "FAILED", result: { resultCode: "MERCHANT_NOT_REGISTERED" } });
    expect(refused).not.toHaveProperty("authUrl");
    await approveMerchant(SAMPLE_MERCHANT_ID);
    expect(await subscribe()).toMatchObject({ status: "OFFERED", result: { resultCode: "SUCCESS" } });
  });

  it("believes no code that comes back with another state", async () => {
    const offered = await subscribe();
    const url = await decide(offered, await openCustomer());
    url.searchParams.set("authState", "of another shop");
    expect(await comeBack(url)).toContain("no such subscription");
    expect((await subscriptionOf(offered)).status).toBe("OFFERED");
  });

  it("that another agreement has the id of is refused", async () => {
    const subscriptionId = newId();
    await subscribe({ subscriptionId });
    const other = await call<ErrorReply>("POST", "/subscriptions", { paymentAmount: hkd("2"), subscriptionId });
    expect([other.httpStatus, other.error.code]).toEqual([409, "REPEAT_INCONSISTENT"]);
  });

  it("is listed, newest first", async () => {
    const [first, second] = [await subscribe(), await subscribe()];
    const list = await call<{ subscriptions: { subscriptionId: string }[] }>("GET", "/subscriptions?limit=2");
    const ids = list.subscriptions.map(({ subscriptionId }) => subscriptionId);
    expect(ids).toEqual([second.subscriptionId, first.subscriptionId]);
  });
});

describe("a debit", () => {
  it("takes the agreed amount, or another, without asking the customer", async () => {
    const { customerId, offered } = await bind();
    const debited = await act(offered, "debit");
    expect(debited.debits).toMatchObject([{ scenario: "AutoDebit", status: "SUCCEEDED", paymentAmount: hkd("1000") }]);
    expect((await act(offered, "debit", { paymentAmount: hkd("500") })).debits).toMatchObject([
      { status: "SUCCEEDED", paymentAmount: hkd("500") },
      { status: "SUCCEEDED" },
    ]);
    expect(await balanceOf(customerId)).toBe("98500");
  });

  it("is made once, however often it is asked for under one id", async () => {
    const { customerId, offered } = await bind();
    const paymentRequestId = newId();
    await act(offered, "debit", { paymentRequestId });
    expect((await act(offered, "debit", { paymentRequestId })).debits).toHaveLength(1);
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it("follows at once from the binding, and again each month", async () => {
    const { customerId, offered } = await bind({ isMonthly: "true" });
    await runSalesAlarm();
    expect((await subscriptionOf(offered)).debits).toMatchObject([{ status: "SUCCEEDED" }]);
    advance(20 * DAY_MS);
    await runSalesAlarm();
    expect((await subscriptionOf(offered)).debits).toHaveLength(1);
    advance(11 * DAY_MS);
    await runSalesAlarm();
    expect((await subscriptionOf(offered)).debits).toHaveLength(2);
    expect(await balanceOf(customerId)).toBe("98000");
  });

  it("is refused by the wallet's own reasons, and the subscription goes on", async () => {
    const { offered } = await bind({}, { balance: "1" });
    expect(await act(offered, "debit")).toMatchObject({
      status: "ACTIVE",
      debits: [{ status: "FAILED", result: { resultCode: "USER_BALANCE_NOT_ENOUGH" } }],
    });
  });

  it("without the scope that pays ends the subscription at the acquirer [ACQ-25]", async () => {
    const { offered } = await bind({ scopes: ["BASE_USER_INFO"] });
    expect(await act(offered, "debit")).toMatchObject({
      status: "ENDED",
      endedBy: "WALLET",
      debits: [{ result: { resultCode: "INVALID_TOKEN" } }],
    });
  });

  it("before the customer has agreed is refused", async () => {
    const { httpStatus, error } = await act<ErrorReply>(await subscribe(), "debit");
    expect([httpStatus, error.code]).toEqual([409, "SUBSCRIPTION_NOT_ACTIVE"]);
  });
});

describe("a refresh", () => {
  it("gives a new pair that pays, and the old access token pays no more [ACQ-22]", async () => {
    const { customerId, offered, subscription } = await bind();
    const refreshed = await act(offered, "refresh");
    expect(refreshed.status).toBe("ACTIVE");
    expect(refreshed.accessToken).not.toBe(subscription.accessToken);
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(await balanceOf(customerId)).toBe("99000");
    expect((await authorizationOf(offered)).accessToken).toBe(refreshed.accessToken);
    const old = payMessage("", {
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: subscription.accessToken },
      paymentFactor: { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" },
    });
    expect((await ask("pay", old)).result.resultCode).toBe("INVALID_TOKEN");
  });

  it("comes by itself when a monthly debit finds its token expired [ACQ-25]", async () => {
    const { customerId, offered, subscription } = await bind({ isMonthly: "true" });
    await runSalesAlarm();
    advance(366 * DAY_MS);
    await runSalesAlarm();
    await runSalesAlarm();
    const { debits, accessToken } = await subscriptionOf(offered);
    expect(accessToken).not.toBe(subscription.accessToken);
    expect(debits).toMatchObject([{ status: "SUCCEEDED" }, { status: "SUCCEEDED" }]);
    expect(await balanceOf(customerId)).toBe("98000");
  });

  it("is not undone by the notification of the first pair", async () => {
    const { customerId, offered } = await bind();
    const { accessToken } = await act(offered, "refresh");
    await settle(customerId, async () => {
      expect((await authorizationOf(offered)).dueTime).toBeUndefined();
    });
    expect((await subscriptionOf(offered)).accessToken).toBe(accessToken);
  });
});

describe("the end of a subscription", () => {
  it("by the merchant reaches every party", async () => {
    const { customerId, offered } = await bind();
    expect(await act(offered, "cancel")).toMatchObject({ status: "ENDED", endedBy: "MERCHANT" });
    await settle(customerId, async () => {
      expect(await authorizationOf(offered)).toMatchObject({
        status: "ENDED",
        endedBy: "MERCHANT",
        notifications: { TOKEN_CANCELED: { acknowledgedTime: expect.any(String) } },
      });
    });
    expect(await unbind(offered, customerId)).toBe("CANCELLED");
  });

  it("by the customer in the wallet is allowed by the merchant, and reaches every party", async () => {
    const { customerId, offered } = await bind();
    expect(await unbind(offered, customerId)).toBe("CANCELLED");
    await settle(customerId, async () => {
      expect(await authorizationOf(offered)).toMatchObject({
        status: "ENDED",
        endedBy: "WALLET",
        reason: "The user has ended the authorization in the wallet.",
        notifications: { TOKEN_CANCELED: { acknowledgedTime: expect.any(String) } },
      });
    });
    expect(await subscriptionOf(offered)).toMatchObject({ status: "ENDED", endedBy: "WALLET" });
  });

  it("by the customer is not allowed by a merchant who does not want it [ACQ-26]", async () => {
    const { customerId, offered } = await bind({ allowUnbinding: "false" });
    expect(await unbind(offered, customerId)).toBe("UNBIND_AT_MERCHANT");
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }]);
  });

  it("is the end of debits also where the merchant has not heard of it", async () => {
    const { customerId, offered } = await bind();
    await unbind(offered, customerId);
    expect(await act(offered, "debit")).toMatchObject({
      status: "ENDED",
      debits: [{ status: "FAILED", result: { resultCode: "INVALID_TOKEN" } }],
    });
    expect(await balanceOf(customerId)).toBe("100000");
  });
});
