/**
 * Faults on the way from the gateway to Alipay+: the whole product plays a scanned order, and each fault meets a
 * decoding and a notification. What the gateway makes of it, and that wallet and Alipay+ agree in the end.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FaultName } from "../../../sandbox/faults/catalogue.ts";
import { homeOfPayment, runResolver } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { MINUTE_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import { type AcquirerAnswer, ask, payMessage, reportOf } from "../../support/sandbox/acquirer.ts";
import { deliver } from "../../support/sandbox/alipayplus.ts";
import {
  activateFault,
  balanceOf,
  endAllFaults,
  expectAgreement,
  faultsOn,
  faultyTraffic,
  settled,
} from "../../support/sandbox/faults.ts";
import { openCustomer } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import { inspect } from "../../support/wallet/order.ts";

const LINK = "MPP_TO_ALIPAYPLUS";

let asked: string[] = [];

standTheClock(() => NOON_MS);

beforeEach(() => {
  asked = [];
  setAlipayPlus((request) => {
    asked.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
    return deliver(request);
  });
});

afterEach(async () => {
  await endAllFaults();
  setAlipayPlus();
});

const countOf = (interfaceName: string) => asked.filter((name) => name === interfaceName).length;

/** An order of 10.00 HKD in a shop, with its code. */
async function offer() {
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
  const paymentFactor = { isInStorePayment: "true", inStorePaymentScenario: "EntryCode" };
  const message = payMessage("", { paymentMethod, paymentFactor });
  const answer: AcquirerAnswer = await ask("pay", message);
  const paymentRequestId = String(message.paymentRequestId);
  return { paymentRequestId, paymentId: String(answer.paymentId), codeValue: String(answer.paymentUrl) };
}

const scan = (codeValue: string, customerId: string) => walletCall("POST", "/scans", { codeValue, customerId });

async function confirm(paymentId: string, customerId: string): Promise<unknown> {
  return (await walletCall("POST", `/payments/${paymentId}/confirm`, { customerId })).body.status;
}

/** What became of each notification to Alipay+. */
async function outcomes(paymentId: string): Promise<string[]> {
  const { notification } = await inspect(paymentId);
  return (notification?.attempts ?? []).map(({ outcome }) => String(outcome));
}

/** Has the gateway send what is due, and waits until that many attempts have ended. */
async function notifyDue(paymentId: string, attempts: number): Promise<string[]> {
  await runResolver(await homeOfPayment(paymentId));
  return until(async () => {
    const ended = (await outcomes(paymentId)).filter((outcome) => outcome !== "BEGUN");
    if (ended.length < attempts) throw new Error(`${ended.length} of ${attempts} attempts`);
    return ended;
  });
}

/** How often the gateway asks for a decoding that meets each fault once, and how its notification ends that does. */
const CASES: Partial<Record<FaultName, { readonly decodings?: number; readonly notified?: string }>> = {
  ANSWER_LOST: { decodings: 2, notified: "CONNECTION_FAILED" },
  REQUEST_LOST: { decodings: 2, notified: "CONNECTION_FAILED" },
  ANSWER_DELAYED: { decodings: 1, notified: "S" },
  REQUEST_DELAYED: { decodings: 1, notified: "S" },
  DUPLICATED: { decodings: 1, notified: "S" },
  REORDERED: { decodings: 1, notified: "S" },
  SIGNATURE_WRONG: { decodings: 2, notified: "SIGNATURE_INVALID" },
  KEY_VERSION_WRONG: { decodings: 2, notified: "KEY_UNKNOWN" },
  CLOCK_SKEWED: { decodings: 2, notified: "RESPONSE_TIME_OUTSIDE_WINDOW" },
  U_THEN_S: { decodings: 2, notified: "U PAYMENT_IN_PROCESS" },
  U_FOREVER: { decodings: 2, notified: "U PAYMENT_IN_PROCESS" },
  HTTP_500: { decodings: 2, notified: "HTTP_STATUS_UNEXPECTED" },
  NEVER_ACKNOWLEDGED: { notified: "U UNKNOWN_EXCEPTION" },
  TRAFFIC_LIMIT: { decodings: 2, notified: "U REQUEST_TRAFFIC_EXCEED_LIMIT" },
  // Of a call that the wallet begins, and final: below.
  ACCESS_DENIED: {},
};

