/**
 * Faults between an acquirer and Alipay+: what the acquirer gets of its own calls and of the notifications to it, and
 * that a repeat finds the one payment that there is.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FaultName } from "../../../sandbox/faults/catalogue.ts";
import { hkd } from "../../support/amounts.ts";
import { HOUR_MS, MINUTE_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import {
  BASE_PATH,
  NOTIFY_URL,
  newId,
  payByCode,
  payMessage,
  reportOf,
  runAlarm,
} from "../../support/sandbox/acquirer.ts";
import {
  type AcquirerView,
  acquire,
  activateFault,
  endAllFaults,
  expectAgreement,
  faultsOn,
  faultyTraffic,
  settled,
  shortly,
} from "../../support/sandbox/faults.ts";
import { codeOf, openCustomer } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";

standTheClock(() => NOON_MS);

afterEach(endAllFaults);

const OLDER_PATH = "/sandbox/v1/payments";
const IN_PROCESS = "PAYMENT_IN_PROCESS";

/** `ANSWER_DELAYED; delayMs=20`, or the name alone. */
function headerOf(name: string): string {
  const { delayMs } = shortly(name as FaultName);
  return delayMs === undefined ? name : `${name}; delayMs=${delayMs}`;
}

function olderPayMessage(paymentCode: string) {
  const store = { referenceStoreId: "S1", storeMCC: "5411" };
  return payMessage(paymentCode, {
    productCode: "IN_STORE_PAYMENT",
    order: { referenceOrderId: newId(), merchant: { referenceMerchantId: "M1", merchantMCC: "5411", store } },
    paymentFactor: { inStorePaymentScenario: "PaymentCode" },
  });
}

/** What the acquirer gets, in short: `VERIFIED SUCCESS`. */
function inShort(view: AcquirerView): string {
  return view.got === "ANSWER" ? `${view.signature} ${view.body.result.resultCode}` : view.got;
}

type Case = {
  /** What the acquirer gets of its pay, and of the same bytes with the same fault again. */
  readonly gets: string;
  readonly getsAgain: string;
  /** Whether Alipay+ knows of the payment after the first. */
  readonly isKnown: boolean;
  readonly isOlder?: true;
};

const AS_IT_IS: Case = { gets: "VERIFIED SUCCESS", getsAgain: "VERIFIED SUCCESS", isKnown: true };
const CHALLENGED: Case = { ...AS_IT_IS, gets: `VERIFIED ${IN_PROCESS}`, isOlder: true };

const CALLS: Partial<Record<FaultName, Case>> = {
  ANSWER_LOST: { gets: "NOTHING", getsAgain: "NOTHING", isKnown: true },
  REQUEST_LOST: { gets: "NOTHING", getsAgain: "NOTHING", isKnown: false },
  ANSWER_DELAYED: AS_IT_IS,
  REQUEST_DELAYED: AS_IT_IS,
  DUPLICATED: AS_IT_IS,
  REORDERED: AS_IT_IS,
  SIGNATURE_WRONG: { gets: "SIGNATURE_INVALID SUCCESS", getsAgain: "SIGNATURE_INVALID SUCCESS", isKnown: true },
  KEY_VERSION_WRONG: { gets: "KEY_UNKNOWN SUCCESS", getsAgain: "KEY_UNKNOWN SUCCESS", isKnown: true },
  CLOCK_SKEWED: AS_IT_IS,
  U_THEN_S: { ...AS_IT_IS, gets: `VERIFIED ${IN_PROCESS}` },
  U_FOREVER: { gets: `VERIFIED ${IN_PROCESS}`, getsAgain: `VERIFIED ${IN_PROCESS}`, isKnown: true },
  HTTP_500: { gets: "HTTP_500", getsAgain: "HTTP_500", isKnown: true },
  TRAFFIC_LIMIT: {
    gets: "VERIFIED REQUEST_TRAFFIC_EXCEED_LIMIT",
    getsAgain: "VERIFIED REQUEST_TRAFFIC_EXCEED_LIMIT",
    isKnown: false,
  },
  ACCESS_DENIED: { gets: "VERIFIED ACCESS_DENIED", getsAgain: "VERIFIED ACCESS_DENIED", isKnown: false },
  CHALLENGE_SMS_OTP: CHALLENGED,
  CHALLENGE_PLAINTEXT_CARD_NO: CHALLENGED,
  CHALLENGE_CARD_EXPIRE_DATE: CHALLENGED,
};

