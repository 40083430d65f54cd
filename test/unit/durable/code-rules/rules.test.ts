import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CODE_RULES_LIMIT, type CodeRuleFault, compileCodeRules } from "../../../../durable/code-rules/compile.ts";
import { identifyCode } from "../../../../durable/code-rules/identify.ts";
import { URL_LIMIT_CHARACTERS } from "../../../../durable/code-rules/rules.ts";

const DECODE = { postCodeMatchActionType: "DECODE" };

function prefixRule(prefix: string, action: object = DECODE, priority?: string) {
  return { codeMatchPattern: { matchMethod: "PREFIX", prefix, priority }, postCodeMatchAction: action };
}

function regexRule(regex: string) {
  return { codeMatchPattern: { matchMethod: "REGEX", regex }, postCodeMatchAction: DECODE };
}

function emvRule(emvMatchRule: object) {
  return { codeMatchPattern: { matchMethod: "EMVCO", emvMatchRules: [emvMatchRule] }, postCodeMatchAction: DECODE };
}

function dynamicUrl(dynamicUrlExpression: string, more: object = {}) {
  return {
    postCodeMatchActionType: "OPEN_URL",
    urlConstructionMethod: "CONSTRUCT_DYNAMIC_URL",
    dynamicUrlExpression,
    ...more,
  };
}

describe("a rule that cannot be used is refused alone, and says why", () => {
  const cases: [string, unknown, CodeRuleFault][] = [
    ["no object", "PREFIX", "MALFORMED"],
    ["no pattern", { postCodeMatchAction: DECODE }, "MALFORMED"],
    ["no action", { codeMatchPattern: { matchMethod: "PREFIX", prefix: "281" } }, "MALFORMED"],
    [
      "a match method that we do not know",
      { ...prefixRule("281"), codeMatchPattern: { matchMethod: "ML" } },
      "MALFORMED",
    ],
    ["an action that we do not know", prefixRule("281", { postCodeMatchActionType: "PRINT" }), "MALFORMED"],
    ["an empty prefix, which every code starts with", prefixRule(""), "MALFORMED"],
    ["a priority that is no number", prefixRule("281", DECODE, "first"), "MALFORMED"],
    ["OPEN_URL without a construction", prefixRule("281", { postCodeMatchActionType: "OPEN_URL" }), "MALFORMED"],
    [
      "EXTRACT_URL_FROM_EMVCODE without a tag",
      prefixRule("281", { postCodeMatchActionType: "OPEN_URL", urlConstructionMethod: "EXTRACT_URL_FROM_EMVCODE" }),
      "MALFORMED",
    ],
    ["CONSTRUCT_DYNAMIC_URL with an empty expression", prefixRule("281", dynamicUrl("")), "MALFORMED"],
    [
      "an expression longer than any URL",
      prefixRule("281", dynamicUrl(`https://a.example/${"a".repeat(URL_LIMIT_CHARACTERS)}`)),
      "MALFORMED",
    ],
    [
      "a user agent that would split a header",
      prefixRule("281", dynamicUrl("https://a.example/", { userAgent: "a\r\nCookie: b" })),
      "MALFORMED",
    ],
    [
      "an expression that is not https",
      prefixRule("281", dynamicUrl("http://a.example/")),
      "EXPRESSION_WITHOUT_FIXED_HOST",
    ],
    [
      "a code that is the host",
      prefixRule("281", dynamicUrl(`https://\${codeValue}/`)),
      "EXPRESSION_WITHOUT_FIXED_HOST",
    ],
    [
      "a code that ends the host",
      prefixRule("281", dynamicUrl(`https://a.\${codeValue}/`)),
      "EXPRESSION_WITHOUT_FIXED_HOST",
    ],
    [
      "a code that is the port",
      prefixRule("281", dynamicUrl(`https://a.example:\${codeValue}/`)),
      "EXPRESSION_WITHOUT_FIXED_HOST",
    ],
    ["user information", prefixRule("281", dynamicUrl("https://b@a.example/")), "EXPRESSION_WITHOUT_FIXED_HOST"],
    ["another placeholder", prefixRule("281", dynamicUrl(`https://a.example/\${user}`)), "PLACEHOLDER_NOT_KNOWN"],
    [
      "an issuer that is not configured",
      prefixRule("281", dynamicUrl(`https://a.example/\${issuer}`)),
      "ISSUER_NOT_CONFIGURED",
    ],
    ["a regex that does not compile", regexRule("28("), "REGEX_NOT_COMPILABLE"],
    ["a regex with a back reference", regexRule("(a)\\1"), "REGEX_NOT_COMPILABLE"],
    ["a regex with a look-ahead", regexRule("(?=a)a"), "REGEX_NOT_COMPILABLE"],
    ["a regex longer than 512 characters", regexRule("a".repeat(513)), "REGEX_TOO_LONG"],
    ["a short regex with a huge program", regexRule("(?:[a-z]{100}){10}".repeat(2)), "REGEX_TOO_LARGE"],
    ["repetition beyond a thousand", regexRule("(?:a{100}){100}"), "REGEX_NOT_COMPILABLE"],
    ["an EMVCO element without a condition", emvRule({ country: "HK" }), "EMV_RULE_WITHOUT_CONDITION"],
    ["a merchant value without a tag", emvRule({ extendedMerchantValue: "S<hk.>" }), "MERCHANT_TAG_MISSING"],
    [
      "a primitive merchant without its tag",
      emvRule({ isPrimitiveMerchant: "true", "58": "HK" }),
      "MERCHANT_TAG_MISSING",
    ],
    ["a tag of three digits", emvRule({ extendedMerchantTag: "026" }), "MALFORMED"],
    ["a value pattern whose regex does not compile", emvRule({ "59": "R<(>" }), "REGEX_NOT_COMPILABLE"],
  ];
  test.each(cases)("%s", (_, rule, fault) => {
    const { rules, refused } = compileCodeRules([prefixRule("111"), rule, prefixRule("222")], undefined);
    expect(refused).toEqual([expect.objectContaining({ index: 1, fault })]);
    expect(identifyCode("1112", rules)).toEqual({ action: "DECODE" });
    expect(identifyCode("2223", rules)).toEqual({ action: "DECODE" });
    expect(identifyCode("2813", rules)).toEqual({ action: "NOT_ALIPAYPLUS" });
  });

  test("a malformed rule is refused with the place of its fault", () => {
    const { refused } = compileCodeRules([prefixRule("281", DECODE, "-1")], undefined);
    expect(refused).toEqual([{ index: 0, fault: "MALFORMED", path: "codeMatchPattern.priority" }]);
  });

  test("rules beyond the limit are refused", () => {
    const rules = Array.from({ length: CODE_RULES_LIMIT + 1 }, () => prefixRule("281"));
    const compiled = compileCodeRules(rules, undefined);
    expect(compiled.rules).toHaveLength(CODE_RULES_LIMIT);
    expect(compiled.refused).toEqual([{ index: CODE_RULES_LIMIT, fault: "TOO_MANY_RULES" }]);
  });
});

