/** What the timeline says about an exchange, as GET /sandbox/traffic answers it; and the place in the page's URL. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Exchange, ExchangeReply, JournalEntry, Result } from "../../../../sandbox/page/app/calls/sandbox.ts";
import { type Place, placeOf, searchOf } from "../../../../sandbox/page/app/place.ts";
import { TOOLS } from "../../../../sandbox/page/app/rehearsal/tools.ts";
import { debitsOf } from "../../../../sandbox/page/app/timeline/debits.ts";
import { outcomeOf } from "../../../../sandbox/page/app/timeline/outcome.ts";

const SUCCESS = resultOf("SUCCESS", "S");
const IN_PROCESS = resultOf("PAYMENT_IN_PROCESS", "U");
const UNKNOWN = resultOf("UNKNOWN_EXCEPTION", "U");

function resultOf(resultCode: string, resultStatus: Result["resultStatus"]): Result {
  return { resultCode, resultStatus, resultMessage: `The message of ${resultCode}.` };
}

type Change = Partial<Omit<Exchange, "request" | "response">> & {
  readonly sent?: object;
  readonly answered?: object;
  readonly request?: Partial<Exchange["request"]>;
  readonly response?: Partial<Exchange["response"]>;
};

function replyOf(result: Result, change: Change): ExchangeReply {
  const { sent = {}, answered = {}, request, response, ...others } = change;
  const exchange: Exchange = {
    from: "Alipay+",
    to: "MPP",
    interface: "pay",
    time: "2026-01-15T12:00:00+08:00",
    tookMs: 5,
    ...others,
    request: { method: "POST", path: "/", headers: {}, body: JSON.stringify(sent), ...request },
    response: { httpStatus: 200, headers: {}, body: JSON.stringify(answered), verified: true, ...response },
  };
  return { exchange, result };
}

/** An exchange of which no answer came. */
function unanswered(): ExchangeReply {
  const { exchange } = replyOf(UNKNOWN, {});
  const response = { headers: {}, body: "", verified: false, verificationFault: "NO_ANSWER" };
  return { exchange: { ...exchange, response }, result: UNKNOWN };
}

const marksOf = (reply: ExchangeReply) => outcomeOf(reply).marks.map(({ kind, text }) => `${kind} ${text}`);

describe("the marks of an exchange", () => {
  const unsigned = { verified: false, verificationFault: "SIGNATURE_MISSING" };

  test.each([
    ["a pay that succeeded", replyOf(SUCCESS, {}), ["S SUCCESS"]],
    [
      "an inquiry about a payment in process",
      replyOf(SUCCESS, { interface: "inquiryPayment", answered: { result: SUCCESS, paymentResult: IN_PROCESS } }),
      ["U PAYMENT_IN_PROCESS"],
    ],
    [
      "an inquiry of the older interface",
      replyOf(SUCCESS, {
        interface: "inquiryPayment",
        answered: { result: SUCCESS, paymentStatus: "FAIL", paymentResultCode: "RISK_REJECT" },
      }),
      ["F RISK_REJECT"],
    ],
    [
      "an inquiry that was refused itself",
      replyOf(resultOf("ORDER_NOT_EXIST", "F"), { interface: "inquiryPayment" }),
      ["F ORDER_NOT_EXIST"],
    ],
    [
      "a notification of a failure, acknowledged",
      replyOf(SUCCESS, { interface: "notifyPayment", sent: { paymentResult: resultOf("RISK_REJECT", "F") } }),
      ["F RISK_REJECT"],
    ],
    [
      "a notification of a success, not acknowledged",
      replyOf(UNKNOWN, { interface: "notifyPayment", sent: { paymentResult: SUCCESS } }),
      ["S SUCCESS", "U UNKNOWN_EXCEPTION"],
    ],
    [
      "a signature that the wallet refuses",
      replyOf(UNKNOWN, { answered: { result: resultOf("INVALID_SIGNATURE", "F") }, response: unsigned }),
      ["F INVALID_SIGNATURE"],
    ],
    [
      "an unsigned success",
      replyOf(UNKNOWN, { answered: { result: SUCCESS }, response: unsigned }),
      ["F not signed", "U UNKNOWN_EXCEPTION"],
    ],
    [
      "an answer that does not verify",
      replyOf(UNKNOWN, { response: { verified: false, verificationFault: "SIGNATURE_INVALID" } }),
      ["F not verified", "U UNKNOWN_EXCEPTION"],
    ],
    [
      "a request that does not verify",
      replyOf(resultOf("INVALID_SIGNATURE", "F"), {
        request: { verified: false, verificationFault: "SIGNATURE_INVALID" },
        response: {},
      }),
      ["F not verified", "F INVALID_SIGNATURE"],
    ],
    ["no answer", unanswered(), ["F no answer", "U UNKNOWN_EXCEPTION"]],
    [
      "HTTP 500",
      replyOf(UNKNOWN, { response: { ...unsigned, httpStatus: 500, body: "" } }),
      ["F HTTP 500", "U UNKNOWN_EXCEPTION"],
    ],
    [
      "an answer that a fault has replaced",
      replyOf(IN_PROCESS, { response: { verified: false, verificationFault: "REPLACED_BY_FAULT" } }),
      ["U PAYMENT_IN_PROCESS"],
    ],
    [
      "a body that was cut",
      replyOf(SUCCESS, { interface: "inquiryPayment", response: { body: '{"pay' } }),
      ["S SUCCESS"],
    ],
  ] as const)("of %s", (_, reply, marks) => {
    expect(marksOf(reply)).toEqual(marks);
  });
});

