import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CodeRules, compileCodeRules } from "../../../../durable/code-rules/compile.ts";
import { identifyCode } from "../../../../durable/code-rules/identify.ts";
import { compileRegex, REGEX_CACHE_LIMIT } from "../../../../durable/code-rules/regex.ts";

const DECODE = { postCodeMatchActionType: "DECODE" };
const USE_DIRECTLY = {
  postCodeMatchActionType: "OPEN_URL",
  urlConstructionMethod: "USE_DIRECTLY",
  userAgent: "Acquirer/1",
};
const NOT_ALIPAYPLUS = { action: "NOT_ALIPAYPLUS" };

function dynamicUrl(dynamicUrlExpression: string) {
  return {
    postCodeMatchActionType: "OPEN_URL",
    urlConstructionMethod: "CONSTRUCT_DYNAMIC_URL",
    dynamicUrlExpression,
    userAgent: "Acquirer/1",
  };
}

function prefixRule(prefix: string, action: object = DECODE, priority?: string) {
  return { codeMatchPattern: { matchMethod: "PREFIX", prefix, priority }, postCodeMatchAction: action };
}

function regexRule(regex: string, action: object = DECODE, priority?: string) {
  return { codeMatchPattern: { matchMethod: "REGEX", regex, priority }, postCodeMatchAction: action };
}

/** Rules that are all usable. */
function rulesOf(...rules: readonly unknown[]): CodeRules {
  const compiled = compileCodeRules(rules, "wallet & co");
  expect(compiled.refused).toEqual([]);
  return compiled.rules;
}

function opens(url: string) {
  return { action: "OPEN_URL", url, userAgent: "Acquirer/1" };
}

describe("PREFIX: a case-insensitive starts-with", () => {
  test.each([
    ["https://qr.example.com/", "HTTPS://QR.Example.COM/281", true],
    ["HTTPS://QR.EXAMPLE.COM/", "https://qr.example.com/", true],
    ["281", "2810", true],
    ["281", "0281", false],
    ["281", "28", false],
    ["i", "\u0130", false],
    ["STRASSE", "straße", false],
  ])("%s against %s: %s", (prefix, codeValue, applies) => {
    expect(identifyCode(codeValue, rulesOf(prefixRule(prefix)))).toEqual(
      applies ? { action: "DECODE" } : NOT_ALIPAYPLUS,
    );
  });

  test("a code starts with each of its beginnings, in any case [RUL-03]", () => {
    const ascii = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(ascii, ascii, fc.boolean(), (prefix, rest, upper) => {
        const codeValue = (upper ? prefix.toUpperCase() : prefix.toLowerCase()) + rest;
        expect(identifyCode(codeValue, rulesOf(prefixRule(prefix)))).toEqual({ action: "DECODE" });
      }),
    );
  });
});

