/** What is reported of a core that breaks the contract of kit/core-contract, or that nothing can be checked of. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, readBalance } from "../../../kit/core-contract/account.ts";
import { checkRequirement, subjectOf } from "../../../kit/core-contract/check-core.ts";
import { CORE_CONTRACT } from "../../../kit/core-contract/contract.ts";
import { probe } from "../../../kit/core-contract/probe.ts";
import { RULES } from "../../../kit/core-contract/rules.ts";
import { BrokenCore, type Change, type OutgoingAnswer } from "../../support/node/broken-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const DOCUMENT = fileURLToPath(new URL("../../../docs/core.md", import.meta.url));

describe("a core that breaks the contract", () => {
  let core: BrokenCore;
  const customerId = "alice";

  beforeAll(async () => {
    core = await BrokenCore.start(SECRET);
    core.openCustomer(customerId, 100_000n);
  });
  afterEach(() => {
    core.change = (_, answer) => answer;
    core.holds = undefined;
  });
  afterAll(() => core.stop());

  const subject = () => subjectOf({ url: core.url, secret: SECRET }, customerId, "HKD");

  /** Changes the answers of one operation, and only those with HTTP 200. */
  const of =
    (wanted: string, change: (answer: OutgoingAnswer) => Partial<OutgoingAnswer>): Change =>
    (operation, answer) =>
      operation === wanted && answer.status === 200 ? { ...answer, ...change(answer) } : answer;

  const replaced = (search: string | RegExp, replacement: string) => (answer: OutgoingAnswer) => ({
    body: answer.body.replace(search, replacement),
  });

  const DEBIT_ONCE = "a debit takes the money once";
  const REFUND_ONCE = "a refund is made once";
  let debits = 0;

  it.each<[string, Change, string, string, RegExp]>([
    [
      "another time for the same debit",
      of("debit", ({ body }) => {
        debits += 1;
        return { body: JSON.stringify({ ...JSON.parse(body), timeMs: 1_773_115_200_000 + debits }) };
      }),
      DEBIT_ONCE,
      "SAME_ANSWER",
      /^debit again: "timeMs" must be 1773115200001, the core answered 177311520000\d$/,
    ],
    [
      "a time as text",
      of("debit", replaced(/"timeMs":(\d+)/, '"timeMs":"$1"')),
      DEBIT_ONCE,
      "SAME_ANSWER",
      /^debit: "timeMs" must be a whole number \(epoch milliseconds\), the core answered "\d+"$/,
    ],
    [
      "a missing time",
      of("debit", () => ({ body: '{"outcome":"DONE"}' })),
      DEBIT_ONCE,
      "SAME_ANSWER",
      /^debit: "timeMs" must be a whole number \(epoch milliseconds\), it is missing$/,
    ],
    [
      "a member too many",
      of("refund", replaced("{", '{"balance":"1",')),
      REFUND_ONCE,
      "SAME_ANSWER",
      /^refund: "balance" is no member of this answer$/,
    ],
    [
      "an outcome of its own",
      of("refund", replaced('"DONE"', '"OK"')),
      REFUND_ONCE,
      "SAME_ANSWER",
      /^refund: "outcome" must be one of DONE, REFUSED, the core answered "OK"$/,
    ],
    [
      "a reason of its own",
      of("debit", replaced("PAYMENT_EXPIRED", "TOO_LATE")),
      "a debit that arrives after its expiry",
      "EXPIRY",
      /^debit: "reason" must be one of PAYMENT_LIMIT_EXCEEDED, .*, the core answered "TOO_LATE"$/,
    ],
    [
      "a refusal with a status of its own",
      of("debit", (answer) => (answer.body.includes("REFUSED") ? { status: 422 } : {})),
      "a debit that arrives after its expiry",
      "EXPIRY",
      /^debit: HTTP status 422 is no answer; an outcome, also a refusal, has 200$/,
    ],
    [
      "a fault of its own",
      of("reverse", () => ({ status: 500, body: '{"error":"no row"}' })),
      "a reversal credits the whole debit",
      "REVERSALS",
      /^reverse: HTTP status 500 is no answer/,
    ],
    [
      "a time in seconds",
      of("refund", replaced(/(\d{10})\d{3}/, "$1")),
      "the times of a debit",
      "SAME_ANSWER",
      /^refund: "timeMs" must be about \d{13} \(now\), the core answered \d{10}$/,
    ],
    [
      "a page",
      of("inquire", () => ({ body: "<html>", headers: { "Content-Type": "text/html" } })),
      "a payment that the core has not seen",
      "ANSWERS",
      /^inquire: the body is no JSON object that can be read \(NOT_JSON; text\/html\)$/,
    ],
    [
      "a compressed answer",
      of("inquire", () => ({ headers: { "Content-Encoding": "x-own" } })),
      "a payment that the core has not seen",
      "ANSWERS",
      /^inquire: Content-Encoding is x-own; an answer is not compressed$/,
    ],
    [
      "success in place of a refusal",
      of("refund", replaced(/"REFUSED","reason":"REFUND_EXCEEDS_PAYMENT"/, '"DONE","timeMs":1')),
      "refunds together never exceed",
      "REFUNDS",
      /^refund of too much: "outcome" must be "REFUSED", .* "DONE"; "reason" must be "REFUND_EXCEEDS_PAYMENT", it is missing; there must be no "timeMs"/,
    ],
    [
      "200 for a message that it must reject",
      (_, answer) => ({ ...answer, status: 200 }),
      "a message without a signature",
      "SIGNATURE",
      /^a debit without signature: the HTTP status must be 4xx, the core answered 200$/,
    ],
  ])("is shown %s", async (_, change, requirement, rule, detail) => {
    core.change = change;
    const found = CORE_CONTRACT.filter((each) => each.requirement.startsWith(requirement));
    expect(found.map((each) => each.rule)).toEqual([RULES[rule as keyof typeof RULES]]);
    const [finding] = await Promise.all(found.map((each) => checkRequirement(each, subject())));
    expect(finding).toMatchObject({ outcome: "BROKEN", detail: expect.stringMatching(detail) });
    expect(finding?.exchange?.response).toBeDefined();
  });

  it.each<[string, Change, RegExp]>([
    [
      "HTML",
      () => ({ status: 200, body: "<html><body>It works</body></html>", headers: { "Content-Type": "text/html" } }),
      /answers HTTP 200, but not as a core does \(<html><body>It works.*NOT_JSON; text\/html/,
    ],
    [
      "other JSON",
      () => ({ status: 200, body: '{"status":"ok"}' }),
      /answers HTTP 200, but not as a core does .*"outcome" must be one of DONE, REFUSED, REVERSED, UNKNOWN, it is missing/,
    ],
    [
      "a clock that is ahead",
      () => ({ status: 401, body: "", headers: { Date: new Date(Date.now() + 1_200_000).toUTCString() } }),
      /HTTP 401 .*\(no body\): its clock is 20 minutes ahead of this machine's/,
    ],
    ["another path", (_, answer) => ({ ...answer, status: 404 }), /HTTP 404 .*correct the path of the URL/],
    [
      "a redirect",
      () => ({ status: 302, body: "", headers: { Location: "https://core.example/login" } }),
      /redirects \(HTTP 302, https:\/\/core.example\/login\), and the gateway follows no redirect/,
    ],
    ["a fault", () => ({ status: 503, body: "busy" }), /answers HTTP 503 .*\(busy\): look at its log/],
  ])("is not checked when it answers %s to everything", async (_, change, cause) => {
    core.change = change;
    expect(await probe(subject())).toMatch(cause);
  });

  it("may leave out the call that shows an account, and is then not checked for balances", async () => {
    core.change = (operation, answer) => (operation.startsWith("customers/") ? { ...answer, status: 404 } : answer);
    const findings = await Promise.all(ACCOUNT.map((each) => checkRequirement(each, subject())));
    const detail = expect.stringMatching(/^optional, and the core has no GET .*\(HTTP 404\)/);
    expect(findings).toMatchObject([
      { outcome: "NOT_CHECKED", detail },
      { outcome: "NOT_CHECKED", detail },
    ]);
    const large = CORE_CONTRACT.find((each) => each.requirement.startsWith("an amount above 2^53"));
    if (!large) throw new Error("the requirement is gone");
    const unseen = { outcome: "NOT_CHECKED", detail: "the balance cannot be seen" };
    expect(await checkRequirement(large, subject())).toMatchObject(unseen);
  });

  it("is shown a balance that does not change, where it can be seen", async () => {
    core.change = (operation, answer) =>
      operation.startsWith("customers/")
        ? { ...answer, body: answer.body.replace(/"balance":"\d+"/, '"balance":"7"') }
        : answer;
    const found = CORE_CONTRACT.find((each) => each.requirement.startsWith(DEBIT_ONCE));
    if (!found) throw new Error("the requirement is gone");
    const seen = { ...subject(), balance: () => readBalance(subject()) };
    const detail = "the customer's balance must have changed by -1030 minor units, it has by 0";
    expect(await checkRequirement(found, seen)).toMatchObject({ outcome: "BROKEN", detail });
  });

  it("is shown an answer that does not come", async () => {
    const slow = subjectOf({ url: core.url, secret: SECRET }, customerId, "HKD", 300);
    core.holds = "refund";
    const requirement = CORE_CONTRACT.find((each) => each.requirement.startsWith(REFUND_ONCE));
    if (!requirement) throw new Error("the requirement is gone");
    const detail = "refund: there was no answer within 0.3 s";
    expect(await checkRequirement(requirement, slow)).toMatchObject({ outcome: "BROKEN", detail });
    core.holds = "inquire";
    expect(await probe(slow)).toMatch(/^From 127.0.0.1:\d+ there was no answer within 0.3 s: look whether/);
  });

  it("is not checked with a customer who cannot pay, and says what to do", async () => {
    const settings = { url: core.url, secret: SECRET };
    expect(await probe(subjectOf(settings, "stranger", "HKD"))).toMatch(
      /^The customer stranger cannot pay 1030 minor units of HKD \(CUSTOMER_UNKNOWN\): open the customer/,
    );
    expect(await probe(subjectOf(settings, customerId, "USD"))).toMatch(/\(CURRENCY_NOT_SUPPORTED\): .*--currency/);
    core.openCustomer("poor", 5_000n);
    expect(await probe(subjectOf(settings, "poor", "HKD"))).toMatch(/cannot pay 10000 .*\(BALANCE_NOT_ENOUGH\): fund/);
    expect(await probe(subject())).toBeUndefined();
  });
});

it("every rule that a requirement names is in docs/core.md", () => {
  const text = readFileSync(DOCUMENT, "utf8").replace(/\s+/g, " ");
  const lost = Object.values(RULES).filter((rule) => {
    const inText = "number" in rule ? `${rule.number}. **${rule.title}` : rule.title;
    return !text.includes(inText);
  });
  expect(lost).toEqual([]);
});
