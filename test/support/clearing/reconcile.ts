/**
 * What a participant does with its files: it compares them with its own ledger, from the sums down to the rows and the
 * fees, and names every difference. Source: docs/spec/reconciliation.md#recommended-order.
 */
import { type CsvRecord, parseCsv, recordsOf } from "./parse-csv.ts";

/** A transaction of a party's own ledger, in its settlement currency. */
export type OwnTransaction = {
  /** Alipay+'s id of it. */
  readonly transactionId: string;
  readonly transactionType: "PAYMENT" | "REFUND";
  readonly amountMinor: bigint;
};

/** The ledger of a party for one clearing day and settlement currency. */
export type OwnLedger = {
  readonly transactions: readonly OwnTransaction[];
  /** Its fees by its agreement: what it should find for a payment, by type; all zero when left out. */
  readonly feesOf?: (payment: OwnTransaction) => OwnFees;
};

type OwnFees = { readonly INTERCHANGE_FEE: bigint; readonly SERVICE_FEE: bigint };

/** One thing that is not the same; sums and rows that are missing on a side are "none". */
type Difference = {
  readonly level: "SETTLEMENT" | "SUMMARY" | "NET_AND_COUNT" | "TRANSACTION" | "FEE";
  /** Which field, or which transaction. */
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
};

/**
 * Compares the files of one currency with the own ledger.
 *
 * @param files text by name, of both `clearing` and `settlement`
 * @returns every difference, in the recommended order; empty when all agree
 * @throws Error when a file is not written as documented
 */
export function reconcile(files: ReadonlyMap<string, string>, own: OwnLedger): Difference[] {
  const ours = sumsOf(own);
  const { settlementAmountValue, netAmountValue, interchangeFeeAmountValue, serviceFeeAmountValue } = ours;
  const [settlement = {}] = recordsOf(parseCsv(onlyText(files, "settlement")));
  const [summary = {}] = recordsOf(parseCsv(onlyText(files, "summary")));
  const transactions = sectionsOf(files, "transactionItems");
  const fees = sectionsOf(files, "feeItems");
  const transactionSums = headsOf(transactions, ["totalCount", "netAmountValue"]);
  const feeSums = headsOf(fees, ["interchangeFeeAmountValue", "serviceFeeAmountValue"]);
  const totalCount = String(own.transactions.length);
  return [
    ...comparedFields("SETTLEMENT", settlement, { settlementAmountValue }),
    ...comparedFields("SUMMARY", summary, ours),
    ...comparedFields("NET_AND_COUNT", transactionSums, { totalCount, netAmountValue }),
    ...comparedRows("TRANSACTION", transactionRowsOf(transactions), ownTransactionRowsOf(own)),
    ...comparedFields("FEE", feeSums, { interchangeFeeAmountValue, serviceFeeAmountValue }),
    ...comparedRows("FEE", feeRowsOf(fees), ownFeeRowsOf(own)),
  ];
}

/** What the summary should say. */
function sumsOf({ transactions, feesOf = noFees }: OwnLedger) {
  const payments = transactions.filter(({ transactionType }) => transactionType === "PAYMENT");
  const refunds = transactions.filter(({ transactionType }) => transactionType === "REFUND");
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const paymentMinor = sum(payments.map(({ amountMinor }) => amountMinor));
  const refundMinor = sum(refunds.map(({ amountMinor }) => amountMinor));
  const interchangeMinor = sum(payments.map((payment) => feesOf(payment).INTERCHANGE_FEE));
  const serviceMinor = sum(payments.map((payment) => feesOf(payment).SERVICE_FEE));
  return {
    paymentCount: String(payments.length),
    paymentAmountValue: String(paymentMinor),
    refundCount: String(refunds.length),
    refundAmountValue: String(refundMinor),
    netAmountValue: String(paymentMinor - refundMinor),
    interchangeFeeAmountValue: String(interchangeMinor),
    serviceFeeAmountValue: String(serviceMinor),
    settlementAmountValue: String(paymentMinor - refundMinor - interchangeMinor + serviceMinor),
  };
}

