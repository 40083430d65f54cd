/**
 * Bodies that are no message: each is refused with PARAM_ILLEGAL, signed, and changes nothing.
 * docs/spec/messages.md#parameters.
 */
import { describe, expect, it } from "vitest";
import { balanceOf, inquire, type Json, openCustomer, pay, payMessage, send } from "../../support/alipayplus.ts";

const encoder = new TextEncoder();

/** The message as text, with one place changed. */
function changed(message: Json, place: string | RegExp, replacement: string): string {
  const text = JSON.stringify(message);
  const other = text.replace(place, replacement);
  expect(other).not.toBe(text);
  return other;
}

function bytesOf(before: string, bytes: readonly number[], after: string): Uint8Array {
  return new Uint8Array([...encoder.encode(before), ...bytes, ...encoder.encode(after)]);
}

/** The message with bytes in the middle of a text that UTF-8 does not know. */
function withBytes(message: Json, bytes: readonly number[]): Uint8Array {
  const [before = "", after = ""] = JSON.stringify(message).split("SHOES");
  return bytesOf(`${before}SH`, bytes, `ES${after}`);
}

const bodies: readonly [string, string, (message: Json) => string | Uint8Array][] = [
  ["of no bytes", "body", () => ""],
  ["that is cut off in an object", "body", (message) => JSON.stringify(message).slice(0, -1)],
  ["that is cut off in a string", "body", (message) => JSON.stringify(message).slice(0, -30)],
  ["with something behind the object", "body", (message) => `${JSON.stringify(message)}{}`],
  ["with a byte order mark", "body", (message) => bytesOf("", [0xef, 0xbb, 0xbf], JSON.stringify(message))],
  [
    "in UTF-16",
    "body",
    (message) => new Uint8Array(Uint16Array.from(JSON.stringify(message), (c) => c.charCodeAt(0)).buffer),
  ],
  ["with a byte that UTF-8 never has", "body", (message) => withBytes(message, [0xff])],
  ["with an overlong sequence", "body", (message) => withBytes(message, [0xc0, 0xaf])],
  ["with a surrogate in UTF-8", "body", (message) => withBytes(message, [0xed, 0xa0, 0x80])],
  ["with a cut-off sequence", "body", (message) => withBytes(message, [0xe9, 0x9e])],
  ["with GBK text", "body", (message) => withBytes(message, [0xd6, 0xd0, 0xce, 0xc4])],
  ["with a raw line feed in a string", "body", (message) => changed(message, "SHOES", "SH\nES")],
  ["with a comma too many", "body", (message) => changed(message, /}$/, ",}")],
  ["with a comment", "body", (message) => changed(message, "{", "{/**/")],
  ["with single quotes", "body", (message) => JSON.stringify(message).replaceAll('"', "'")],
  ["with NaN", "body", (message) => changed(message, '"1000"', "NaN")],
  ["with a number that starts with zero", "body", (message) => changed(message, '"1000"', "01000")],
  ["that is a list", "body", (message) => JSON.stringify([message])],
  ["that is a string", "body", (message) => JSON.stringify(JSON.stringify(message))],
  ["that is null", "body", () => "null"],
  ["of 100,000 brackets", "body", () => "[".repeat(100_000)],
  [
    "with 50,000 lists in each other in a parameter that is not known",
    "body",
    (message) => changed(message, "{", `{"unknown":${"[".repeat(50_000)}${"]".repeat(50_000)},`),
  ],
  [
    "with 40,000 values in a parameter that is not known",
    "body",
    (message) => changed(message, "{", `{"unknown":[${"0,".repeat(39_999)}0],`),
  ],
  [
    "with a parameter twice",
    "paymentRequestId",
    (message) => changed(message, "{", `{"paymentRequestId":"${message.paymentRequestId}",`),
  ],
  [
    "with a parameter twice, once in escapes",
    "payment\\u0052equestI\\u0064",
    (message) => changed(message, "{", `{"payment\\u0052equestI\\u0064":"${message.paymentRequestId}",`),
  ],
  [
    "with the amount's value twice",
    "value",
    (message) => changed(message, '"paymentAmount":{', '"paymentAmount":{"value":"1",'),
  ],
  [
    "with the amount's value twice, once in escapes",
    "\\u0076alue",
    (message) => changed(message, '"payToAmount":{', '"payToAmount":{"\\u0076alue":"1",'),
  ],
  [
    "with a parameter twice that is not known",
    "unknown",
    (message) => changed(message, "{", '{"unknown":1,"unknown":1,'),
  ],
];

describe("a body", () => {
  it.each(bodies)(
    "%s is refused and %s named, signed, and nothing is changed [MSG-13]",
    async (_fault, name, write) => {
      const customerId = await openCustomer();
      const message = payMessage(customerId);
      const reply = await send("/payments/pay", write(message));
      expect(reply).toMatchObject({ status: 200, code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
      expect(reply.message).toContain(`Illegal parameter ${name}: `);
      expect(Object.keys(reply.body)).toEqual(["result"]);
      expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
      expect(await balanceOf(customerId)).toBe(100_000n);
      expect((await pay(message)).code).toBe("SUCCESS");
    },
  );

  it.each([
    "/payments/inquiryPayment",
    "/payments/cancelPayment",
    "/payments/refund",
    "/disputes/responseRetrieval",
    "/disputes/responseEscalation",
    "/merchants/registration",
  ])("of %s is read as strictly", async (path) => {
    const twice = '{"paymentRequestId":"1","paymentRequestId":"2","acquirerId":"1","pspId":"1"}';
    for (const body of ["{", "[]", twice]) {
      expect(await send(path, body)).toMatchObject({ code: "PARAM_ILLEGAL", verified: true });
    }
  });

  it("cannot reach the prototype of objects", async () => {
    const customerId = await openCustomer({ balance: 0n });
    const polluted = payMessage(customerId);
    for (const key of ["__proto__", "constructor", "prototype"]) {
      const text = changed(polluted, "{", `{"${key}":{"isPaymentEvaluation":"true","paymentAmount":null},`);
      expect((await send("/payments/pay", text)).code).toBe("USER_BALANCE_NOT_ENOUGH");
    }
    expect({}).not.toHaveProperty("isPaymentEvaluation");
  });
});
