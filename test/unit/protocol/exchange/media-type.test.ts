import { describe, expect, test } from "vitest";
import { announcesJson } from "../../../../protocol/exchange/media-type.ts";

function announced(lines: readonly [name: string, value: string][]): boolean {
  const headers = new Headers();
  for (const [name, value] of lines) headers.append(name, value);
  return announcesJson(headers);
}

const withTypes = (...types: readonly string[]) => announced(types.map((type) => ["Content-Type", type]));
const encoded = (...codings: readonly string[]) =>
  announced([
    ["Content-Type", "application/json"],
    ...codings.map((coding) => ["Content-Encoding", coding] as [string, string]),
  ]);

describe("JSON in UTF-8", () => {
  test("is what comes without a Content-Type, or with an empty one [MSG-28]", () => {
    expect(announced([])).toBe(true);
    expect(withTypes("")).toBe(true);
  });

  test.each([
    "application/json",
    "APPLICATION/JSON; Charset=Utf-8",
    "application/json;charset=utf-8;",
    "application/json ; charset = utf8",
    'application/json; charset="UTF-8"',
    "application/json; version=1",
    "application/json; charset=UTF-8; version=1",
    'application/json; profile="a,b;charset=gbk"; charset=utf8',
    'application/json; profile="\\",\\\\"',
  ])("%s, alone or repeated [MSG-28]", (type) => {
    expect(withTypes(type)).toBe(true);
    expect(withTypes("application/json", type)).toBe(true);
  });

  test.each(["utf-8", "UTF8", "identity", ""])("with Content-Encoding %j encodes nothing [MSG-28]", (coding) => {
    expect(encoded(coding)).toBe(true);
    expect(encoded("identity", coding)).toBe(true);
  });
});

describe("something else", () => {
  test.each([
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json5",
    "application/problem+json",
    "application/json; charset=GBK",
    "application/json; charset=utf-8; charset=gbk",
    'application/json; charset="utf-16"',
    'application/json; charset="utf-8',
    "application/json; charset",
    "json",
  ])("%s, alone or repeated [MSG-17]", (type) => {
    expect(withTypes(type)).toBe(false);
    expect(withTypes("application/json", type)).toBe(false);
    expect(withTypes(type, "application/json; charset=UTF-8")).toBe(false);
  });

  test.each(["gzip", "br", "identity, gzip", "utf-16"])("with Content-Encoding %s [MSG-17]", (coding) => {
    expect(encoded(coding)).toBe(false);
  });
});
