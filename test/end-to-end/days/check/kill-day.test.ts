/**
 * The checks of a day of kills can fail: a correct payment and a correct order are corrupted, and the check names the
 * place.
 */
import { describe, expect, it } from "vitest";
import type { InspectedSale, PaymentEvidence } from "../play/evidence.ts";
import type { Event } from "../play/play.ts";
import { checkOrder } from "./orders.ts";
import { checkPayments } from "./payments.ts";
import type { SOUND_DAY } from "./sound-day.fixture.ts";
import { type Spoilt, saleIn, soundCopy } from "./spoilt-day.fixture.ts";

const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S" } as const;
const BEGAN = "2026-03-10T12:00:00+08:00";
const BEGAN_MS = Date.parse(BEGAN);

const EVIDENCE: PaymentEvidence = {
  payment: {
    paymentRequestId: "asked",
    paymentCode: "1",
    customerId: "alice",
    payToAmount: { currency: "HKD", value: "5200" },
  },
  inquired: { result: SUCCESS, paymentId: "wallet-asked" },
};

function payEvent(body: object | undefined): Event {
  const reply = body && { status: 200, body: JSON.stringify(body) };
  return { step: 0, timeMs: 0, action: { act: "PAY", payment: EVIDENCE.payment }, reply };
}

const ANSWER = { result: SUCCESS, paymentId: "wallet-asked" };

