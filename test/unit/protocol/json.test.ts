import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonBody, parseJsonBody } from "../../../protocol/json.ts";

function parse(text: string): JsonBody {
  return parseJsonBody(new TextEncoder().encode(text));
}

function expectRead(text: string, value: unknown): void {
  expect(parse(text)).toEqual({ ok: true, value, text });
}

/** An object inside arrays: `depth` levels in all. */
function nested(depth: number): string {
  return `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
}

describe("a body is one JSON object in UTF-8", () => {
  test("a pay request is read as it is written", () => {
    const body = {
      paymentRequestId: "2020010112345",
      paymentAmount: { currency: "JPY", value: "100" },
      order: { goods: [{ goodsName: '\u00fcber \u{1f354} "x" \\' }, {}], extendInfo: null },
      passThroughInfo: '{"nested":"json","a\\"b":[1,2]}',
    };
    expectRead(JSON.stringify(body, null, "\t"), body);
  });

  test.each([
    ["a byte that begins nothing", [0x22, 0xff, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a code point beyond U+10FFFF", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ["a sequence that is cut off", [0x22, 0xe2, 0x82]],
  ])("%s is not UTF-8, and the next body is read all the same", (_what, bytes) => {
    expect(parseJsonBody(new Uint8Array(bytes))).toEqual({ ok: false, reason: "NOT_UTF8" });
    expectRead("{}", {});
  });

  test.each([
    ["nothing", ""],
    ["a byte order mark", "\ufeff{}"],
    ["an open string", '{"a":"b'],
    ["an escaped last quote", '{"a":"b\\"}'],
    ["an open object", '{"a":"b"'],
    ["a trailing comma", '{"a":"b",}'],
    ["single quotes", "{'a':'b'}"],
    ["a comment", '{"a":"b"}//'],
    ["two values", "{}{}"],
    ["a raw line feed in a string", '{"a":"\n"}'],
    ["brackets that do not match", '{"a":[}]'],
    ["a form", "paymentRequestId=1&a=b"],
    ["NaN", '{"a":NaN}'],
    ["a leading zero", '{"a":01}'],
    ["a plus sign", '{"a":+1}'],
  ])("%s is not JSON", (_what, text) => {
    expect(parse(text)).toEqual({ ok: false, reason: "NOT_JSON" });
  });

  test.each(["[]", '"a"', "null", "12", "true", '[{"a":"b"}]'])("%s is not an object", (text) => {
    expect(parse(text)).toEqual({ ok: false, reason: "NOT_AN_OBJECT" });
  });

  test("whatever JSON.parse refuses is refused, whatever it accepts is an object read or another reason", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      '"a"',
      '"b"',
      "\\",
      '\\"',
      " ",
      "1",
      "-",
      "true",
      "n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const body = parse(text);
        if (!body.ok && body.reason === "ESCAPED_KEY") return; // Refused before it is known whether it is JSON.
        expect(!body.ok && body.reason === "NOT_JSON").toBe(!isJson);
      }),
      { numRuns: 5000 },
    );
  });

  test("every object of strings and nulls is read as JSON.parse reads it", () => {
    const scalar = fc.oneof(fc.string({ unit: "binary" }), fc.constant(null));
    const key = fc.string().filter((text) => !JSON.stringify(text).includes("\\"));
    const tree = fc.dictionary(key, fc.oneof(scalar, fc.array(fc.oneof(scalar, fc.dictionary(key, scalar)))));
    fc.assert(
      fc.property(tree, fc.constantFrom("", " ", "\r\n\t"), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expectRead(text, JSON.parse(text));
      }),
    );
  });
});

describe("a body has limits", () => {
  test("16 levels are read, 17 are too deep", () => {
    expect(parse(nested(16)).ok).toBe(true);
    expect(parse(nested(17))).toEqual({ ok: false, reason: "TOO_DEEP" });
  });

  test("100,000 open brackets are too deep, in arrays and in objects", () => {
    expect(parse("[".repeat(100_000))).toEqual({ ok: false, reason: "TOO_DEEP" });
    expect(parse('{"a":'.repeat(100_000))).toEqual({ ok: false, reason: "TOO_DEEP" });
  });

  test("brackets in a string are text", () => {
    const value = { a: `\\"${"[{".repeat(1000)}` };
    expectRead(JSON.stringify(value), value);
  });

  test("32,768 members and elements are read, one more is too many", () => {
    const elements = (count: number): string => JSON.stringify({ a: new Array(count).fill("x") });
    expect(parse(elements(32_767)).ok).toBe(true);
    expect(parse(elements(32_768))).toEqual({ ok: false, reason: "TOO_MANY_VALUES" });
    const members = Object.fromEntries(Array.from({ length: 32_769 }, (_, index) => [`k${index}`, null]));
    expect(parse(JSON.stringify(members))).toEqual({ ok: false, reason: "TOO_MANY_VALUES" });
  });

  test("every kind of value counts once", () => {
    const element = '1,true,null,"x",{},[]';
    expect(parse(`{"a":[${new Array(5_461).fill(element).join(",")},1]}`).ok).toBe(true);
    expect(parse(`{"a":[${new Array(5_461).fill(element).join(",")},1,1]}`)).toEqual({
      ok: false,
      reason: "TOO_MANY_VALUES",
    });
  });
});

