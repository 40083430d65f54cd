/** What is in the files of a clearing day, and how they are written (docs/spec/reconciliation.md). */
import { describe, expect, it } from "vitest";
import { csvOf } from "../../../sandbox/alipayplus/clearing/csv.ts";
import { dayOfDate } from "../../../sandbox/alipayplus/clearing/day.ts";
import { feeMinorOf } from "../../../sandbox/alipayplus/clearing/fees.ts";
import { TRANSACTIONS_OF_FILE } from "../../../sandbox/alipayplus/clearing/files.ts";
import type { ClearingItem } from "../../../sandbox/alipayplus/clearing/item.ts";
import { fileNameOf, fileOfName } from "../../../sandbox/alipayplus/clearing/names.ts";
import { ACQUIRER, WALLET } from "../../../sandbox/alipayplus/clearing/participant.ts";
import { parseCsv } from "../../support/clearing/parse-csv.ts";
import { filesOf } from "../../support/clearing/report.ts";

const DAY = dayOfDate("20260115") ?? Number.NaN;

const payment: ClearingItem = {
  transactionType: "PAYMENT",
  transactionTimeMs: Date.parse("2026-01-15T12:00:00+08:00"),
  transactionId: "paid",
  transactionRequestId: "order, 1",
  originalTransactionId: undefined,
  requested: { currency: "JPY", amountMinor: 1_000n },
  payment: { currency: "JPY", amountMinor: 995n },
  payTo: { currency: "HKD", amountMinor: 8_518n },
  settlement: { currency: "USD", amountMinor: 667n },
  isOfWalletAlone: false,
};

const refund: ClearingItem = {
  ...payment,
  transactionType: "REFUND",
  transactionId: "refunded",
  transactionRequestId: "-1+1",
  originalTransactionId: "paid",
  requested: { currency: "JPY", amountMinor: 500n },
  payment: { currency: "JPY", amountMinor: 498n },
  payTo: { currency: "HKD", amountMinor: 4_259n },
  settlement: { currency: "USD", amountMinor: 334n },
};

const namesOf = (files: ReadonlyMap<string, string>) => [...files.keys()];
const text = (files: ReadonlyMap<string, string>, start: string) =>
  [...files].find(([name]) => name.startsWith(start))?.[1];

describe("the files of a wallet", () => {
  const files = filesOf({ participant: WALLET, day: DAY }, [payment, refund]);

  it("are named as documented [CLR-06]", () => {
    expect(namesOf(files)).toEqual([
      "summary_1022172000000000001_HKD_C20260115_2026010100000000001_000.csv",
      "transactionItems_1022172000000000001_HKD_C20260115_2026010100000000001_000.csv",
      "feeItems_1022172000000000001_HKD_C20260115_2026010100000000001_000.csv",
      "settlement_1022172000000000001_HKD_S20260115_2026010100000000001_000.csv",
    ]);
  });

  it("say what it owes, in its own currency, row by row [CLR-07, CLR-11]", () => {
    expect(text(files, "transactionItems")).toBe(
      [
        "totalCount,netAmountValue,settlementCurrency",
        "2,4259,HKD",
        "transactionTime,transactionType,transactionId,transactionRequestId,originalTransactionId," +
          "transactionAmountValue,transactionCurrency,settlementAmountValue,settlementCurrency",
        '2026-01-15T12:00:00+08:00,PAYMENT,paid,"order, 1",,995,JPY,8518,HKD',
        "2026-01-15T12:00:00+08:00,REFUND,refunded,'-1+1,paid,498,JPY,4259,HKD",
        "",
      ].join("\r\n"),
    );
  });

  it("have the interchange fee that it gets and the service fee that it pays, and none of a refund [CLR-09]", () => {
    // 0.6 % of 8518 is 51.108, 0.2 % is 17.036.
    expect(text(files, "feeItems")).toBe(
      [
        "totalCount,interchangeFeeAmountValue,serviceFeeAmountValue,settlementCurrency",
        "2,51,17,HKD",
        "transactionTime,transactionId,feeType,payer,payee,feeAmountValue,feeCurrency",
        "2026-01-15T12:00:00+08:00,paid,INTERCHANGE_FEE,ACQP,MPP,51,HKD",
        "2026-01-15T12:00:00+08:00,paid,SERVICE_FEE,MPP,ALIPAY_PLUS,17,HKD",
        "",
      ].join("\r\n"),
    );
  });

  it("add up to the summary, and to what is to be settled before the value date [CLR-10]", () => {
    expect(text(files, "summary")).toBe(
      [
        "clearingBatchId,clearingStartTime,clearingEndTime,participantId,participantAgreementId,paymentCount," +
          "paymentAmountValue,refundCount,refundAmountValue,netAmountValue,interchangeFeeAmountValue," +
          "serviceFeeAmountValue,settlementAmountValue,settlementCurrency",
        "C20260115,2026-01-15T00:00:00+08:00,2026-01-15T23:59:59+08:00,1022172000000000001,2026010100000000001,1," +
          "8518,1,4259,4259,51,17,4225,HKD",
        "",
      ].join("\r\n"),
    );
    expect(text(files, "settlement")).toBe(
      [
        "settlementBatchId,valueDate,participantId,participantAgreementId,clearingBatchId,settlementAmountValue," +
          "settlementCurrency",
        "S20260115,20260117,1022172000000000001,2026010100000000001,C20260115,4225,HKD",
        "",
      ].join("\r\n"),
    );
  });
});

