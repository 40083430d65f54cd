/**
 * Messages about subscriptions that are lost, late or repeated: the parties agree in the end, and no debit is taken
 * twice.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { advance, MINUTE_MS, NOON_MS, SECOND_MS, standTheClock } from "../../support/clock.ts";
import { ask, payMessage, runAlarm } from "../../support/sandbox/acquirer.ts";
import { activateFault, endAllFaults } from "../../support/sandbox/faults.ts";
import { realGateway, setGateway } from "../../support/sandbox/gateway-binding.ts";
import { balanceOf, runSalesAlarm } from "../../support/sandbox/sales.ts";
import { openCustomer } from "../../support/sandbox/sandbox.ts";
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

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(async () => {
  await endAllFaults();
  setGateway();
  setAlipayPlus();
});

const ONCE = { times: "1" };

describe("without an answer", () => {
  it.each(["ALIPAYPLUS_TO_MPP", "ACQP_TO_ALIPAYPLUS"])("prepare on %s is sent again by the acquirer", async (link) => {
    await activateFault("ANSWER_LOST", { ...ONCE, link, interface: "prepare" });
    const offered = await subscribe();
    expect(offered).toMatchObject({ status: "PREPARING", result: { resultCode: "UNKNOWN_EXCEPTION" } });
    advance(9 * SECOND_MS);
    await runSalesAlarm();
    expect(await subscriptionOf(offered)).toMatchObject({ status: "OFFERED", authUrl: expect.any(String) });
  });

  it("applyToken to the wallet is repeated by Alipay+ after five seconds, and gives the first pair [ACQ-21]", async () => {
    await activateFault("ANSWER_LOST", { ...ONCE, link: "ALIPAYPLUS_TO_MPP", interface: "applyToken" });
    const { offered, subscription } = await bind();
    expect(subscription.status).toBe("APPLYING");
    expect(await authorizationOf(offered)).toMatchObject({ asking: "AUTHORIZATION_CODE" });
    advance(6 * SECOND_MS);
    await runAlarm();
    const { status, accessToken } = await authorizationOf(offered);
    expect(status).toBe("ACTIVE");
    await runSalesAlarm();
    expect(await subscriptionOf(offered)).toMatchObject({ status: "ACTIVE", accessToken });
  });

  it("applyToken to Alipay+ is repeated by the acquirer, and gives the first pair", async () => {
    await activateFault("ANSWER_LOST", { ...ONCE, link: "ACQP_TO_ALIPAYPLUS", interface: "applyToken" });
    const { offered, subscription } = await bind();
    expect(subscription.status).toBe("APPLYING");
    const { accessToken } = await authorizationOf(offered);
    advance(5 * SECOND_MS);
    await runSalesAlarm();
    expect(await subscriptionOf(offered)).toMatchObject({ status: "ACTIVE", accessToken });
  });

  it("a refresh is repeated until the new pair is there, and debits wait for it", async () => {
    const { customerId, offered, subscription } = await bind();
    await activateFault("ANSWER_LOST", { ...ONCE, link: "ALIPAYPLUS_TO_MPP", interface: "applyToken" });
    expect((await act(offered, "refresh")).status).toBe("REFRESHING");
    expect((await act<{ httpStatus: number }>(offered, "debit")).httpStatus).toBe(409);
    advance(5 * SECOND_MS);
    await runSalesAlarm();
    const { status, accessToken } = await subscriptionOf(offered);
    expect(status).toBe("ACTIVE");
    expect(accessToken).not.toBe(subscription.accessToken);
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it("a debit that a refresh overtakes is refused, and ends nothing: the new pair counts", async () => {
    const { customerId, offered } = await bind();
    const [paying, refreshed, debited] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    setGateway(async (request) => {
      if (request.url.endsWith("/pay")) {
        paying?.resolve();
        await refreshed?.promise;
      }
      const response = await realGateway(request);
      if (request.url.endsWith("/applyToken")) {
        refreshed?.resolve();
        await debited?.promise;
      }
      return response;
    });
    const debit = act(offered, "debit");
    await paying?.promise;
    const refresh = act(offered, "refresh");
    const { status, debits } = await debit;
    expect([status, debits]).toMatchObject([
      "REFRESHING",
      [{ status: "FAILED", result: { resultCode: "INVALID_TOKEN" } }],
    ]);
    debited?.resolve();
    expect((await refresh).status).toBe("ACTIVE");
    setGateway();
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }, { status: "FAILED" }]);
    expect(await balanceOf(customerId)).toBe("99000");
  });

  it("cancelToken ends it for the merchant's side at once, and is repeated until the wallet confirms it [ACQ-23]", async () => {
    const { customerId, offered, subscription } = await bind();
    await activateFault("REQUEST_LOST", { ...ONCE, link: "ALIPAYPLUS_TO_MPP", interface: "cancelToken" });
    expect((await act(offered, "cancel")).status).toBe("CANCELLING");
    expect((await authorizationOf(offered)).status).toBe("ENDING");
    // The wallet does not know of the end yet: Alipay+ must not ask it for money.
    const debit = payMessage("", {
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: subscription.accessToken },
      paymentFactor: { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" },
    });
    expect((await ask("pay", debit)).result.resultCode).toBe("INVALID_TOKEN");
    expect(await balanceOf(customerId)).toBe("100000");
    advance(5 * SECOND_MS);
    await runAlarm();
    expect((await authorizationOf(offered)).status).toBe("ENDED");
    await runSalesAlarm();
    expect(await subscriptionOf(offered)).toMatchObject({ status: "ENDED", endedBy: "MERCHANT" });
  });

  it("consultUnbinding keeps the subscription, and may be asked again [ACQ-26]", async () => {
    const { customerId, offered } = await bind();
    await activateFault("ANSWER_LOST", { link: "ALIPAYPLUS_TO_ACQP", interface: "consultUnbinding" });
    expect(await unbind(offered, customerId)).toBe("ALIPAYPLUS_UNAVAILABLE");
    await endAllFaults();
    expect((await subscriptionOf(offered)).status).toBe("ACTIVE");
    expect(await unbind(offered, customerId)).toBe("CANCELLED");
  });

  it("a debit is inquired, and taken once", async () => {
    const { customerId, offered } = await bind();
    await activateFault("ANSWER_LOST", { ...ONCE, link: "ALIPAYPLUS_TO_MPP", interface: "pay" });
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "PAYING" }]);
    advance(5 * SECOND_MS);
    await runAlarm();
    await runSalesAlarm();
    expect((await subscriptionOf(offered)).debits).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(await balanceOf(customerId)).toBe("99000");
  });
});

describe("a fault by name", () => {
  it("UNBINDING_REFUSED keeps the customer from ending it in the wallet", async () => {
    const { customerId, offered } = await bind();
    await activateFault("UNBINDING_REFUSED", { ...ONCE, link: "MPP_TO_ALIPAYPLUS" });
    expect(await unbind(offered, customerId)).toBe("UNBIND_AT_MERCHANT");
    expect(await unbind(offered, customerId)).toBe("CANCELLED");
  });

  it.each(["MPP_TO_ALIPAYPLUS", "ALIPAYPLUS_TO_ACQP"])(
    "NEVER_ACKNOWLEDGED on %s has authNotify sent again [ACQ-24]",
    async (link) => {
      const { customerId, offered } = await bind();
      await activateFault("NEVER_ACKNOWLEDGED", { ...ONCE, link, interface: "authNotify" });
      await unbind(offered, customerId);
      await settle(customerId, async () => {
        advance(3 * MINUTE_MS);
        const { notifications } = await authorizationOf(offered);
        expect(notifications.TOKEN_CANCELED?.acknowledgedTime).toEqual(expect.any(String));
      });
      expect(await subscriptionOf(offered)).toMatchObject({ status: "ENDED", endedBy: "WALLET" });
    },
  );

  it("DUPLICATED on every message of the way gives one pair of tokens", async () => {
    await activateFault("DUPLICATED", {});
    const customerId = await openCustomer();
    const offered = await subscribe();
    await comeBack(await decide(offered, customerId));
    const { status, accessToken } = await subscriptionOf(offered);
    expect(status).toBe("ACTIVE");
    expect((await authorizationOf(offered)).accessToken).toBe(accessToken);
    expect((await act(offered, "debit")).debits).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(await balanceOf(customerId)).toBe("99000");
  });
});