function noFees(): OwnFees {
  return { INTERCHANGE_FEE: 0n, SERVICE_FEE: 0n };
}

/** Fields against those of ours with the same names. */
function comparedFields(level: Difference["level"], theirs: CsvRecord, ours: CsvRecord): Difference[] {
  return differences(level, theirs, ours, Object.keys(ours));
}

/** Rows by name; one that only they have is a difference too. */
function comparedRows(level: Difference["level"], theirs: CsvRecord, ours: CsvRecord): Difference[] {
  return differences(level, theirs, ours, [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]);
}

function differences(
  level: Difference["level"],
  theirs: CsvRecord,
  ours: CsvRecord,
  names: readonly string[],
): Difference[] {
  return names
    .map((what) => ({ level, what, theirs: theirs[what] ?? "none", ours: ours[what] ?? "none" }))
    .filter((difference) => difference.theirs !== difference.ours);
}

type Section = { readonly head: CsvRecord; readonly rows: readonly CsvRecord[] };

/** The files of a kind in their order: two lines of summary, then the rows under their own names. */
function sectionsOf(files: ReadonlyMap<string, string>, kind: string): Section[] {
  return textsOf(files, kind).map((text) => {
    const lines = parseCsv(text);
    const [head = {}] = recordsOf(lines.slice(0, 2));
    const rows = recordsOf(lines.slice(2));
    if (head.totalCount !== String(rows.length)) throw new Error(`${kind} counts ${head.totalCount} of ${rows.length}`);
    return { head, rows };
  });
}

/** Sums over the files of a kind. */
function headsOf(sections: readonly Section[], names: readonly string[]): CsvRecord {
  const sum = (name: string) => sections.reduce((total, { head }) => total + BigInt(head[name] ?? "0"), 0n);
  return Object.fromEntries(names.map((name) => [name, String(sum(name))]));
}

function transactionRowsOf(sections: readonly Section[]): CsvRecord {
  return uniquely(
    sections.flatMap(({ rows }) => rows),
    ({ transactionType, transactionId }) => `${transactionType} ${transactionId}`,
    ({ settlementAmountValue }) => settlementAmountValue,
  );
}

function ownTransactionRowsOf({ transactions }: OwnLedger): CsvRecord {
  return uniquely(
    transactions,
    ({ transactionType, transactionId }) => `${transactionType} ${transactionId}`,
    ({ amountMinor }) => String(amountMinor),
  );
}

function feeRowsOf(sections: readonly Section[]): CsvRecord {
  return uniquely(
    sections.flatMap(({ rows }) => rows).filter(({ feeAmountValue }) => feeAmountValue !== "0"),
    ({ feeType, transactionId }) => `${feeType} ${transactionId}`,
    ({ feeAmountValue }) => feeAmountValue,
  );
}

function ownFeeRowsOf({ transactions, feesOf = noFees }: OwnLedger): CsvRecord {
  const fees = transactions
    .filter(({ transactionType }) => transactionType === "PAYMENT")
    .flatMap((payment) =>
      Object.entries(feesOf(payment)).map(([feeType, feeMinor]) => ({ feeType, feeMinor, payment })),
    );
  return uniquely(
    fees.filter(({ feeMinor }) => feeMinor !== 0n),
    ({ feeType, payment }) => `${feeType} ${payment.transactionId}`,
    ({ feeMinor }) => String(feeMinor),
  );
}

function uniquely<Row>(
  rows: readonly Row[],
  name: (row: Row) => string,
  value: (row: Row) => string | undefined,
): CsvRecord {
  const values = new Map(rows.map((row) => [name(row), value(row) ?? "none"]));
  if (values.size !== rows.length) throw new Error("A row is there twice");
  return Object.fromEntries(values);
}

function textsOf(files: ReadonlyMap<string, string>, kind: string): string[] {
  return [...files]
    .filter(([name]) => name.startsWith(`${kind}_`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text);
}

function onlyText(files: ReadonlyMap<string, string>, kind: string): string {
  const [text, ...more] = textsOf(files, kind);
  if (text === undefined || more.length > 0) throw new Error(`There must be one ${kind} file of a currency`);
  return text;
}
