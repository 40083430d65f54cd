/**
 * The end of an authorisation while the wallet's core does not answer: it pays nothing from the instant of the end, and
 * the end is answered only when no payment of it can succeed any more (docs/spec/wallet/auto-debit.md#canceltoken).
 */
import { expect, it } from "vitest";
import { balanceOf, homeOf, inquire, pay, runResolver } from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, SECOND_MS, standTheClock } from "../../support/clock.ts";
import { coreCalls, setCoreFault } from "../../support/core-faults.ts";
import {
  authNotifications,
  authNotified,
  bind,
  cancelToken,
  inspectAuthorization,
  payByTokenMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";

standTheClock();

/** An authorisation with a payment whose debit the core has made, or not, without an answer. */
async function withOpenPayment(fault: "LOST" | "MUTE") {
  const received = takeAuthNotifications();
  const bound = await bind();
  setCoreFault(bound.customerId, "debit", fault);
  const message = payByTokenMessage(bound.accessToken);
  expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
  return { ...bound, received, open: message };
}

it("is U, pays nothing from then on, and is S once the payment has succeeded [AUT-31]", async () => {
  const { received, open, ...bound } = await withOpenPayment("MUTE");
  const { accessToken, customerId } = bound;
  expect(await cancelToken(accessToken)).toMatchObject({ code: "PAYMENT_IN_PROCESS", resultStatus: "U" });
  expect((await inspectAuthorization(bound)).status).toBe("ENDING");
  const asked = coreCalls(customerId, "debit");
  expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
  expect((await refreshToken(bound.refreshToken)).code).toBe("INVALID_REFRESH_TOKEN");
  expect(coreCalls(customerId, "debit")).toBe(asked);
  expect((await cancelToken(accessToken)).resultStatus).toBe("U");
  expect(await authNotifications(received, bound, 0)).toEqual([]);

  setCoreFault(customerId, "debit");
  advance(10 * SECOND_MS);
  await runResolver(homeOf(customerId));
  expect((await inquire(open.paymentRequestId)).body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
  expect((await cancelToken(accessToken)).code).toBe("SUCCESS");
  expect(await balanceOf(customerId)).toBe(99_000n);
  expect(await authNotifications(received, bound, 1)).toMatchObject([{ authorizationNotifyType: "TOKEN_CANCELED" }]);
});

it("is finished by the resolver when no one asks again, also after the payment ran out of time [AUT-31]", async () => {
  const { received, open, ...bound } = await withOpenPayment("LOST");
  const { accessToken, customerId, authorizationId } = bound;
  const unbound = await walletCall("POST", `/authorizations/${authorizationId}/unbind`, { customerId });
  expect(unbound.body).toMatchObject({ status: "ENDING", endedBy: "CUSTOMER" });
  advance(10 * SECOND_MS);
  await runResolver(homeOf(customerId));
  expect((await inspectAuthorization(bound)).status).toBe("ENDING");
  expect(authNotified(received, bound)).toEqual([]);

  setCoreFault(customerId, "debit");
  advance(MINUTE_MS);
  await runResolver(homeOf(customerId));
  expect((await inspectAuthorization(bound)).status).toBe("CANCELLED");
  expect((await inquire(open.paymentRequestId)).body).toMatchObject({
    paymentResult: { resultCode: "ORDER_IS_CLOSED" },
  });
  expect((await pay(payByTokenMessage(accessToken))).code).toBe("INVALID_TOKEN");
  expect(await balanceOf(customerId)).toBe(100_000n);
  expect(await authNotifications(received, bound, 1)).toMatchObject([{ accessToken }]);
});

it("of one authorisation waits for no payment of another [AUT-31]", async () => {
  const { customerId, ...bound } = await withOpenPayment("LOST");
  const other = await bind({}, customerId);
  expect((await cancelToken(other.accessToken)).code).toBe("SUCCESS");
  expect((await cancelToken(bound.accessToken)).resultStatus).toBe("U");
  setCoreFault(customerId, "debit");
});