describe("a payment is not right when", () => {
  type Day = ReturnType<typeof soundCopy>;
  const faultsOf = (events: readonly Event[], spoil: (evidence: Spoilt<PaymentEvidence>, day: Day) => void) => {
    const day = soundCopy();
    const [customer] = day.customers;
    const debit = customer?.entries.find(({ kind }) => kind === "DEBIT");
    if (!customer || !debit) throw new Error("the sound day lacks it");
    const legs = [{ account: "customer", amount: "-5200" } as const];
    customer.entries.push({ ...debit, id: "DEBIT-asked", paymentId: "wallet-asked", legs });
    const evidence = structuredClone(EVIDENCE) as Spoilt<PaymentEvidence>;
    spoil(evidence, day);
    return checkPayments(events, { ...day, payments: [evidence] } as typeof SOUND_DAY);
  };

  it("nothing of this is so", () => {
    expect(faultsOf([payEvent(ANSWER), payEvent(undefined), payEvent(ANSWER)], () => undefined)).toEqual([]);
  });

  it.each<[what: string, fault: string, events: readonly Event[], spoil: Parameters<typeof faultsOf>[1]]>([
    [
      "a repeat is answered otherwise",
      "then {",
      [payEvent(ANSWER), payEvent({ ...ANSWER, paymentTime: BEGAN })],
      () => {},
    ],
    ["it stays open", "never became final", [], (e) => (e.inquired = openInquiry())],
    ["it is forgotten", "is unknown now", [payEvent(ANSWER)], (e) => (e.inquired = "UNKNOWN")],
    [
      "its result was another",
      "was answered F ORDER_IS_CLOSED",
      [payEvent({ result: { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" } })],
      () => {},
    ],
    [
      "it is another payment now",
      "was paid as wallet-else",
      [payEvent({ ...ANSWER, paymentId: "wallet-else" })],
      () => {},
    ],
    ["it is debited twice", "was debited 2 times", [], (_, day) => repeatDebit(day)],
    ["another amount is debited", "has moved -5200 where -5300", [], (e) => (e.payment.payToAmount.value = "5300")],
    ["it has failed and is debited", "with 1 debits and 0 reversals", [], (e) => (e.inquired = failedInquiry())],
  ])("%s", (_, fault, events, spoil) => {
    expect(faultsOf(events, spoil)).toContainEqual(expect.stringContaining(fault));
  });

  function repeatDebit(day: Day): void {
    const debit = day.customers[0]?.entries.at(-1);
    if (debit) day.customers[0]?.entries.push({ ...debit });
  }

  function openInquiry(): Spoilt<PaymentEvidence["inquired"]> {
    return { result: { resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" }, paymentId: "wallet-asked" };
  }

  function failedInquiry(): Spoilt<PaymentEvidence["inquired"]> {
    return { result: { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" }, paymentId: "wallet-asked" };
  }
});

describe("an order is not right when", () => {
  const event = (act: "SCAN" | "SAY", status: number, body: unknown): Event => {
    const about = { sale: "paid", customerId: "alice" } as const;
    const action = act === "SCAN" ? { act, ...about } : { act, ...about, word: "confirm" as const };
    return { step: 0, timeMs: 0, action, reply: { status, body } };
  };

  const faultsOf = (
    spoil: (order: Spoilt<InspectedSale>) => void,
    events: readonly Event[] = [],
    killTimesMs: readonly number[] = [],
  ) => {
    const { evidence } = saleIn({ day: soundCopy() }, "paid");
    const notification = { acknowledgedTime: BEGAN, attempts: [{ time: BEGAN, outcome: "S" }] };
    const order = { ...evidence, inspection: { status: "SUCCEEDED", notification } } as Spoilt<InspectedSale>;
    if (order.network !== "UNKNOWN") {
      order.network.received = [{ resultCode: "SUCCESS", paymentId: "wallet-paid", answer: "SUCCESS" }];
    }
    spoil(order);
    return checkOrder(order as InspectedSale, events, killTimesMs);
  };

  const open = {
    paymentId: "wallet-paid",
    status: "AWAITING_CONFIRMATION",
    result: { resultCode: "PAYMENT_IN_PROCESS" },
  };
  const paid = { paymentId: "wallet-paid", status: "SUCCEEDED", result: { resultCode: "SUCCESS" } };

  it("nothing of this is so", () => {
    const unknown = event("SAY", 404, { code: "PAYMENT_UNKNOWN" });
    const events = [unknown, event("SCAN", 200, { payment: open }), event("SAY", 200, paid), event("SAY", 200, paid)];
    expect(faultsOf(() => undefined, events)).toEqual([]);
  });

  it.each<[what: string, fault: string, spoil: (order: Spoilt<InspectedSale>) => void]>([
    ["it stays open", "never became final", (o) => (walletOf(o).status = "PROCESSING")],
    ["its acquirer knows another end", "CANCELLED for its acquirer", (o) => (o.sale.status = "CANCELLED")],
    ["no notification was acknowledged", "never acknowledged", (o) => delete notificationOf(o).acknowledgedTime],
    ["no notification arrived", "was never notified", (o) => (networkOf(o).received = [])],
    ["Alipay+ was notified of another result", "as RISK_REJECT", (o) => (receivedOf(o).resultCode = "RISK_REJECT")],
    ["Alipay+ was notified of another payment", "of wallet-else", (o) => (receivedOf(o).paymentId = "wallet-else")],
    ["Alipay+ did not take a notification", "answered PROCESS_FAIL", (o) => (receivedOf(o).answer = "PROCESS_FAIL")],
    ["an attempt was not counted", "1 times in 0 attempts", (o) => (notificationOf(o).attempts = [])],
  ])("%s", (_, fault, spoil) => {
    expect(faultsOf(spoil)).toContainEqual(expect.stringContaining(fault));
  });

  it("what the customer was answered does not stand, or was refused", () => {
    const closed = { ...paid, status: "CLOSED", result: { resultCode: "ORDER_IS_CLOSED" } };
    const answers: readonly (readonly [Event, string])[] = [
      [event("SAY", 200, closed), "was answered CLOSED"],
      [event("SAY", 200, { ...open, paymentId: "wallet-else" }), "as wallet-else"],
      [event("SCAN", 409, { code: "CODE_OF_ANOTHER_CUSTOMER" }), "was refused"],
    ];
    for (const [answer, fault] of answers) {
      const events = [event("SCAN", 200, { payment: open }), answer];
      expect(faultsOf(() => undefined, events)).toContainEqual(expect.stringContaining(fault));
    }
  });

  it("an attempt has no outcome and no kill", () => {
    const begun = (order: Spoilt<InspectedSale>) =>
      (notificationOf(order).attempts = [
        { time: BEGAN, outcome: "BEGUN" },
        { time: BEGAN, outcome: "S" },
      ]);
    expect(faultsOf(begun, [], [BEGAN_MS - 1, BEGAN_MS + 9_000])).toContainEqual(expect.stringContaining("no outcome"));
    expect(faultsOf(begun, [], [BEGAN_MS + 1_000])).toEqual([]);
  });

  it("it is closed after a success of which Alipay+ was notified, and Alipay+ has not cancelled it", () => {
    const closedBy = (reason: "CANCEL" | "EXPIRY") => (order: Spoilt<InspectedSale>) => {
      const closed = { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" } as const;
      Object.assign(walletOf(order), { status: "CLOSED", result: closed });
      Object.assign(order.inspection ?? {}, { status: "CLOSED", closedBy: reason });
      order.sale.status = "CANCELLED";
      networkOf(order).received.push({ ...receivedOf(order), resultCode: "ORDER_IS_CLOSED" });
      notificationOf(order).attempts.push({ time: BEGAN, outcome: "S" });
    };
    expect(faultsOf(closedBy("EXPIRY"))).toContainEqual(expect.stringContaining("was notified as SUCCESS"));
    expect(faultsOf(closedBy("CANCEL"))).toEqual([]);
  });

  it("the wallet has answered and does not know it", () => {
    const forget = (order: Spoilt<InspectedSale>) => (order.wallet = "UNKNOWN");
    const faults = faultsOf(forget, [event("SCAN", 200, { payment: open })]);
    expect(faults).toContainEqual(expect.stringContaining("is unknown now"));
    expect(faults).toContainEqual(expect.stringContaining("has notified its result"));
  });

  function walletOf({ wallet }: Spoilt<InspectedSale>) {
    if (typeof wallet === "string") throw new Error("the wallet knows it");
    return wallet;
  }

  function networkOf({ network }: Spoilt<InspectedSale>) {
    if (network === "UNKNOWN") throw new Error("Alipay+ knows it");
    return network;
  }

  function receivedOf(order: Spoilt<InspectedSale>) {
    const [received] = networkOf(order).received;
    if (!received) throw new Error("Alipay+ was notified");
    return received;
  }

  function notificationOf({ inspection }: Spoilt<InspectedSale>) {
    if (!inspection?.notification) throw new Error("the wallet has notified");
    return inspection.notification;
  }
});
