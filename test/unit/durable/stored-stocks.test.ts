/** Sheets that are filed together: what is over makes room, and nobody's codes are lost while there is room. */
import { expect, it } from "vitest";
import { EMPTY_SHEET, type SheetContents } from "../../../durable/code-stock/code-stock.ts";
import { filed, SHEETS_LIMIT, type SheetFile } from "../../../durable/code-stock/stored-stocks.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);

function sheetUntil(expiryTimeMs: number): SheetContents {
  return {
    ...EMPTY_SHEET,
    codes: [{ paymentCode: "281006020000000000000001", startTimeMs: NOW_MS - 1, expiryTimeMs }],
  };
}

const valid = sheetUntil(NOW_MS + 1);

it("keeps every sheet that has a code, a lease or a refusal to remember, and forgets the others", () => {
  const file: SheetFile = {
    over: sheetUntil(NOW_MS),
    valid,
    leased: { ...EMPTY_SHEET, lease: { id: "a", expiryTimeMs: NOW_MS + 1 } },
    leftAlone: { ...EMPTY_SHEET, failures: { count: 1, retryTimeMs: NOW_MS + 1, resultCode: undefined } },
    empty: EMPTY_SHEET,
  };
  expect(Object.keys(filed(file, "new", valid, NOW_MS))).toEqual(["valid", "leased", "leftAlone", "new"]);
});

it("puts the sheet that was changed last at the end, once", () => {
  const file = filed(filed({ first: valid, second: valid }, "first", EMPTY_SHEET, NOW_MS), "second", valid, NOW_MS);
  expect(Object.keys(file)).toEqual(["second"]);
  expect(Object.keys(filed({ first: valid, second: valid }, "first", valid, NOW_MS))).toEqual(["second", "first"]);
});

it("makes room for a new one by the oldest", () => {
  const full = Object.fromEntries(Array.from({ length: SHEETS_LIMIT }, (_, index) => [`sheet ${index}`, valid]));
  const file = filed(full, "new", valid, NOW_MS);
  expect(Object.keys(file)).toHaveLength(SHEETS_LIMIT);
  expect(file).not.toHaveProperty(["sheet 0"]);
  expect(file).toHaveProperty(["sheet 1"]);
});