describe("REGEX: a full match in linear time", () => {
  test.each([
    ["28[0-9]{16}", "280123456789012345", true],
    ["28[0-9]{16}", "2801234567890123456", false],
    ["28[0-9]{16}", "x280123456789012345", false],
    ["a|ab", "ab", true],
    ["^281.*$", "281", true],
    ["abc", "ABC", false],
    ["(?i)abc", "ABC", true],
    ["https://[^/]+/m/.+", "https://pay.example.com/m/1", true],
    ["281\\p{Han}", "281漢", true],
    ["281.", "281😀", true],
    ["281.", "281\n", false],
  ])("%s against %s: %s", (regex, codeValue, applies) => {
    expect(identifyCode(codeValue, rulesOf(regexRule(regex)))).toEqual(applies ? { action: "DECODE" } : NOT_ALIPAYPLUS);
  });

  // A backtracking engine needs about 2^511 steps for the first of these.
  test.each(["(a+)+$", "(a|a)*b", "(a|aa)+c", "(.*)*x", "(?:.*a){200}", "(?:a?){400}a{90}!"])(
    "a catastrophic expression is answered: %s",
    (regex) => {
      expect(identifyCode(`${"a".repeat(511)}b!`.slice(1), rulesOf(regexRule(regex)))).toEqual(NOT_ALIPAYPLUS);
    },
  );

  test("(a+)+$ still matches what it means", () => {
    expect(identifyCode("a".repeat(512), rulesOf(regexRule("(a+)+$")))).toEqual({ action: "DECODE" });
  });

  test("for expressions that cannot be catastrophic it agrees with the language's own engine [RUL-03]", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "[ab]",
      "[^a]",
      "a?",
      "b*",
      "(?:ab)+",
      "a{2}",
      ".",
      "(?:a|b)",
      "\\d",
      "^",
      "$",
      "\\b",
    );
    const regex = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
    const codeValue = fc.string({ unit: fc.constantFrom("a", "b", "1", "c"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(regex, codeValue, (regex, codeValue) => {
        const expected = new RegExp(`^(?:${regex})$`, "u").test(codeValue);
        expect(identifyCode(codeValue, rulesOf(regexRule(regex))).action === "DECODE").toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("whatever is given for an expression, it compiles or is refused with a reason", () => {
    const faults = ["REGEX_TOO_LONG", "REGEX_NOT_COMPILABLE", "REGEX_TOO_LARGE"];
    const piece = fc.constantFrom(..."()[]{}|*+?^$.\\-,:<=!PQEdpbk0919ai\u{1f600}");
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(piece, fc.string()), maxLength: 40 }), (regex) => {
        const result = compileRegex(regex);
        expect(typeof result === "string" ? faults.includes(result) : typeof result("a") === "boolean").toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("an expression is compiled once while it is kept, and the oldest goes first", () => {
    const first = compileRegex("cache-0");
    expect(compileRegex("cache-0")).toBe(first);
    for (let index = 1; index <= REGEX_CACHE_LIMIT; index++) compileRegex(`cache-${index}`);
    const newest = compileRegex(`cache-${REGEX_CACHE_LIMIT}`);
    expect(compileRegex(`cache-${REGEX_CACHE_LIMIT}`)).toBe(newest);
    expect(compileRegex("cache-0")).not.toBe(first);
  });
});

describe("all rules are tried; the lowest priority number wins, the first on a tie", () => {
  const url = (name: string) => dynamicUrl(`https://${name}.example/`);

  test("the lowest number wins wherever it stands [RUL-05]", () => {
    const rules = rulesOf(
      prefixRule("2", url("ten"), "10"),
      prefixRule("28", url("nine"), "9"),
      regexRule("2.*", url("hundred"), "100"),
    );
    expect(identifyCode("281", rules)).toEqual(opens("https://nine.example/"));
    expect(identifyCode("291", rules)).toEqual(opens("https://ten.example/"));
  });

  test("a missing priority is 10000 [RUL-05]", () => {
    const missing = prefixRule("2", url("missing"));
    expect(identifyCode("2", rulesOf(missing, prefixRule("2", url("given"), "9999")))).toEqual(
      opens("https://given.example/"),
    );
    expect(identifyCode("2", rulesOf(prefixRule("2", url("given"), "10001"), missing))).toEqual(
      opens("https://missing.example/"),
    );
    expect(identifyCode("2", rulesOf(missing, prefixRule("2", url("given"), "10000")))).toEqual(
      opens("https://missing.example/"),
    );
    expect(identifyCode("2", rulesOf(prefixRule("2", url("given"), "10000"), missing))).toEqual(
      opens("https://given.example/"),
    );
  });

  test("any priorities: the winner is the first of those with the lowest number", () => {
    const priority = fc.option(fc.integer({ min: 9_997, max: 10_003 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(priority, { minLength: 1, maxLength: 12 }), (priorities) => {
        const numbers = priorities.map((value) => value ?? 10_000);
        const winner = numbers.indexOf(Math.min(...numbers));
        const rules = rulesOf(
          ...priorities.map((value, index) => prefixRule("2", url(`r${index}`), value?.toString())),
        );
        expect(identifyCode("2", rules)).toEqual(opens(`https://r${winner}.example/`));
      }),
    );
  });

  test("a rule that can make no URL does not apply, and the next one does", () => {
    const rules = rulesOf(prefixRule("281", USE_DIRECTLY, "1"), prefixRule("281", DECODE, "2"));
    expect(identifyCode("2810", rules)).toEqual({ action: "DECODE" });
  });
});

describe("USE_DIRECTLY opens the code, when it is an https URL", () => {
  const rules = rulesOf(regexRule("(?s).*", USE_DIRECTLY));

  test.each(["https://pay.example.com/m/12?table=7#a", "HTTPS://PAY.EXAMPLE.COM", "https://pay.example.com:8443/m"])(
    "%s",
    (url) => {
      expect(identifyCode(url, rules)).toEqual(opens(url));
    },
  );

  test.each([
    "http://pay.example.com/",
    "javascript:alert(1)",
    "https://",
    "https://user@pay.example.com/",
    "https://pay.example.com\\@other.example/",
    "https://pay.example.com/a b",
    "https://pay.example.com/\n",
    "https://p\u0430y.example.com/",
    "https://pay.example.com:99999/",
  ])("not %j", (codeValue) => {
    expect(identifyCode(codeValue, rules)).toEqual(NOT_ALIPAYPLUS);
  });

  test("without a user agent in the rule there is none in the answer", () => {
    const bare = rulesOf(prefixRule("https:", { ...USE_DIRECTLY, userAgent: undefined }));
    expect(identifyCode("https://a.example/", bare)).toEqual({
      action: "OPEN_URL",
      url: "https://a.example/",
      userAgent: undefined,
    });
  });
});

describe("CONSTRUCT_DYNAMIC_URL fills in code and issuer, percent-encoded", () => {
  test("each placeholder, wherever and however often it stands [RUL-06]", () => {
    const rules = rulesOf(prefixRule("2", dynamicUrl(`https://a.example/\${issuer}?c=\${codeValue}&d=\${codeValue}`)));
    expect(identifyCode(`2/ä&\${issuer}$&`, rules)).toEqual(
      opens(
        "https://a.example/wallet%20%26%20co?c=2%2F%C3%A4%26%24%7Bissuer%7D%24%26&d=2%2F%C3%A4%26%24%7Bissuer%7D%24%26",
      ),
    );
  });

  test("whatever is scanned, host and path stay the rule's and the code can be read back", () => {
    const rules = rulesOf(regexRule("(?s).*", dynamicUrl(`https://a.example/m?code=\${codeValue}&from=1`)));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), (codeValue) => {
        const identified = identifyCode(codeValue, rules);
        if (identified.action !== "OPEN_URL") throw new Error("every code matches");
        const url = new URL(identified.url);
        expect([url.origin, url.pathname, url.hash]).toEqual(["https://a.example", "/m", ""]);
        expect([...url.searchParams]).toEqual([
          ["code", codeValue],
          ["from", "1"],
        ]);
      }),
    );
  });

  test("a URL of 2048 characters is opened, a longer one is not", () => {
    const start = "https://a.example/";
    const rules = rulesOf(prefixRule("2", dynamicUrl(`${start}${"p".repeat(2048 - start.length - 100)}\${codeValue}`)));
    expect(identifyCode("2".repeat(100), rules)).toMatchObject({ action: "OPEN_URL" });
    expect(identifyCode("2".repeat(101), rules)).toEqual(NOT_ALIPAYPLUS);
  });
});

describe("what no rule can be about is not a code of Alipay+", () => {
  const rules = rulesOf(regexRule("(?s).*"));

  test("512 characters are looked at", () => {
    expect(identifyCode("漢".repeat(512), rules)).toEqual({ action: "DECODE" });
  });

  test.each([
    ["nothing", ""],
    ["513 characters", "2".repeat(513)],
    ["half a surrogate pair", "281\ud83d"],
  ])("%s", (_, codeValue) => {
    expect(identifyCode(codeValue, rules)).toEqual(NOT_ALIPAYPLUS);
  });

  test("without rules every code is another's", () => {
    expect(identifyCode("https://a.example/", [])).toEqual(NOT_ALIPAYPLUS);
  });
});
