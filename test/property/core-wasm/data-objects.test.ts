import { describe, expect, test } from "vitest";
import { parseDataObjects } from "../../../core-wasm/index.ts";
import * as twin from "../../support/twin/data-objects.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

/** A data object whose length counts characters. */
function dataObject(tag: string, value: string): string {
  return tag + String(Array.from(value).length).padStart(2, "0") + value;
}

describe("data objects are read by their tags", () => {
  test("in the order of the text, with lengths that count characters of one to four bytes", () => {
    const objects = [
      ["59", "茶餐廳 😀é"],
      ["00", "01"],
      ["26", "0002HK"],
      ["99", "x".repeat(99)],
    ] as const;
    expect([...(parseDataObjects(objects.map(([tag, value]) => dataObject(tag, value)).join("")) ?? [])]).toEqual(
      objects,
    );
  });

  test.each(["\ufeffmark", "a\0b", "\r\n", "\ufffd"])("with every character of the value: %j", (value) => {
    expect(parseDataObjects(dataObject("01", value))?.get("01")).toBe(value);
  });

  test("none in an empty text", () => {
    expect(parseDataObjects("")).toEqual(new Map());
  });
});

describe("a text is not data objects", () => {
  test.each([
    ["that ends in a tag", "0"],
    ["that ends in a length", "000"],
    ["with an empty value", "0000"],
    ["with a length of letters", "00x1a"],
    ["with a tag of letters", "x001a"],
    ["with digits of another script", "００01a"],
    ["that ends before its value does", "0002a"],
    ["that ends before its value does, in bytes enough", "0002茶"],
    ["that goes on after its last object", "0001a5"],
    ["with a tag that appears twice", "0001a0001b"],
  ])("%s", (_, text) => {
    expect(parseDataObjects(text)).toBeUndefined();
  });

  test.each(["x", "漢", "😀"])("with more than 512 characters: %s", (character) => {
    const objects = ["01", "02", "03", "04"].map((tag) => dataObject(tag, character.repeat(99)));
    const longest = [...objects, dataObject("05", character.repeat(96))].join("");
    expect([...longest]).toHaveLength(512);
    expect(parseDataObjects(longest)?.get("05")).toBe(character.repeat(96));
    expect(parseDataObjects([...objects, dataObject("05", character.repeat(97))].join(""))).toBeUndefined();
  });
});

function randomObjects(random: HostileRandom): string {
  const alphabet = random.pick(["aZ09", "01", "é漢", "a漢\ufeff"]);
  const objects = Array.from({ length: random.below(6) }, () =>
    dataObject(random.digits(2), random.text(random.between(1, 30), alphabet)),
  );
  return objects.join("");
}

test(`${INPUTS} right, nearly right and hostile texts: the core and its twin agree`, () => {
  const shown = (objects: ReadonlyMap<string, string> | undefined) => JSON.stringify(objects && [...objects]) ?? "none";
  const seen = compareWithTwin({
    count: INPUTS,
    generate: (random) => {
      const text = random.oneIn(10) ? random.hostileText() : randomObjects(random);
      return random.oneIn(3) ? random.nearMiss(text) : text;
    },
    core: (text) => shown(parseDataObjects(text)),
    twin: (text) => shown(twin.parseDataObjects(text)),
    kind: (answer) => (answer === "none" ? "none" : "some"),
  });
  expect(Math.min(seen.get("none") ?? 0, seen.get("some") ?? 0)).toBeGreaterThan(INPUTS / 10);
});
