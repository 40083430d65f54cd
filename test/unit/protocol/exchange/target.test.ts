import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { targetBeforeParsing, targetOf } from "../../../../protocol/exchange/target.ts";

const PATH = "/aps/api/v1/payments/pay";

/** The target as the runtime hands it over. */
function parsed(query: string): string {
  return targetOf(new Request(`https://gateway.test${PATH}?${query}`).url).target;
}

/** What a query may contain without an escape: RFC 3986 section 3.4. */
const QUERY_CHARACTERS = [..."abcXYZ0189-._~!$&'()*+,;=:@/?"];

describe("the URL parser", () => {
  test("rewrites no character that a query may contain but the apostrophe", () => {
    expect(QUERY_CHARACTERS.filter((character) => parsed(character) !== `${PATH}?${character}`)).toEqual(["'"]);
  });

  test("rewrites of the others in ASCII quotation mark and angle brackets", () => {
    const others = Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x21 + index)).filter(
      (character) => !QUERY_CHARACTERS.includes(character) && character !== "#",
    );
    expect(others.filter((character) => parsed(character) !== `${PATH}?${character}`)).toEqual(['"', "<", ">"]);
  });
});

describe("the target before parsing", () => {
  test("is what a client wrote that leaves all of a query as it may be, or escapes what must be", () => {
    const escaped = fc.constantFrom("%22", "%3C", "%20", "%e6", "%25");
    const pieces = fc.array(fc.oneof(fc.constantFrom(...QUERY_CHARACTERS), escaped), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (written) => {
        const query = written.join("");
        const target = parsed(query);
        const signed = `${PATH}?${query}`;
        expect(query.includes("'") ? targetBeforeParsing(target) : target).toBe(signed);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is what a client wrote that escapes nothing", () => {
    expect(targetBeforeParsing(parsed('x={"a":"<b>"}'))).toBe(`${PATH}?x={"a":"<b>"}`);
  });

  test.each([PATH, `${PATH}?`, `${PATH}?x=1`, `${PATH}?x=%2f%3c`, "/a%27b", "/a%22?x=1"])(
    "is none where the parser has written nothing: %s",
    (target) => {
      expect(targetBeforeParsing(target)).toBeUndefined();
    },
  );
});
