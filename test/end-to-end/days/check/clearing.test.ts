/**
 * The checks of the reports can fail: the reports of a correct day are corrupted in one place, and the check names it.
 */
import { describe, expect, it } from "vitest";
import { parseCsv, recordsOf } from "../../../support/clearing/parse-csv.ts";
import { faultsOf, type SpoiltDay, sure } from "./spoilt-day.fixture.ts";

describe("reports are not right when", () => {
  it.each<[what: string, fault: string, spoil: (spoilt: SpoiltDay) => void]>([
    [
      "the wallet's report lacks a payment",
      "1 times in the records of the wallet and 0 times",
      (d) => d.reports.wallet.items.shift(),
    ],
    [
      "the wallet's report has a cancelled payment",
      "0 times in the records of the wallet and 1 times",
      (d) => {
        const [item] = d.reports.wallet.items;
        d.reports.wallet.items.push({ ...sure(item), transactionId: "network-cancelled" });
      },
    ],
    [
      "the wallet's report has a payment twice",
      "and 2 times in its reports",
      (d) => d.reports.wallet.items.push({ ...sure(d.reports.wallet.items[0]) }),
    ],
    [
      "the wallet's report is a unit off",
      "PAYMENT network-paid of HKD 5201",
      (d) => (sure(d.reports.wallet.items[0]).settlementMinor = 5_201n),
    ],
    [
      "the wallet's report has another day",
      "is of 20260310 in the records of the wallet and of 20260309",
      (d) => (sure(d.reports.wallet.items[0]).transactionTime = "2026-03-09T12:00:00+08:00"),
    ],
    [
      "a report comes before what is in it",
      "before it happened",
      (d) => (sure(d.reports.acquirer.items[0]).transactionTime = "2026-03-11T12:00:00+08:00"),
    ],
    [
      "the acquirer's report lacks a refund",
      "1 times in the records of the acquirer and 0 times",
      (d) => d.reports.acquirer.items.pop(),
    ],
    [
      "a summary does not add its rows up",
      "has netMinor 334",
      (d) => (sure(d.reports.acquirer.summaries[0]).netMinor = 334n),
    ],
    [
      "a fee is not settled",
      "has settlementMinor 329",
      (d) => (sure(d.reports.acquirer.fees[0]).sums.INTERCHANGE_FEE = 5n),
    ],
    [
      "what is settled is something else",
      "the settlement file 330",
      (d) => (sure(d.reports.acquirer.settled[0]).settlementMinor = 330n),
    ],
    ["a currency has no summary", "is in no summary", (d) => (d.reports.wallet.summaries = [])],
    [
      "the ledger owes Alipay+ something else",
      "the ledger owes Alipay+ HKD 2601",
      (d) => (sure(d.day.books.currencies.HKD)["alipayplus-payable"] = "2601"),
    ],
  ])("%s", (_, fault, spoil) => {
    expect(faultsOf(spoil)).toContainEqual(expect.stringContaining(fault));
  });
});

describe("CSV", () => {
  it("is read as RFC 4180 has it", () => {
    const text = 'name,value\r\n"a ""quoted"", name",1\r\n"two\nlines",\r\n';
    expect(parseCsv(text)).toEqual([
      ["name", "value"],
      ['a "quoted", name', "1"],
      ["two\nlines", ""],
    ]);
    expect(recordsOf(parseCsv(text))[0]).toEqual({ name: 'a "quoted", name', value: "1" });
  });
});