describe("the debit of a scanned order", () => {
  const entry: JournalEntry = {
    kind: "DEBIT",
    paymentId: "wallet-1",
    time: "2026-01-15T12:00:00+08:00",
    currency: "HKD",
    legs: [
      { account: "customer", amount: "-5200" },
      { account: "alipayplus-payable", amount: "5200" },
    ],
  };
  const about = { sent: { paymentRequestId: "alipayplus-1" } };
  const report = replyOf(SUCCESS, {
    sent: { ...about.sent, paymentId: "wallet-1" },
    from: "MPP",
    to: "Alipay+",
    interface: "notifyPayment",
  });
  const pay = replyOf(SUCCESS, about);

  test("belongs to the first report of the wallet", () => {
    const exchanges = [
      { ...report, key: "again" },
      { ...report, key: "first" },
    ];
    expect([...debitsOf(exchanges, [entry])]).toEqual([["first", { currency: "HKD", value: "-5200" }]]);
  });

  test("is not shown a second time where the pay has shown it, nor for an entry that is no debit", () => {
    const exchanges = [
      { ...report, key: "report" },
      { ...pay, key: "pay" },
    ];
    expect(debitsOf(exchanges, [entry]).size).toBe(0);
    expect(debitsOf(exchanges.slice(0, 1), [{ ...entry, kind: "REFUND" }]).size).toBe(0);
  });
});

describe("the place in the URL", () => {
  const text = fc.string({ minLength: 1, unit: "binary" }).filter((each) => each.isWellFormed());
  const place: fc.Arbitrary<Place> = fc.record({
    customer: fc.option(text, { nil: undefined }),
    payment: fc.option(text, { nil: undefined }),
    preparedId: fc.option(text, { nil: undefined }),
    messages: fc.array(text),
    tool: fc.option(fc.constantFrom(...TOOLS.map(([name]) => name)), { nil: undefined }),
  });

  test("is read as it was written", () => {
    fc.assert(
      fc.property(place, (written) => {
        expect(placeOf(searchOf(written))).toEqual(written);
      }),
    );
  });

  test("is nothing for the first view, and ignores what the page does not know", () => {
    expect(searchOf(placeOf(""))).toBe("");
    expect(searchOf(placeOf("?customer=&panel=kitchen&other=1"))).toBe("");
  });
});
