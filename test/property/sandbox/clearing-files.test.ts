/**
 * Random days: the files of wallet and acquirer agree with the settlement ledger, and every fee has two sides
 * (docs/spec/reconciliation.md).
 */
import { describe, expect, it } from "vitest";
import { startOfDayMs } from "../../../protocol/time.ts";
import { dayOfDate } from "../../../sandbox/alipayplus/clearing/day.ts";
import { FEE_BASIS_POINTS, feesOf } from "../../../sandbox/alipayplus/clearing/fees.ts";
import type { ClearingItem } from "../../../sandbox/alipayplus/clearing/item.ts";
import { ACQUIRER, amountsFor, type Participant, WALLET } from "../../../sandbox/alipayplus/clearing/participant.ts";
import { type CsvRecord, parseCsv, recordsOf } from "../../support/clearing/parse-csv.ts";
import { add, ledgerSumsOf, movementOf, randomItem } from "../../support/clearing/random-day.ts";
import { type OwnLedger, type OwnTransaction, reconcile } from "../../support/clearing/reconcile.ts";
import { filesIn, filesOf } from "../../support/clearing/report.ts";
import { Random } from "../../support/random.ts";
import * as twin from "../../support/twin/amount.ts";

const DAYS = 60;
const DAY = dayOfDate("20260115") ?? Number.NaN;
const SIGN = { MPP: 1n, ACQP: -1n } as const;
const ACCOUNT = { MPP: "mpp", ACQP: "acquirer" } as const;

function randomDay(seed: number): readonly ClearingItem[] {
  const random = new Random(seed);
  return Array.from({ length: random.below(80) }, (_, index) => randomItem(random, startOfDayMs(DAY), index));
}

const namesOf = (files: ReadonlyMap<string, string>, kind: string) =>
  [...files.keys()].filter((name) => name.startsWith(`${kind}_`));

function rowsOf(files: ReadonlyMap<string, string>, kind: string): CsvRecord[] {
  return namesOf(files, kind).flatMap((name) => recordsOf(parseCsv(files.get(name) ?? "").slice(2)));
}

function summariesOf(files: ReadonlyMap<string, string>): CsvRecord[] {
  return namesOf(files, "summary").flatMap((name) => recordsOf(parseCsv(files.get(name) ?? "")));
}

/** What the rows of a participant's files add up to, in the terms of the settlement ledger. */
function addRows(sums: Map<string, bigint>, { party }: Participant, files: ReadonlyMap<string, string>): void {
  for (const row of rowsOf(files, "transactionItems")) {
    const sign = SIGN[party] * (row.transactionType === "PAYMENT" ? 1n : -1n);
    add(sums, ACCOUNT[party], row.settlementCurrency ?? "", sign * BigInt(row.settlementAmountValue ?? ""));
  }
}

/** What a party has in its own ledger of the day, with its fees by the rates that it agreed to. */
function ownLedgerOf(participant: Participant, items: readonly ClearingItem[], currency: string): OwnLedger {
  const own = items.filter((item) => amountsFor(participant, item).settlement.currency === currency);
  const rate = (amountMinor: bigint, basisPoints: bigint) => {
    const feeMinor = twin.proportion(amountMinor, basisPoints, 10_000n);
    return typeof feeMinor === "bigint" ? feeMinor : 0n;
  };
  return {
    transactions: own.map((item) => ({
      transactionId: item.transactionId,
      transactionType: item.transactionType,
      amountMinor: amountsFor(participant, item).settlement.amountMinor,
    })),
    feesOf: ({ transactionId, amountMinor }: OwnTransaction) => {
      const item = own.find((candidate) => candidate.transactionId === transactionId);
      // Within one currency the acquirer pays what the wallet gets.
      const base = item && item.payTo.currency === currency ? item.payTo.amountMinor : amountMinor;
      const SERVICE_FEE = participant.party === "MPP" ? rate(amountMinor, FEE_BASIS_POINTS.SERVICE_FEE) : 0n;
      return { INTERCHANGE_FEE: rate(base, FEE_BASIS_POINTS.INTERCHANGE_FEE), SERVICE_FEE };
    },
  };
}

