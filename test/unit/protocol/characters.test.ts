import fc from "fast-check";
import { expect, test } from "vitest";
import { cutTo, hasAtMost } from "../../../protocol/characters.ts";
import { identifier, trimmedText } from "../../../protocol/parameters.ts";

/** Texts with characters of one and two UTF-16 units, and halves of pairs. */
const texts = fc.string({ unit: fc.oneof(fc.constantFrom("a", "漢", "😀", "\ud800"), fc.string({ unit: "binary" })) });

test("a text has as many characters as it has code points, whatever they take in UTF-16", () => {
  fc.assert(
    fc.property(texts, fc.nat(20), (text, limit) => {
      expect(hasAtMost(text, limit)).toBe([...text].length <= limit);
      expect(cutTo(text, limit)).toBe([...text].slice(0, limit).join(""));
    }),
    { numRuns: 2_000 },
  );
});

test.each(["a", "é", "漢", "😀"])("an id has at most 64 characters: %s [MSG-12]", (character) => {
  expect(identifier.safeParse(character.repeat(64)).success).toBe(true);
  expect(identifier.safeParse(character.repeat(65)).success).toBe(false);
});

test.each(["\n", "\r\n", " ", "\t", "\u00a0", "\ufeff", "\u3000", "\u2028", " \ufeff\r\n"])(
  "what a scanner leaves around a code is taken off before it is counted: %j [OCD-09]",
  (around) => {
    expect(trimmedText(3).parse(`${around}a b${around}`)).toBe("a b");
    expect(trimmedText(3).safeParse(around).success).toBe(false);
  },
);
