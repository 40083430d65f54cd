/**
 * Orders whose amounts no core can take, whatever DIFFERING_AMOUNTS says. Source: docs/spec/amounts.md#who-pays-what.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { Customers } from "../../../durable/customers/object.ts";
import type { Busy, OrderCommand, ReportReply } from "../../../durable/messages.ts";

import { balanceOf, homeOf, inquire, type Json, newId, openCustomer } from "../../support/alipayplus.ts";
import { pathOf, playAlipayPlus, SUCCESS } from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { walletCall, walletReplyOf, walletRequest } from "../../support/wallet/calls.ts";
import { decodedOrder, orderCommand } from "../../support/wallet/order.ts";

const RULES = {
  result: SUCCESS,
  codeRules: [
    {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://qr.test/281" },
      postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
    },
  ],
};

/** A surcharge amount below `payToAmount`. */
const TOO_LITTLE = { surchargeInfo: { surchargeAmount: hkd("999") } };

afterEach(() => setAlipayPlus());

/** The scan of a code that stands for this order, with the edge's DIFFERING_AMOUNTS. */
async function scan(customerId: string, order: Json, DIFFERING_AMOUNTS: string) {
  playAlipayPlus({
    [pathOf("codes/inquiryCodeRules")]: () => RULES,
    [pathOf("payments/userInitiatedPay")]: () => order,
  });
  const request = walletRequest("POST", "/scans", { customerId, codeValue: `https://qr.test/281/${newId("code")}` });
  return walletReplyOf(await fetchIn(otherEnvironment({ DIFFERING_AMOUNTS }), request));
}

/** Brings an order to its home, which runs with this DIFFERING_AMOUNTS. */
async function placeWith(DIFFERING_AMOUNTS: string, command: OrderCommand): Promise<ReportReply | Busy> {
  const stub = homeOf(command.terms.customerId);
  return runInDurableObject(stub as DurableObjectStub, (_, state) =>
    new Customers(state, { ...env, DIFFERING_AMOUNTS } as never).order(command),
  );
}

describe.each(["REFUSE", "ACCEPT"])("with DIFFERING_AMOUNTS=%s", (setting) => {
  it("an order of which less is debited than owed fails, cannot be confirmed, and takes nothing [AMT-11]", async () => {
    const customerId = await openCustomer();
    const payToAmount = { currency: "HKD", amountMinor: 1_000n };
    const terms = {
      ...(await orderCommand(customerId)).terms,
      payToAmount,
      debit: { ...payToAmount, amountMinor: 999n },
    };
    const command = await orderCommand(customerId, { terms, amountsDiffer: true });
    const { paymentRequestId } = command;
    expect(await placeWith(setting, command)).toMatchObject({ payment: { status: { name: "FAILED" } } });
    const confirmed = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    expect(confirmed).toMatchObject({
      status: 200,
      body: { status: "FAILED", result: { resultCode: "PROCESS_FAIL" } },
    });
    expect((await inquire(paymentRequestId)).body.paymentResult).toMatchObject({ resultCode: "PROCESS_FAIL" });
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("an evaluation of such an order is F, and not in process [AMT-11]", async () => {
    const paymentFactor = { isInStorePayment: "true", isCashierPayment: "true", isPaymentEvaluation: "true" };
    const reply = await scan(await openCustomer(), decodedOrder({ paymentFactor, ...TOO_LITTLE }), setting);
    expect(reply.body).toMatchObject({
      action: "EVALUATION",
      result: { resultCode: "PROCESS_FAIL", resultStatus: "F" },
      advice: "CONTACT_SUPPORT",
    });
  });

  it("amounts that only differ wait for the customer where that is accepted", async () => {
    const command = await orderCommand(await openCustomer(), { amountsDiffer: true });
    const name = setting === "ACCEPT" ? "AWAITING_CONFIRMATION" : "FAILED";
    expect(await placeWith(setting, command)).toMatchObject({ payment: { status: { name } } });
  });

  it("a surcharge in another currency than payToAmount is no answer: there is nothing to confirm", async () => {
    const order = decodedOrder({ surchargeInfo: { surchargeAmount: { currency: "JPY", value: "2000" } } });
    const reply = await scan(await openCustomer(), order, setting);
    expect(reply).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
    expect((await inquire(order.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  });

  it.each(["paymentAmount", "payToAmount"])("%s of zero is no answer either", async (name) => {
    const reply = await scan(await openCustomer(), decodedOrder({ [name]: hkd("0") }), setting);
    expect(reply).toMatchObject({ status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } });
  });
});

it("an order with too small a surcharge that is scanned fails at once [AMT-11]", async () => {
  const reply = await scan(await openCustomer(), decodedOrder(TOO_LITTLE), "ACCEPT");
  expect(reply).toMatchObject({ status: 200, body: { action: "SHOW_PAYMENT", payment: { status: "FAILED" } } });
});