it("every fault of this link has a case", () => {
  expect(Object.keys(CASES).toSorted()).toEqual(faultsOn(LINK).toSorted());
});

describe("a scanned order", () => {
  const decodings = Object.entries(CASES).flatMap(([name, { decodings: times }]) =>
    times === undefined ? [] : ([[name, times]] as const),
  );

  it.each(decodings)("whose decoding meets %s is decoded all the same, and paid once [SBX-12]", async (name, times) => {
    const customerId = await openCustomer();
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await activateFault(name as FaultName, { link: LINK, interface: "userInitiatedPay", times: "1" });
    expect((await scan(codeValue, customerId)).body).toMatchObject({ action: "SHOW_PAYMENT" });
    expect(countOf("userInitiatedPay")).toBe(times);
    const shown = await faultyTraffic(codeValue);
    expect(shown.map(({ exchange }) => [exchange.from, exchange.interface, exchange.fault])).toEqual([
      ["MPP", "userInitiatedPay", name],
    ]);
    expect(await confirm(paymentId, customerId)).toBe("SUCCEEDED");
    expect(await notifyDue(paymentId, 1)).toEqual(["S"]);
    const report = await settled(paymentRequestId);
    expect(report.status).toBe("SUCCEEDED");
    await expectAgreement(report, customerId);
  });

  it("that Alipay+ does not let the wallet decode is refused at once, and decoded once it may be [SBX-12]", async () => {
    const customerId = await openCustomer();
    const { codeValue } = await offer();
    await activateFault("ACCESS_DENIED", { link: LINK, interface: "userInitiatedPay", times: "1" });
    expect(await scan(codeValue, customerId)).toMatchObject({
      status: 502,
      body: { code: "ALIPAYPLUS_REFUSED", detail: "ACCESS_DENIED" },
    });
    expect(countOf("userInitiatedPay")).toBe(1);
    expect((await scan(codeValue, customerId)).body).toMatchObject({ action: "SHOW_PAYMENT" });
  });

  it("that is never decoded costs nothing, and is paid when the customer scans again", async () => {
    const customerId = await openCustomer();
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await activateFault("U_FOREVER", { link: LINK, interface: "userInitiatedPay" });
    const refused = await scan(codeValue, customerId);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await balanceOf(customerId)).toBe("100000");
    await endAllFaults();
    expect((await scan(codeValue, customerId)).body).toMatchObject({ action: "SHOW_PAYMENT" });
    expect(await confirm(paymentId, customerId)).toBe("SUCCEEDED");
    expect(await notifyDue(paymentId, 1)).toEqual(["S"]);
    await expectAgreement(await settled(paymentRequestId), customerId);
  });
});

describe("a notification to Alipay+", () => {
  const notifications = Object.entries(CASES).flatMap(([name, { notified }]) =>
    notified === undefined ? [] : ([[name, notified]] as const),
  );

  it.each(notifications)("that meets %s is sent until it is acknowledged [NOT-03]", async (name, notified) => {
    const customerId = await openCustomer();
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await scan(codeValue, customerId);
    await activateFault(name as FaultName, { link: LINK, interface: "notifyPayment", times: "1" });
    expect(await confirm(paymentId, customerId)).toBe("SUCCEEDED");
    expect(await notifyDue(paymentId, 1)).toEqual([notified]);
    expect((await faultyTraffic(paymentId)).map(({ exchange }) => exchange.fault)).toEqual([name]);
    if (notified !== "S") {
      vi.setSystemTime(Date.now() + 2 * MINUTE_MS);
      expect(await notifyDue(paymentId, 2)).toEqual([notified, "S"]);
    }
    const report = await settled(paymentRequestId);
    expect(report.status).toBe("SUCCEEDED");
    await expectAgreement(report, customerId);
  });

  it("that is never heard is not needed: Alipay+ polls", async () => {
    const customerId = await openCustomer();
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await scan(codeValue, customerId);
    await activateFault("REQUEST_LOST", { link: LINK, interface: "notifyPayment" });
    expect(await confirm(paymentId, customerId)).toBe("SUCCEEDED");
    expect(await notifyDue(paymentId, 1)).toEqual(["CONNECTION_FAILED"]);
    expect((await reportOf(paymentRequestId)).status).toBe("ASKED");
    const report = await settled(paymentRequestId);
    expect(report.status).toBe("SUCCEEDED");
    await expectAgreement(report, customerId);
  });
});
