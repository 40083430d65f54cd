/** The reports of a day: when they are made, their files, and their refusals (docs/spec/reconciliation.md). */
import { describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../../protocol/time.ts";
import { jpy, usd } from "../../../support/amounts.ts";
import { reconcile } from "../../../support/clearing/reconcile.ts";
import { filesIn } from "../../../support/clearing/report.ts";
import { DAY_MS, MINUTE_MS } from "../../../support/clock.ts";
import { ask, newId, payByCode } from "../../../support/sandbox/acquirer.ts";
import {
  acquirerReport,
  download,
  midnightMs,
  noonMs,
  recordOf,
  refundHkd,
  refusalOf,
  reportDateOf,
  rowsOf,
  startAtOwnNoon,
  WALLET_ID,
  walletReport,
} from "../../../support/sandbox/clearing.ts";
import { call, openCustomer } from "../../../support/sandbox/sandbox.ts";

const at = (timeMs: number) => vi.setSystemTime(timeMs);
const REPORT_MS = 30 * MINUTE_MS;

startAtOwnNoon();

describe("the report of a day", () => {
  it("exists from 00:30 of the next, and says so before [CLR-04, CLR-05]", async () => {
    const folder = `clearing/${WALLET_ID}/${reportDateOf(noonMs)}`;
    const name = `summary_${WALLET_ID}_HKD_C${reportDateOf(noonMs - DAY_MS)}_2026010100000000001_000.csv`;
    at(midnightMs + REPORT_MS - 1);
    const { httpStatus, error } = await refusalOf(folder);
    expect([httpStatus, error.code]).toEqual([404, "REPORT_NOT_READY"]);
    expect(error.message).toContain(formatTime(midnightMs + REPORT_MS));
    expect((await refusalOf(`${folder}/${name}`)).error.code).toBe("REPORT_NOT_READY");
    at(midnightMs + REPORT_MS);
    expect((await download(folder)).status).toBe(200);
    const file = await download(`${folder}/${name}`);
    expect(file.headers.get("Content-Type")).toMatch(/^text\/csv; charset=UTF-8/);
    expect(file.headers.get("Content-Disposition")).toBe(`attachment; filename="${name}"`);
  });

  it("has a summary of zeros when there was nothing [CLR-08]", async () => {
    at(midnightMs + REPORT_MS);
    const [wallet, acquirer] = [await walletReport(), await acquirerReport()];
    expect([...wallet.keys()].map((name) => name.split("_")[0])).toEqual(["summary", "settlement"]);
    const zeros = { paymentCount: "0", netAmountValue: "0", settlementAmountValue: "0" };
    expect(recordOf(wallet, "summary", "HKD")).toMatchObject(zeros);
    expect(recordOf(acquirer, "summary", "JPY")).toMatchObject(zeros);
  });

  it("says what wallet and acquirer owe and are owed, each in its own currency, and what the messages said", async () => {
    const settlementStrategy = { settlementCurrency: "USD" };
    const changes = { paymentAmount: jpy("1000"), settlementStrategy };
    const { paymentRequestId, answer } = await payByCode(await openCustomer(), changes);
    expect(answer.settlementAmount).toEqual(usd("667"));
    const refundRequestId = newId();
    const given = await ask("refund", { paymentRequestId, refundRequestId, refundAmount: jpy("500") });
    expect(given.settlementAmount).toEqual(usd("334"));
    at(midnightMs + REPORT_MS);
    const [wallet, acquirer] = [await walletReport(), await acquirerReport()];
    expect(rowsOf(wallet, "transactionItems", "HKD")).toMatchObject([
      { transactionId: answer.paymentId, transactionAmountValue: "1000", settlementAmountValue: "5200" },
      { transactionId: given.refundId, originalTransactionId: answer.paymentId, settlementAmountValue: "2600" },
    ]);
    expect(rowsOf(acquirer, "transactionItems", "USD")).toMatchObject([
      { transactionRequestId: paymentRequestId, transactionCurrency: "JPY", settlementAmountValue: "667" },
      { transactionRequestId: refundRequestId, transactionType: "REFUND", settlementAmountValue: "334" },
    ]);
    // 0.6 % and 0.2 % of 5200, 0.6 % of 667.
    expect(recordOf(wallet, "settlement", "HKD")).toMatchObject({ settlementAmountValue: "2579" });
    expect(recordOf(acquirer, "settlement", "USD")).toMatchObject({ settlementAmountValue: "329" });
    const own = [
      { transactionId: String(answer.paymentId), transactionType: "PAYMENT", amountMinor: 5_200n },
      { transactionId: String(given.refundId), transactionType: "REFUND", amountMinor: 2_600n },
    ] as const;
    const feesOf = () => ({ INTERCHANGE_FEE: 31n, SERVICE_FEE: 10n });
    expect(reconcile(filesIn(wallet, "HKD"), { transactions: own, feesOf })).toEqual([]);
  });

  it("has a set of files for each settlement currency", async () => {
    const rich = { balance: "1000000" };
    const settled = (settlementCurrency: string) => ({ settlementStrategy: { settlementCurrency } });
    await payByCode(await openCustomer(rich), settled("USD"));
    await payByCode(await openCustomer({ ...rich, currency: "THB" }), settled("JPY"));
    await payByCode(await openCustomer(rich), settled("USD"));
    at(midnightMs + REPORT_MS);
    const currencies = (files: ReadonlyMap<string, string>) =>
      [...files.keys()].filter((name) => name.startsWith("transactionItems")).map((name) => name.split("_")[2]);
    const [wallet, acquirer] = [await walletReport(), await acquirerReport()];
    expect(currencies(wallet)).toEqual(["HKD", "THB"]);
    expect(currencies(acquirer)).toEqual(["JPY", "USD"]);
    expect(recordOf(wallet, "summary", "HKD")).toMatchObject({ paymentCount: "2", paymentAmountValue: "2000" });
    expect(recordOf(acquirer, "summary", "USD")).toMatchObject({ paymentCount: "2", paymentAmountValue: "256" });
  });

  it("is the same bytes each time, whatever happens afterwards [CLR-05]", async () => {
    const { paymentRequestId } = await payByCode(await openCustomer());
    at(midnightMs + REPORT_MS);
    const [wallet, acquirer] = [await walletReport(), await acquirerReport()];
    expect((await refundHkd(paymentRequestId, "300")).result.resultCode).toBe("SUCCESS");
    const cancel = await ask("cancelPayment", { paymentRequestId });
    expect(cancel.result.resultStatus).toBe("F");
    await payByCode(await openCustomer());
    at(midnightMs + 3 * DAY_MS);
    expect([...(await walletReport())]).toEqual([...wallet]);
    expect([...(await acquirerReport())]).toEqual([...acquirer]);
  });

  it("does not let an id of the acquirer become a formula [CLR-13]", async () => {
    const paymentRequestId = `=HYPERLINK("http://x.test","${newId().slice(0, 8)}")`;
    expect((await payByCode(await openCustomer(), { paymentRequestId })).answer.result.resultCode).toBe("SUCCESS");
    at(midnightMs + REPORT_MS);
    const files = await acquirerReport();
    const text = [...files].find(([name]) => name.startsWith("transactionItems"))?.[1] ?? "";
    expect(text).toContain(`,"'=HYPERLINK(""http://x.test"",""`);
    expect(rowsOf(files, "transactionItems", "HKD")[0]?.transactionRequestId).toBe(paymentRequestId);
  });
});

describe("a download", () => {
  it.each([
    ["an unknown folder", () => `fees/${WALLET_ID}/20260115`, 404, "NOT_FOUND"],
    ["an unknown participant", () => "clearing/1022172000000000002/20260115", 404, "PARTICIPANT_UNKNOWN"],
    ["a date that the calendar does not have", () => `clearing/${WALLET_ID}/20260230`, 400, "PARAM_ILLEGAL"],
    ["a date that is none", () => `clearing/${WALLET_ID}/tomorrow`, 400, "PARAM_ILLEGAL"],
    ["a date far ahead", () => `clearing/${WALLET_ID}/99991231`, 404, "REPORT_NOT_READY"],
    ["an unknown file", () => `clearing/${WALLET_ID}/20260115/summary.csv`, 404, "FILE_UNKNOWN"],
    [
      "a currency that did not occur",
      () => `clearing/${WALLET_ID}/20260115/summary_${WALLET_ID}_THB_C20260114_2026010100000000001_000.csv`,
      404,
      "FILE_UNKNOWN",
    ],
    [
      "a sequence that is not there",
      () => `clearing/${WALLET_ID}/20260115/transactionItems_${WALLET_ID}_HKD_C20260114_2026010100000000001_000.csv`,
      404,
      "FILE_UNKNOWN",
    ],
    [
      "a settlement file below clearing",
      () => `clearing/${WALLET_ID}/20260115/settlement_${WALLET_ID}_HKD_S20260114_2026010100000000001_000.csv`,
      404,
      "FILE_UNKNOWN",
    ],
  ])("of %s is refused [CLR-04]", async (_, path, httpStatus, code) => {
    const refusal = await refusalOf(path());
    expect([refusal.httpStatus, refusal.error.code]).toEqual([httpStatus, code]);
    expect(refusal.error.message).not.toBe("");
  });

  it("is listed among the endpoints", async () => {
    const { endpoints } = await call<{ endpoints: Record<string, string> }>("GET", "");
    expect(endpoints).toHaveProperty(["GET /sandbox/settlements/{clearing|settlement}/{participantId}/{yyyymmdd}"]);
  });
});