describe("a rule is read as Alipay+ writes it", () => {
  test("null, empty and unknown parameters count as left out", () => {
    const rule = {
      codeMatchPattern: {
        matchMethod: "PREFIX",
        prefix: "281",
        regex: "",
        emvMatchRules: null,
        priority: "",
        note: "x",
      },
      postCodeMatchAction: { ...DECODE, urlConstructionMethod: null, userAgent: "", dynamicUrlExpression: null },
      version: "1",
    };
    const { rules, refused } = compileCodeRules([rule], undefined);
    expect(refused).toEqual([]);
    expect(identifyCode("2810", rules)).toEqual({ action: "DECODE" });
  });

  test("whatever JSON brings, every element is either a rule or refused", () => {
    const word = fc.constantFrom(
      "PREFIX",
      "REGEX",
      "EMVCO",
      "DECODE",
      "OPEN_URL",
      "USE_DIRECTLY",
      "281",
      "(a+)+$",
      "R<[>",
    );
    const names = [
      "matchMethod",
      "prefix",
      "regex",
      "priority",
      "postCodeMatchActionType",
      "urlConstructionMethod",
      "58",
    ];
    const part = fc.dictionary(fc.constantFrom(...names, "emvMatchRules"), fc.oneof(word, fc.jsonValue()));
    const candidate = fc.oneof(fc.jsonValue(), fc.record({ codeMatchPattern: part, postCodeMatchAction: part }));
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 8 }), fc.string({ unit: "binary" }), (candidates, codeValue) => {
        const { rules, refused } = compileCodeRules(candidates, "wallet");
        expect(rules.length + refused.length).toBe(candidates.length);
        expect(["DECODE", "OPEN_URL", "NOT_ALIPAYPLUS"]).toContain(identifyCode(codeValue, rules).action);
      }),
    );
  });
});