describe("a call of an acquirer", () => {
  it("has a case for every fault of its link", () => {
    expect(Object.keys(CALLS).toSorted()).toEqual(faultsOn("ACQP_TO_ALIPAYPLUS").toSorted());
  });

  it.each(Object.entries(CALLS))(
    "gets what %s makes of it; a repeat without it gets the true answer [OLD-16]",
    async (name, sees) => {
      const basePath = sees.isOlder ? OLDER_PATH : BASE_PATH;
      const customerId = await openCustomer();
      const paymentCode = await codeOf(customerId);
      const message = sees.isOlder ? olderPayMessage(paymentCode) : payMessage(paymentCode);
      const paymentRequestId = String(message.paymentRequestId);
      const first = await acquire("pay", message, headerOf(name), basePath);
      expect(inShort(first)).toBe(sees.gets);
      expect((await reportOf(paymentRequestId)).httpStatus).toBe(sees.isKnown ? 200 : 404);
      expect(inShort(await acquire("pay", message, headerOf(name), basePath))).toBe(sees.getsAgain);
      expect(inShort(await acquire("pay", message, undefined, basePath))).toBe("VERIFIED SUCCESS");
      const shown = await faultyTraffic(paymentRequestId);
      expect(new Set(shown.map(({ exchange }) => exchange.fault))).toEqual(new Set([name]));
      const report = await settled(paymentRequestId);
      expect(report.status).toBe("SUCCEEDED");
      await expectAgreement(report, customerId);
    },
  );

  it("is answered by a clock that is an hour fast: CLOCK_SKEWED", async () => {
    const view = await acquire("pay", payMessage(await codeOf(await openCustomer())), "CLOCK_SKEWED");
    expect(view).toMatchObject({ signature: "VERIFIED", aheadMs: HOUR_MS });
  });

  it("gets of an unfinished payment only what every payment has: U_FOREVER", async () => {
    const view = await acquire("pay", payMessage(await codeOf(await openCustomer())), "U_FOREVER");
    expect(view.got === "ANSWER" && Object.keys(view.body).toSorted()).toEqual([
      "paymentAmount",
      "paymentId",
      "result",
    ]);
  });

  it.each(["cancelPayment", "inquiryPayment"])("%s that is lost can be repeated", async (interfaceName) => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    for (const name of ["REQUEST_LOST", "ANSWER_LOST"]) {
      expect(inShort(await acquire(interfaceName, { paymentRequestId }, name))).toBe("NOTHING");
    }
    expect(inShort(await acquire(interfaceName, { paymentRequestId }))).toBe("VERIFIED SUCCESS");
    await expectAgreement(await settled(paymentRequestId), customerId);
  });

  it.each(["ANSWER_LOST", "DUPLICATED", "HTTP_500", "U_THEN_S"])("refund is made once: %s [IDM-10]", async (name) => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("400") };
    await acquire("refund", wish, name);
    expect(inShort(await acquire("refund", wish))).toBe("VERIFIED SUCCESS");
    await expectAgreement(await settled(paymentRequestId), customerId, 600);
  });

  it.each([
    ["NO_SUCH_FAULT", "is no fault"],
    ["CANCEL_OVERTAKES_PAY", "does not exist for pay on ACQP_TO_ALIPAYPLUS"],
    ["NEVER_ACKNOWLEDGED", "does not exist for pay on ACQP_TO_ALIPAYPLUS"],
    ["CHALLENGE_SMS_OTP", "does not exist for pay on ACQP_TO_ALIPAYPLUS"],
    ["HTTP_500; delayMs=1", "takes no delayMs"],
  ])("is refused, signed, with a fault that does not exist there: %s", async (header, why) => {
    const message = payMessage(await codeOf(await openCustomer()));
    const view = await acquire("pay", message, header);
    expect(inShort(view)).toBe("VERIFIED PARAM_ILLEGAL");
    const { resultMessage } = (view.got === "ANSWER" ? view.body.result : {}) as { resultMessage?: string };
    expect(resultMessage).toContain("Illegal parameter Sandbox-Fault:");
    expect(resultMessage).toContain(why);
    expect((await reportOf(String(message.paymentRequestId))).httpStatus).toBe(404);
  });
});

describe("challengeActionForm of the older pay", () => {
  it.each([
    ["SMS_OTP", "AMS"],
    ["PLAINTEXT_CARD_NO", "CHANNEL"],
    ["CARD_EXPIRE_DATE", "CHANNEL"],
  ])("%s comes with U; an inquiry and a repeat get the true result [OLD-10]", async (challengeType, triggerSource) => {
    const message = olderPayMessage(await codeOf(await openCustomer()));
    const { paymentRequestId } = message;
    const view = await acquire("pay", message, `CHALLENGE_${challengeType}`, OLDER_PATH);
    expect(view).toMatchObject({
      signature: "VERIFIED",
      body: {
        result: { resultCode: IN_PROCESS, resultStatus: "U" },
        challengeActionForm: { challengeType, triggerSource },
        paymentRequestId,
        paymentId: expect.any(String),
        paymentAmount: hkd("1000"),
        paymentCreateTime: expect.any(String),
      },
    });
    expect(view.got === "ANSWER" && view.body).not.toHaveProperty("paymentTime");
    const inquiry = await acquire("inquiryPayment", { paymentRequestId }, undefined, OLDER_PATH);
    expect(inquiry).toMatchObject({ body: { paymentStatus: "SUCCESS", paymentResultCode: "SUCCESS" } });
    const repeat = await acquire("pay", message, `CHALLENGE_${challengeType}`, OLDER_PATH);
    expect(repeat).toMatchObject({ body: { result: { resultCode: "SUCCESS" } } });
    expect(repeat.got === "ANSWER" && repeat.body).not.toHaveProperty("challengeActionForm");
  });
});

