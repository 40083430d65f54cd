/**
 * Faults on the way from Alipay+ to the wallet: what each of them sees, and that the money is right in the end.
 * One debit at the most, and wallet, Alipay+ and its settlement ledger agree in the end.
 */

import { afterEach, describe, expect, it } from "vitest";
import type { FaultName } from "../../../sandbox/faults/catalogue.ts";
import { hkd } from "../../support/amounts.ts";
import { NOON_MS, standTheClock } from "../../support/clock.ts";
import { ask, newId, payByCode, reportOf } from "../../support/sandbox/acquirer.ts";
import {
  activateFault,
  develop,
  endAllFaults,
  expectAgreement,
  faultsOn,
  faultyTraffic,
  playGateway,
  type Shown,
  settled,
} from "../../support/sandbox/faults.ts";
import { setGateway } from "../../support/sandbox/gateway-binding.ts";
import { openCustomer, pay } from "../../support/sandbox/sandbox.ts";
import { until } from "../../support/until.ts";

standTheClock(() => NOON_MS);

afterEach(async () => {
  await endAllFaults();
  setGateway();
});

const LINK = "ALIPAYPLUS_TO_MPP";
const IN_PROCESS = "PAYMENT_IN_PROCESS";

type Case = {
  /** What the acquirer is answered at once. */
  readonly answered: string;
  /** What reached the wallet by then. */
  readonly asked: readonly string[];
  /** Alipay+'s view of the message, one text per exchange. */
  readonly heard: readonly string[];
  readonly finally: string;
};

/** A pay that meets each fault once. */
const CASES: Partial<Record<FaultName, Case>> = {
  ANSWER_LOST: { answered: IN_PROCESS, asked: ["pay"], heard: ["NO_ANSWER"], finally: "SUCCEEDED" },
  REQUEST_LOST: { answered: IN_PROCESS, asked: [], heard: ["NO_ANSWER"], finally: "CLOSED" },
  ANSWER_DELAYED: { answered: "SUCCESS", asked: ["pay"], heard: ["SUCCESS"], finally: "SUCCEEDED" },
  REQUEST_DELAYED: { answered: "SUCCESS", asked: ["pay"], heard: ["SUCCESS"], finally: "SUCCEEDED" },
  DUPLICATED: { answered: "SUCCESS", asked: ["pay", "pay"], heard: ["SUCCESS", "SUCCESS"], finally: "SUCCEEDED" },
  REORDERED: { answered: "SUCCESS", asked: ["pay"], heard: ["SUCCESS"], finally: "SUCCEEDED" },
  SIGNATURE_WRONG: {
    answered: IN_PROCESS,
    asked: ["pay"],
    heard: ["SIGNATURE_MISSING INVALID_SIGNATURE"],
    finally: "CLOSED",
  },
  KEY_VERSION_WRONG: {
    answered: IN_PROCESS,
    asked: ["pay"],
    heard: ["SIGNATURE_MISSING KEY_NOT_FOUND"],
    finally: "CLOSED",
  },
  CLOCK_SKEWED: { answered: IN_PROCESS, asked: ["pay"], heard: ["SIGNATURE_MISSING PARAM_ILLEGAL"], finally: "CLOSED" },
  U_THEN_S: { answered: IN_PROCESS, asked: ["pay"], heard: [`REPLACED_BY_FAULT ${IN_PROCESS}`], finally: "SUCCEEDED" },
  U_FOREVER: { answered: IN_PROCESS, asked: ["pay"], heard: [`REPLACED_BY_FAULT ${IN_PROCESS}`], finally: "SUCCEEDED" },
  HTTP_500: { answered: IN_PROCESS, asked: ["pay"], heard: ["SIGNATURE_MISSING"], finally: "SUCCEEDED" },
  CANCEL_OVERTAKES_PAY: {
    answered: "ORDER_IS_CLOSED",
    asked: ["cancelPayment", "pay"],
    heard: ["ORDER_IS_CLOSED"],
    finally: "FAILED",
  },
  TRAFFIC_LIMIT: {
    answered: IN_PROCESS,
    asked: [],
    heard: ["REPLACED_BY_FAULT REQUEST_TRAFFIC_EXCEED_LIMIT"],
    finally: "CLOSED",
  },
};

