/** What the page says about faults, the clock, and which messages are about a payment. */
import { describe, expect, test } from "vitest";
import { CATALOGUE, FAULT_NAMES, isPossible } from "../../../../sandbox/faults/catalogue.ts";
import { LINK_INTERFACES } from "../../../../sandbox/faults/links.ts";
import type { CatalogueEntry, Rule } from "../../../../sandbox/page/app/calls/rehearsal.ts";
import type { ExchangeReply } from "../../../../sandbox/page/app/calls/sandbox.ts";
import {
  countOn,
  faultsOf,
  faultText,
  LINK_LABELS,
  LINKS,
  rulesOf,
  ruleText,
  storyOf,
} from "../../../../sandbox/page/app/rehearsal/fault-messages.ts";
import { dayText, durationText, timeText, untilReportMs } from "../../../../sandbox/page/app/server-clock.ts";
import { exchangesOf, isAboutPayment } from "../../../../sandbox/page/app/timeline/payment-filter.ts";

const catalogue: readonly CatalogueEntry[] = FAULT_NAMES.map((fault) => {
  const { links, interfaces, what } = CATALOGUE[fault];
  return { fault, links, what, ...(interfaces && { interfaces }) };
});

describe("the switches of faults", () => {
  test("know every link and its interfaces, as the sandbox has them", () => {
    const known = LINKS.map((link) => [link, LINK_LABELS[link].interfaces]);
    expect(Object.fromEntries(known)).toEqual(LINK_INTERFACES);
  });

  test("offer for each interface exactly what can be done to it", () => {
    for (const link of LINKS) {
      for (const name of LINK_LABELS[link].interfaces) {
        const possible = FAULT_NAMES.filter((fault) => isPossible(fault, { link, interface: name, isOlder: true }));
        expect(faultsOf(catalogue, link, name).map(({ fault }) => fault)).toEqual(possible);
      }
    }
  });

  test.each([
    ["ANSWER_LOST", "Answer lost"],
    ["U_THEN_S", "U then S"],
    ["U_FOREVER", "U always"],
    ["HTTP_500", "HTTP 500"],
    ["CHALLENGE_SMS_OTP", "Challenge SMS_OTP"],
  ])("call %s %j", (fault, text) => {
    expect(faultText(fault)).toBe(text);
  });

  test("show the delay of a fault in seconds, where it has one", () => {
    const delayed = { fault: "ANSWER_DELAYED", links: LINKS, delayMs: "3000", what: "It arrives delayMs late." };
    expect(storyOf(delayed, 6_000)).toBe("It arrives 6 s late.");
    expect(storyOf({ ...delayed, what: "It is lost." }, 6_000)).toBe("It is lost.");
  });

  test("are on for the rules that last and are about exactly this", () => {
    const rules: readonly Rule[] = [
      { ruleId: "1", fault: "DUPLICATED" },
      { ruleId: "2", fault: "DUPLICATED", link: "ALIPAYPLUS_TO_MPP" },
      { ruleId: "3", fault: "DUPLICATED", link: "ALIPAYPLUS_TO_ACQP" },
      { ruleId: "4", fault: "DUPLICATED", link: "ALIPAYPLUS_TO_MPP", times: "1" },
      { ruleId: "5", fault: "DUPLICATED", link: "ALIPAYPLUS_TO_MPP", interface: "pay" },
      { ruleId: "6", fault: "U_FOREVER", link: "ALIPAYPLUS_TO_MPP" },
    ];
    const idsOf = (interfaceName: string) =>
      rulesOf(rules, "DUPLICATED", "ALIPAYPLUS_TO_MPP", interfaceName).map(({ ruleId }) => ruleId);
    expect([idsOf(""), idsOf("pay"), idsOf("refund")]).toEqual([["1", "2"], ["5"], []]);
    expect(LINKS.map((link) => countOn(rules, link, catalogue))).toEqual([5, 1, 1, 2, 1]);
  });

  test.each([
    [{ fault: "ANSWER_LOST" }, "Answer lost, every link"],
    [
      { fault: "REORDERED", link: "ACQP_TO_ALIPAYPLUS", interface: "pay", delayMs: "500", times: "1" },
      "Reordered, Acquirer → Alipay+, pay, 0.5 s, once",
    ],
    [
      { fault: "REQUEST_LOST", link: "MPP_TO_ALIPAYPLUS", probability: "0.25", times: "3" },
      "Request lost, Wallet → Alipay+, 25 %, 3 times",
    ],
  ] satisfies [Omit<Rule, "ruleId">, string][])("write the rule %j as %j", (rule, text) => {
    expect(ruleText({ ruleId: "1", ...rule })).toBe(text);
  });
});

describe("the clock", () => {
  test.each([
    [Date.UTC(2026, 0, 15, 4), "12 h 30 min"],
    // A minute before and at midnight of UTC+8.
    [Date.UTC(2026, 0, 15, 15, 59), "31 min"],
    [Date.UTC(2026, 0, 15, 16), "1 d 30 min"],
    [Date.UTC(2026, 0, 15, 16, 10), "1 d 20 min"],
  ])("is set from %d to 00:30 of the next day, which is %s ahead", (nowMs, text) => {
    const report = nowMs + untilReportMs(nowMs);
    expect(durationText(untilReportMs(nowMs))).toBe(text);
    expect(timeText(report)).toBe(`${dayText(nowMs, 1)} 00:30:00`);
  });

  test("is ahead by days, hours and minutes", () => {
    expect([0, 90_000, 3_600_000, 90_061_000].map(durationText)).toEqual([
      "less than a minute",
      "2 min",
      "1 h",
      "1 d 1 h 1 min",
    ]);
  });
});

describe("the messages of one payment", () => {
  const IDS = { paymentRequestId: "acquirer-1", paymentId: "alipayplus-1" };
  const reply = (request: object, response: object, way: object = {}) =>
    ({
      exchange: { request: { body: JSON.stringify(request) }, response: { body: JSON.stringify(response) }, ...way },
    }) as unknown as ExchangeReply;

  test.each([
    ["the acquirer's own", { paymentRequestId: "acquirer-1" }, {}],
    ["the wallet's, which knows it by Alipay+'s id", { paymentRequestId: "alipayplus-1" }, {}],
    ["a decoding, which names it in the answer", { codeValue: "https://code" }, { paymentRequestId: "alipayplus-1" }],
  ])("are %s", (_, request, response) => {
    expect(isAboutPayment(reply(request, response), IDS)).toBe(true);
  });

  test("are those with the core, too, which knows it by the wallet's id", () => {
    const sale = reply({ paymentRequestId: "acquirer-1" }, { paymentId: "alipayplus-1" }, { to: "Alipay+" });
    const pay = reply({ paymentRequestId: "alipayplus-1" }, { paymentId: "wallet-1" }, { to: "MPP" });
    const debit = reply({ paymentId: "wallet-1" }, {}, { from: "MPP", to: "CORE" });
    const others = [
      reply({ paymentId: "wallet-2" }, {}, { from: "MPP", to: "CORE" }),
      reply({ paymentId: "alipayplus-1x" }, {}, { from: "MPP", to: "CORE" }),
    ];
    expect(exchangesOf([debit, pay, sale, ...others], IDS)).toEqual([debit, pay, sale]);
  });

  test("are not those of another, whose id begins alike", () => {
    expect(isAboutPayment(reply({ paymentRequestId: "acquirer-12" }, {}), IDS)).toBe(false);
    expect(isAboutPayment(reply({}, {}), { paymentRequestId: "acquirer-1" })).toBe(false);
  });
});