describe("a key stands once in an object", () => {
  test.each([
    ["plainly", '{"a":"1","b":"2","a":"3"}', "a"],
    ["deeper", '{"x":[{"amount":{"value":"1","currency":"JPY","value":"1"}}]}', "value"],
    ["with spaces", '{"a" : "1",\n"a"\t: "1"}', "a"],
    ["empty", '{"":"1","":"2"}', ""],
    ["as a prototype", '{"__proto__":"1","__proto__":"2"}', "__proto__"],
  ])("%s twice is refused by name", (_how, text, key) => {
    expect(parse(text)).toEqual({ ok: false, reason: "DUPLICATE_KEY", key });
  });

  test.each([
    ["in two objects", '{"x":{"a":"1"},"y":{"a":"2"}}'],
    ["in an object and the one around it", '{"a":{"a":"1"}}'],
    ["after an inner object has closed", '{"x":{"b":"1"},"b":"2"}'],
    ["in the objects of an array", '{"x":[{"a":"1"},{"a":"2"}]}'],
    ["as a key and as a value", '{"a":"a","b":["a","a"]}'],
    ["in another case", '{"a":"1","A":"2"}'],
  ])("%s it is not a duplicate", (_where, text) => {
    expectRead(text, JSON.parse(text));
  });

  test("a long key is named by its first 64 characters", () => {
    const text = `{"${"k".repeat(100)}":"1","${"k".repeat(100)}":"2"}`;
    expect(parse(text)).toEqual({ ok: false, reason: "DUPLICATE_KEY", key: "k".repeat(64) });
  });

  test("__proto__ is a member like any other and changes no prototype", () => {
    for (const text of ['{"__proto__":{"admin":"true"}}', '{"__proto__":{"admin":true}}']) {
      const body = parse(text);
      expect(body.ok && Object.getPrototypeOf(body.value)).toBe(Object.prototype);
      expect(body.ok && Object.hasOwn(body.value, "__proto__")).toBe(true);
      expect(body.ok && body.value.admin).toBeUndefined();
    }
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });
});

describe("a key has no backslash", () => {
  test.each([
    ["an escaped letter", '{"\\u0061":"1"}', "\\u0061"],
    ["an escaped backslash", '{"\\\\u0061":"1","a":"2"}', "\\\\u0061"],
    ["an escaped quote", '{"a\\"":"1"}', 'a\\"'],
    ["an escaped slash", '{"a\\/b":"1"}', "a\\/b"],
    ["an escape that JSON has not", '{"\\x":"1"}', "\\x"],
    ["an escape deep inside", '{"a":[{"b":{"\\n" : null}}]}', "\\n"],
    ["an escape beside a number", '{"a":1,"\\u0062":2}', "\\u0062"],
    ["an escape, and one key twice", '{"a":1,"a":2,"\\u0062":2,"\\n":3}', "\\u0062"],
    ["an escape in a long key", `{"\\n${"k".repeat(100)}":"1"}`, `\\n${"k".repeat(62)}`],
  ])("%s is refused by name", (_what, text, key) => {
    expect(parse(text)).toEqual({ ok: false, reason: "ESCAPED_KEY", key });
  });

  test("in a string that is no key it is text, before a colon inside it, too", () => {
    expectRead('{"a":"\\u0061","b":"\\\\\\":1","c":["\\n"]}', { a: "a", b: '\\":1', c: ["\n"] });
  });

  test("so one message cannot change how the next is read", () => {
    const escapes = ["\\\\\\\\", "\\\\", "\\u0061", "\\n", '\\"'];
    for (const first of escapes) {
      for (const next of [...escapes, "a", "b", "n"]) {
        parse(`{"x":"1","${first}":"1"}`);
        const text = `{"x":"1","${next}":"1"}`;
        const body = parse(text);
        expect(body.ok ? Object.keys(body.value) : body.reason).toEqual(
          next.includes("\\") ? "ESCAPED_KEY" : ["x", next],
        );
      }
    }
  });
});

describe("a number or boolean of one exact meaning reads as the text that was written", () => {
  test.each([
    ["100", "100"],
    ["0", "0"],
    ["-5", "-5"],
    ["9007199254740991", "9007199254740991"],
    ["-9007199254740991", "-9007199254740991"],
    ["true", "true"],
    ["false", "false"],
    ["8.5614", "8.5614"],
    ["0.5", "0.5"],
    ["-1.50", "-1.50"],
    ["0.12345678901234567890123456789", "0.12345678901234567890123456789"],
  ])("%s [MSG-08]", (written, read) => {
    expectRead(`{"a":${written}}`, { a: read });
    expectRead(`{"a":["x", ${written} ,null]}`, { a: ["x", read, null] });
  });

  test.each(["1e2", "1E2", "1.5e0", "-0", "9007199254740992", "9007199254740993", "-9007199254740992", "1e400"])(
    "%s stays a number, which no string schema accepts",
    (written) => {
      const body = parse(`{"a":${written}}`);
      expect(body.ok && typeof body.value.a).toBe("number");
    },
  );

  test("numbers and booleans inside a string are text", () => {
    expectRead('{"a":"1.0 true","b":"-0"}', { a: "1.0 true", b: "-0" });
  });
});