/** What an exchange shows: why the answer does not count, and what it says. */
function heardOf({ exchange: { response } }: Shown): string {
  const { result } = response.body === "" ? {} : (JSON.parse(response.body) as { result?: { resultCode: string } });
  return [response.verificationFault, result?.resultCode].filter((text) => text !== undefined).join(" ");
}

it("every fault of this link has a case", () => {
  expect(Object.keys(CASES).toSorted()).toEqual(faultsOn(LINK).toSorted());
});

describe("a pay of an acquirer", () => {
  it.each(Object.entries(CASES))(
    "that meets %s is seen as such, and the money is right [SBX-12]",
    async (name, expected) => {
      const asked = playGateway();
      const customerId = await openCustomer();
      await activateFault(name as FaultName, { link: LINK, interface: "pay", times: "1" });
      const { answer, paymentRequestId } = await payByCode(customerId);
      expect(answer.result.resultCode).toBe(expected.answered);
      expect(asked).toEqual(expected.asked);
      const shown = await faultyTraffic(String(answer.paymentId));
      expect(shown.map(heardOf)).toEqual(expected.heard);
      expect(new Set(shown.map(({ exchange }) => exchange.fault))).toEqual(new Set([name]));
      const report = await settled(paymentRequestId);
      expect(report.status).toBe(expected.finally);
      await expectAgreement(report, customerId);
    },
  );

  it("that stays U is closed at its expiry, and paid back as soon as the wallet is heard again", async () => {
    const customerId = await openCustomer();
    await activateFault("U_FOREVER", { link: LINK });
    const { paymentRequestId } = await payByCode(customerId);
    await expect(settled(paymentRequestId)).rejects.toThrow("never settled");
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSING");
    await endAllFaults();
    const report = await settled(paymentRequestId);
    expect(report.status).toBe("CLOSED");
    await expectAgreement(report, customerId);
  });
});

/** All but the fault of pay alone. */
const COMMON = faultsOn(LINK).filter((name) => name !== "CANCEL_OVERTAKES_PAY");

describe("a refund", () => {
  it.each(COMMON)("that meets %s refunds once", async (name) => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    await activateFault(name, { link: LINK, interface: "refund", times: "1" });
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("400") };
    await ask("refund", wish);
    const report = await settled(paymentRequestId);
    expect(report.refunds).toMatchObject([{ status: "SUCCEEDED" }]);
    await expectAgreement(report, customerId, 600);
    expect((await ask("refund", wish)).result.resultCode).toBe("SUCCESS");
  });
});

describe("a cancel", () => {
  it.each(COMMON)("that meets %s refunds the whole payment", async (name) => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    await activateFault(name, { link: LINK, interface: "cancelPayment", times: "1" });
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    const report = await settled(paymentRequestId);
    expect(report.status).toBe("CLOSED");
    await expectAgreement(report, customerId);
  });
});

/** A message that only its own delay lets go fails the test. */
const LESS_THAN_A_DELAY_MS = 30_000;

describe("a message that is held back", () => {
  it("goes as soon as another has passed its link", async () => {
    const asked = playGateway();
    const customerId = await openCustomer();
    await activateFault("REORDERED", { link: LINK, interface: "pay", delayMs: "60000" });
    const paid = payByCode(customerId);
    await until(async () => {
      const other = await develop<Shown>("POST", "/inquiryPayment", { paymentRequestId: newId() });
      expect(other.result.resultCode).toBe("ORDER_NOT_EXIST");
      expect(asked).toContain("pay");
    }, LESS_THAN_A_DELAY_MS);
    expect(asked.indexOf("inquiryPayment")).toBeLessThan(asked.indexOf("pay"));
    expect((await paid).answer.result.resultCode).toBe("SUCCESS");
  });
});