describe("the files of an acquirer", () => {
  it("say what it is owed, in its settlement currency, less the interchange fee [CLR-07]", () => {
    const files = filesOf({ participant: ACQUIRER, day: DAY }, [payment, refund]);
    expect(namesOf(files).map((name) => name.split("_").slice(0, 3).join(" "))).toEqual([
      "summary 1022188000000000001 JPY",
      "summary 1022188000000000001 USD",
      "transactionItems 1022188000000000001 USD",
      "feeItems 1022188000000000001 USD",
      "settlement 1022188000000000001 JPY",
      "settlement 1022188000000000001 USD",
    ]);
    expect(parseCsv(text(files, "transactionItems") ?? "").slice(3)).toEqual([
      ["2026-01-15T12:00:00+08:00", "PAYMENT", "paid", "order, 1", "", "1000", "JPY", "667", "USD"],
      ["2026-01-15T12:00:00+08:00", "REFUND", "refunded", "-1+1", "paid", "500", "JPY", "334", "USD"],
    ]);
    // 0.6 % of 667 is 4.002.
    expect(parseCsv(text(files, "feeItems") ?? "").slice(3)).toEqual([
      ["2026-01-15T12:00:00+08:00", "paid", "INTERCHANGE_FEE", "ACQP", "MPP", "4", "USD"],
    ]);
    expect(text(files, "settlement_1022188000000000001_USD")).toContain(",329,USD");
  });
});

describe("a day on which nothing happened", () => {
  it.each([WALLET, ACQUIRER])("has a summary of zeros, and no rows [CLR-08]", (participant) => {
    const files = filesOf({ participant, day: DAY }, []);
    expect(namesOf(files).map((name) => name.split("_")[0])).toEqual(["summary", "settlement"]);
    const [names = [], values = []] = parseCsv(text(files, "summary") ?? "");
    expect(names[0]).toBe("clearingBatchId");
    expect(values.slice(5)).toEqual(["0", "0", "0", "0", "0", "0", "0", "0", participant.mainCurrency]);
  });
});

describe("a fee", () => {
  it("is rounded half to even [CLR-12]", () => {
    // 1 % of 212.50, 213.50 and 213.51: 2.125, 2.135 and 2.1351.
    expect([21_250n, 21_350n, 21_351n].map((amountMinor) => feeMinorOf(amountMinor, 100n))).toEqual([212n, 214n, 214n]);
    expect(feeMinorOf(9_223_372_036_854_775_807n, 10_000n)).toBe(9_223_372_036_854_775_807n);
  });
});

describe("the rows of a large day", () => {
  it("go on in the next file, each of which counts its own [CLR-06]", () => {
    const count = 2 * TRANSACTIONS_OF_FILE + 1;
    const items = Array.from({ length: count }, (_, index) => ({ ...payment, transactionId: `paid-${index}` }));
    const files = filesOf({ participant: WALLET, day: DAY }, items);
    const parts = (kind: string) =>
      [...files]
        .filter(([name]) => name.startsWith(kind))
        .map(([name, part]) => [name.slice(-7), parseCsv(part)] as const);
    expect(parts("transactionItems").map(([end, lines]) => [end, lines[1]?.[0], lines.length - 3])).toEqual([
      ["000.csv", "5000", 5_000],
      ["001.csv", "5000", 5_000],
      ["002.csv", "1", 1],
    ]);
    expect(parts("feeItems").map(([end, lines]) => [end, lines.length - 3])).toEqual([
      ["000.csv", 10_000],
      ["001.csv", 10_000],
      ["002.csv", 2],
    ]);
    const ids = parts("transactionItems").flatMap(([, lines]) => lines.slice(3).map((fields) => fields[2]));
    expect(ids).toEqual(items.map(({ transactionId }) => transactionId));
  });
});

describe("the name of a file", () => {
  const report = { participant: WALLET, day: DAY };

  it("leads back to the file", () => {
    for (const kind of ["summary", "transactionItems", "feeItems", "settlement"] as const) {
      const file = { kind, currency: "HKD", sequence: 999 };
      expect(fileOfName(report, fileNameOf(report, file))).toEqual(file);
    }
    expect(() => fileNameOf(report, { kind: "summary", currency: "HKD", sequence: 1_000 })).toThrow(RangeError);
  });

  it.each([
    ["another participant", "summary_1022188000000000001_HKD_C20260115_2026010100000000001_000.csv"],
    ["another day", "summary_1022172000000000001_HKD_C20260116_2026010100000000001_000.csv"],
    ["another agreement", "summary_1022172000000000001_HKD_C20260115_2026010100000000002_000.csv"],
    ["a settlement batch of a clearing file", "summary_1022172000000000001_HKD_S20260115_2026010100000000001_000.csv"],
    ["two digits", "summary_1022172000000000001_HKD_C20260115_2026010100000000001_00.csv"],
    ["no currency", "summary_1022172000000000001_hkd_C20260115_2026010100000000001_000.csv"],
    ["a way out", "../../clock"],
    ["nothing", ""],
  ])("leads nowhere with %s", (_, name) => {
    expect(fileOfName(report, name)).toBeUndefined();
  });
});

describe("a cell", () => {
  it.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "-1"],
    ["-1+cmd", "'-1+cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["＝1", "'＝1"],
    ["\t=1", "'\t=1"],
    ["\r=1", '"\'\r=1"'],
    ["'=1", "''=1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ["", ""],
  ])(
    "of %j is written so that no spreadsheet takes it for a formula, and read back as it was [CLR-13]",
    (field, cell) => {
      expect(csvOf([[field]])).toBe(`${cell}\r\n`);
      expect(parseCsv(csvOf([[field, field], [1n]]))).toEqual([[field, field], ["1"]]);
    },
  );
});