describe("the files of a random day", () => {
  it("add up to what the settlement ledger has for wallet and acquirer, row by row and in the summaries [CLR-14]", () => {
    for (let seed = 1; seed <= DAYS; seed += 1) {
      const items = randomDay(seed);
      const ledger = ledgerSumsOf(items.map(movementOf));
      const rows = new Map<string, bigint>();
      const summaries = new Map<string, bigint>();
      for (const participant of [WALLET, ACQUIRER]) {
        const files = filesOf({ participant, day: DAY }, items);
        addRows(rows, participant, files);
        for (const { netAmountValue = "", settlementCurrency = "" } of summariesOf(files)) {
          const netMinor = SIGN[participant.party] * BigInt(netAmountValue);
          if (netAmountValue !== "0") add(summaries, ACCOUNT[participant.party], settlementCurrency, netMinor);
        }
      }
      const parties = [...ledger].filter(([key]) => !key.startsWith("alipayplus"));
      const sorted = (sums: Iterable<[string, bigint]>) => [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
      expect([seed, sorted(rows)]).toEqual([seed, sorted(parties)]);
      expect([seed, sorted(summaries)]).toEqual([seed, sorted(parties.filter(([, minor]) => minor !== 0n))]);
    }
  });

  it("agree with what each party finds in its own ledger, fees by its agreement included [CLR-14]", () => {
    for (let seed = 1; seed <= DAYS; seed += 1) {
      const items = randomDay(seed);
      for (const participant of [WALLET, ACQUIRER]) {
        const files = filesOf({ participant, day: DAY }, items);
        const currencies = new Set([...files.keys()].map((name) => name.split("_")[2] ?? ""));
        for (const currency of currencies) {
          const differences = reconcile(filesIn(files, currency), ownLedgerOf(participant, items, currency));
          expect([seed, currency, differences]).toEqual([seed, currency, []]);
        }
      }
    }
  });

  it("have both sides of every fee: what one pays the other gets, and of a refund there is none [CLR-09]", () => {
    for (let seed = 1; seed <= DAYS; seed += 1) {
      const items = randomDay(seed);
      const fees = [WALLET, ACQUIRER].map((participant) => {
        const rows = rowsOf(filesOf({ participant, day: DAY }, items), "feeItems");
        const isInterchange = ({ feeType }: CsvRecord) => feeType === "INTERCHANGE_FEE";
        return new Map(rows.filter(isInterchange).map((row) => [row.transactionId ?? "", row]));
      });
      const [received = new Map<string, CsvRecord>(), paid = new Map<string, CsvRecord>()] = fees;
      const payments = items.filter(({ transactionType }) => transactionType === "PAYMENT");
      const ids = payments.map(({ transactionId }) => transactionId).sort();
      expect([...received.keys()].sort()).toEqual(ids);
      expect([...paid.keys()].sort()).toEqual(ids);
      for (const { transactionId } of payments) {
        const [ours, theirs] = [received.get(transactionId), paid.get(transactionId)];
        expect([ours?.payer, ours?.payee]).toEqual([theirs?.payer, theirs?.payee]);
        if (ours?.feeCurrency === theirs?.feeCurrency) expect(ours?.feeAmountValue).toBe(theirs?.feeAmountValue);
      }
    }
  });

  it("leave Alipay+ nothing but the service fee where wallet and acquirer settle in one currency", () => {
    for (const item of randomDay(11).filter(({ payTo, settlement }) => payTo.currency === settlement.currency)) {
      const kept = feesOf(item).map(({ payee, paid, received }) => ({
        betweenMinor: paid.amountMinor - received.amountMinor,
        isAlipays: payee === "ALIPAY_PLUS",
      }));
      expect(kept.every(({ betweenMinor }) => betweenMinor === 0n)).toBe(true);
      expect(kept.filter(({ isAlipays }) => isAlipays)).toHaveLength(item.transactionType === "PAYMENT" ? 1 : 0);
    }
  });

  it("are byte for byte the same each time", () => {
    for (const participant of [WALLET, ACQUIRER]) {
      const [first, again] = [1, 2].map(() => filesOf({ participant, day: DAY }, randomDay(5)));
      expect([...(first ?? [])]).toEqual([...(again ?? [])]);
    }
  });
});

describe("a comparison with the own ledger", () => {
  const items = randomDay(3).filter(({ payTo }) => payTo.currency === "HKD");
  const files = filesIn(filesOf({ participant: WALLET, day: DAY }, items), "HKD");
  const own = ownLedgerOf(WALLET, items, "HKD");
  const [first, ...rest] = own.transactions;
  const levelsOf = (transactions: readonly OwnTransaction[]) => [
    ...new Set(reconcile(files, { ...own, transactions }).map(({ level, what }) => `${level} ${what}`)),
  ];
  if (!first) throw new Error("a day without transactions");
  const name = `${first.transactionType} ${first.transactionId}`;

  it("names the transaction that is missing, from the sums down", () => {
    const found = levelsOf(rest);
    expect(found[0]).toBe("SETTLEMENT settlementAmountValue");
    expect(found).toContain("SUMMARY netAmountValue");
    expect(found).toContain("NET_AND_COUNT totalCount");
    expect(found.filter((difference) => difference.startsWith("TRANSACTION"))).toEqual([`TRANSACTION ${name}`]);
  });

  it("names the transaction that is another by a unit, even where another makes up for it", () => {
    const second = rest.find(({ transactionType }) => transactionType === first.transactionType);
    if (!second) throw new Error("a day with one transaction");
    const changed = own.transactions.map((transaction) => {
      if (transaction === first) return { ...first, amountMinor: first.amountMinor + 1n };
      return transaction === second ? { ...second, amountMinor: second.amountMinor - 1n } : transaction;
    });
    const differences = reconcile(files, { ...own, transactions: changed });
    const rows = differences.filter(({ level }) => level === "TRANSACTION");
    expect(rows).toEqual([
      { level: "TRANSACTION", what: name, theirs: String(first.amountMinor), ours: String(first.amountMinor + 1n) },
      {
        level: "TRANSACTION",
        what: `${second.transactionType} ${second.transactionId}`,
        theirs: String(second.amountMinor),
        ours: String(second.amountMinor - 1n),
      },
    ]);
    expect(differences.some(({ level }) => level === "NET_AND_COUNT")).toBe(false);
  });

  it("names a fee that is another than agreed", () => {
    const withoutFees = reconcile(files, { transactions: own.transactions });
    expect(withoutFees.some(({ level, what }) => level === "FEE" && what.startsWith("SERVICE_FEE "))).toBe(true);
  });
});