describe("a developer's message", () => {
  it("is sent through the fault of its header, which it shows [SBX-13]", async () => {
    const customerId = await openCustomer();
    const first = await pay(customerId, hkd("1000"));
    const { paymentRequestId } = JSON.parse(first.exchange.request.body) as { paymentRequestId: string };
    for (const [path, body] of [
      ["/inquiryPayment", { paymentRequestId }],
      ["/refund", { paymentRequestId, refundAmount: hkd("100"), refundRequestId: newId() }],
      ["/cancelPayment", { paymentRequestId: newId() }],
      ["/send/pay", JSON.parse(first.exchange.request.body)],
    ] as const) {
      const lost = await develop<Shown>("POST", path, body, "ANSWER_LOST");
      expect(lost).toMatchObject({
        exchange: { fault: "ANSWER_LOST", response: { verificationFault: "NO_ANSWER" } },
        result: { resultStatus: "U" },
      });
      const reply = await develop<Shown>("POST", path, body);
      expect(reply.exchange).not.toHaveProperty("fault");
      expect(reply.result.resultCode).toBe("SUCCESS");
    }
  });

  it("gets U once, and then the true answer: U_THEN_S", async () => {
    const first = await pay(await openCustomer(), hkd("1000"));
    const body = JSON.parse(first.exchange.request.body) as object;
    const codes: string[] = [];
    for (const _ of [1, 2, 3]) {
      codes.push((await develop<Shown>("POST", "/send/pay", body, "U_THEN_S")).result.resultCode);
    }
    expect(codes).toEqual([IN_PROCESS, "SUCCESS", "SUCCESS"]);
  });

  it("that repeats an acquirer's pay is overtaken by no cancel, which Alipay+ would know nothing of", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId, answer } = await payByCode(customerId);
    const toWallet = async () => {
      const { traffic } = await develop<{ traffic: Shown[] }>("GET", `/traffic?paymentRequestId=${answer.paymentId}`);
      return traffic.map(({ exchange }) => exchange).filter(({ to }) => to === "MPP");
    };
    const [sent] = await toWallet();
    await activateFault("CANCEL_OVERTAKES_PAY", { link: LINK });
    const body = JSON.parse(sent?.request.body ?? "") as object;
    expect((await develop<Shown>("POST", "/send/pay", body)).result.resultCode).toBe("SUCCESS");
    expect((await toWallet()).map(({ interface: name }) => name)).toEqual(["pay", "pay"]);
    await expectAgreement(await settled(paymentRequestId), customerId);
  });

  it.each([
    ["NO_SUCH_FAULT", "is no fault"],
    ["answer_lost", "must be the name of a fault"],
    ["ANSWER_LOST, REQUEST_LOST", "must be the name of a fault"],
    ["CANCEL_OVERTAKES_PAY", "does not exist for refund on ALIPAYPLUS_TO_MPP"],
    ["NEVER_ACKNOWLEDGED", "does not exist for refund on ALIPAYPLUS_TO_MPP"],
    ["CHALLENGE_SMS_OTP", "does not exist for refund on ALIPAYPLUS_TO_MPP"],
    ["ANSWER_LOST; delayMs=10", "takes no delayMs"],
    ["ANSWER_DELAYED; delayMs=60001", "must be at most 60000"],
    ["ANSWER_DELAYED; delayMs=-1", "must be the name of a fault"],
  ])("is refused with a fault that does not exist there: %s [SBX-13]", async (header, why) => {
    const asked = playGateway();
    const wish = { paymentRequestId: newId(), refundAmount: hkd("1") };
    const refused = await develop<{ error: { code: string; message: string } }>("POST", "/refund", wish, header);
    expect(refused).toMatchObject({ httpStatus: 400, error: { code: "PARAM_ILLEGAL" } });
    expect(refused.error.message).toContain("Illegal parameter Sandbox-Fault:");
    expect(refused.error.message).toContain(why);
    expect(asked).toEqual([]);
  });
});