/** The outcome of a notification that meets each fault once, and of the next one. */
const NOTIFICATIONS: Partial<Record<FaultName, readonly string[]>> = {
  ANSWER_LOST: ["NO_ANSWER", "S"],
  REQUEST_LOST: ["NO_ANSWER", "S"],
  ANSWER_DELAYED: ["S"],
  REQUEST_DELAYED: ["S"],
  DUPLICATED: ["S"],
  REORDERED: ["S"],
  SIGNATURE_WRONG: ["SIGNATURE_MISSING", "S"],
  KEY_VERSION_WRONG: ["SIGNATURE_MISSING", "S"],
  CLOCK_SKEWED: ["SIGNATURE_MISSING", "S"],
  U_THEN_S: [`U ${IN_PROCESS}`, "S"],
  U_FOREVER: [`U ${IN_PROCESS}`, "S"],
  HTTP_500: ["HTTP_500", "S"],
  NEVER_ACKNOWLEDGED: ["U UNKNOWN_EXCEPTION", "S"],
  TRAFFIC_LIMIT: ["U REQUEST_TRAFFIC_EXCEED_LIMIT", "S"],
};

describe("a notification to an acquirer", () => {
  const outcomes = async (paymentRequestId: string) =>
    (await reportOf(paymentRequestId)).notification?.attempts.map(({ outcome }) => outcome);

  it("has a case for every fault of its link", () => {
    expect(Object.keys(NOTIFICATIONS).toSorted()).toEqual(faultsOn("ALIPAYPLUS_TO_ACQP").toSorted());
  });

  it.each(Object.entries(NOTIFICATIONS))("that meets %s is resent until it is acknowledged", async (name, expected) => {
    const customerId = await openCustomer();
    await activateFault(name as FaultName, { link: "ALIPAYPLUS_TO_ACQP", times: "1" });
    const { paymentRequestId } = await payByCode(customerId, { paymentNotifyUrl: NOTIFY_URL });
    await runAlarm();
    await until(async () => expect(await outcomes(paymentRequestId)).toEqual([expected[0]]));
    const shown = await faultyTraffic(paymentRequestId);
    expect(shown.map(({ exchange }) => exchange.fault)).toEqual(name === "DUPLICATED" ? [name, name] : [name]);
    vi.setSystemTime(Date.now() + 2 * MINUTE_MS);
    await runAlarm();
    await until(async () => expect(await outcomes(paymentRequestId)).toEqual(expected));
    expect((await reportOf(paymentRequestId)).notification).toMatchObject({ acknowledgedTime: expect.any(String) });
    await expectAgreement(await settled(paymentRequestId), customerId);
  });

  it("that is never acknowledged is resent by the schedule of seven, and then no more [TIM-07]", async () => {
    await activateFault("NEVER_ACKNOWLEDGED", { link: "ALIPAYPLUS_TO_ACQP" });
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl: NOTIFY_URL });
    await runAlarm();
    for (const minutes of [2, 10, 10, 60, 120, 360, 900]) {
      vi.setSystemTime(Date.now() + minutes * MINUTE_MS);
      await runAlarm();
    }
    expect(await outcomes(paymentRequestId)).toEqual(Array(8).fill("U UNKNOWN_EXCEPTION"));
    expect((await reportOf(paymentRequestId)).notification).not.toHaveProperty("dueTime");
  });

  it("meets what is refused by the acquirer itself: SIGNATURE_WRONG, KEY_VERSION_WRONG, CLOCK_SKEWED", async () => {
    const answers: string[] = [];
    for (const name of ["SIGNATURE_WRONG", "KEY_VERSION_WRONG", "CLOCK_SKEWED"] as const) {
      await activateFault(name, { link: "ALIPAYPLUS_TO_ACQP", times: "1" });
      const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl: NOTIFY_URL });
      await runAlarm();
      await until(async () => expect(await outcomes(paymentRequestId)).toHaveLength(1));
      const [shown] = await faultyTraffic(paymentRequestId);
      answers.push((JSON.parse(shown?.exchange.response.body ?? "{}") as typeof shown & object).result.resultCode);
    }
    expect(answers).toEqual([
      "INVALID_SIGNATURE",
      expect.stringMatching(/^(INVALID_SIGNATURE|KEY_NOT_FOUND)$/),
      "PARAM_ILLEGAL",
    ]);
  });
});
