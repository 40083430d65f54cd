/**
 * Faults on registrations, disputes and exchange rates: each message gets through in the end, and is done once.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FaultName, isPossible } from "../../../sandbox/faults/catalogue.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { MINUTE_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import { newId, newMerchantId } from "../../support/sandbox/acquirer.ts";
import { deliver } from "../../support/sandbox/alipayplus.ts";
import { activateFault, endAllFaults, faultsOn, faultyTraffic } from "../../support/sandbox/faults.ts";
import { call, type ExchangeReply, idOf, openCustomer, pay, post } from "../../support/sandbox/sandbox.ts";
import { beforeApprovalMode, disputesOf, sendDispute } from "../../support/sandbox/services.ts";
import { notifyDecisions } from "../../support/services/merchants.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";

standTheClock(() => NOON_MS);

beforeEach(() => {
  setAlipayPlus((request) => deliver(request));
});

afterEach(async () => {
  await endAllFaults();
  setAlipayPlus();
});

const TO_WALLET = "ALIPAYPLUS_TO_MPP";
const TO_ALIPAYPLUS = "MPP_TO_ALIPAYPLUS";

const faultsOf = (link: typeof TO_WALLET | typeof TO_ALIPAYPLUS, name: string): FaultName[] =>
  faultsOn(link).filter((fault) => isPossible(fault, { link, interface: name }));

/** What the traffic shows of the only message that met a fault. */
async function shownFaults(id: string): Promise<unknown[]> {
  return [...new Set((await faultyTraffic(id)).map(({ exchange }) => exchange.fault))];
}

const paid = async () => idOf(await pay(await openCustomer(), hkd("1000")));

async function initiate(paymentRequestId: string): Promise<string> {
  const { body } = await opsCall("POST", `/payments/${paymentRequestId}/disputes/retrievals`, { body: {} });
  return String(body.disputeRequestId);
}

it.each(faultsOf(TO_WALLET, "registration"))(
  "a registration that meets %s is taken once it is repeated",
  async (fault) => {
    const environment = beforeApprovalMode();
    const wish = { referenceMerchantId: newMerchantId(), registrationRequestId: newId() };
    await activateFault(fault, { link: TO_WALLET, interface: "registration", times: "1" });
    await call("POST", "/registrations", wish, environment);
    expect(await shownFaults(wish.referenceMerchantId)).toEqual([fault]);
    const repeated = await call<ExchangeReply>("POST", "/registrations", wish, environment);
    expect(repeated.result.resultCode).toBe("SUCCESS");
    expect((await opsCall("GET", `/merchants/${wish.referenceMerchantId}`)).body).toMatchObject({ status: "PENDING" });
  },
);

it.each(faultsOf(TO_WALLET, "responseRetrieval"))(
  "an answer to a dispute that meets %s is taken once",
  async (fault) => {
    const paymentRequestId = await paid();
    const disputeRequestId = await initiate(paymentRequestId);
    await sendDispute(paymentRequestId, 1);
    await activateFault(fault, { link: TO_WALLET, interface: "responseRetrieval", times: "1" });
    await post(`/disputes/${disputeRequestId}/answer`, {});
    expect(await shownFaults(disputeRequestId)).toEqual([fault]);
    expect((await post(`/disputes/${disputeRequestId}/answer`, {})).result.resultCode).toBe("SUCCESS");
    expect(await disputesOf(paymentRequestId)).toMatchObject([{ status: "ANSWERED" }]);
  },
);

describe("a message to Alipay+ that meets a fault is sent again by the schedule", () => {
  it.each(faultsOf(TO_ALIPAYPLUS, "initiateRetrieval"))("a dispute, %s: it is taken once", async (fault) => {
    const paymentRequestId = await paid();
    await activateFault(fault, { link: TO_ALIPAYPLUS, interface: "initiateRetrieval", times: "1" });
    const disputeRequestId = await initiate(paymentRequestId);
    const [outcome] = await sendDispute(paymentRequestId, 1);
    expect(await shownFaults(disputeRequestId)).toEqual([fault]);
    if (outcome !== "S") {
      vi.setSystemTime(Date.now() + 2 * MINUTE_MS);
      expect(await sendDispute(paymentRequestId, 2)).toEqual([outcome, "S"]);
    }
    expect(await disputesOf(paymentRequestId)).toMatchObject([{ status: "OPEN" }]);
    const { disputes } = await call<{ disputes: { paymentRequestId: string }[] }>("GET", "/disputes");
    expect(disputes.filter((dispute) => dispute.paymentRequestId === paymentRequestId)).toHaveLength(1);
  });

  it.each(faultsOf(TO_ALIPAYPLUS, "notifyRegistrationStatus"))("a decision, %s", async (fault) => {
    const wish = { referenceMerchantId: newMerchantId(), registrationRequestId: newId() };
    const merchant = `/merchants/${wish.referenceMerchantId}`;
    const { registrationRequestId } = wish;
    await call("POST", "/registrations", wish, beforeApprovalMode());
    await activateFault(fault, { link: TO_ALIPAYPLUS, interface: "notifyRegistrationStatus", times: "1" });
    await opsCall("POST", `${merchant}/approve`, { body: { registrationRequestId } });
    await notifyDecisions(wish.referenceMerchantId);
    expect(await shownFaults(wish.referenceMerchantId)).toEqual([fault]);
    vi.setSystemTime(Date.now() + 2 * MINUTE_MS);
    await notifyDecisions(wish.referenceMerchantId);
    const { notification } = (await opsCall("GET", merchant)).body as { notification: { acknowledgedTime?: string } };
    expect(notification.acknowledgedTime).toBeDefined();
    const { registrations } = await call<{ registrations: object[] }>("GET", "/registrations");
    expect(registrations).toContainEqual(
      expect.objectContaining({ registrationRequestId, registrationResult: expect.anything() }),
    );
  });
});

it.each(faultsOf(TO_ALIPAYPLUS, "inquiryForeignExchangeQuote"))(
  "an exchange rate that meets %s is asked for again",
  async (fault) => {
    await activateFault(fault, { link: TO_ALIPAYPLUS, interface: "inquiryForeignExchangeQuote", times: "1" });
    // The edge remembers quotes: each fault has a pair of its own.
    const currencies = [
      "AED",
      "AUD",
      "CAD",
      "CHF",
      "CNY",
      "EUR",
      "GBP",
      "IDR",
      "INR",
      "JPY",
      "KRW",
      "MYR",
      "NZD",
      "PHP",
    ];
    const sellCurrency = currencies[faultsOf(TO_ALIPAYPLUS, "inquiryForeignExchangeQuote").indexOf(fault)];
    const { status } = await walletCall("GET", `/quotes?sellCurrency=${sellCurrency}&buyCurrency=THB`);
    expect(status).toBe(200);
    expect(await shownFaults(`"${sellCurrency}"`)).toEqual([fault]);
  },
);
