/**
 * Clearing files for download, over midnight of UTC+8 (docs/spec/reconciliation.md; docs/spec/wallet/cancel-payment.md,
 * docs/spec/time-limits.md#clearing-day).
 */
import { describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../../protocol/time.ts";
import { hkd } from "../../../support/amounts.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../support/clock.ts";
import { ask, entriesOf, payByCode, reportOf, runAlarm } from "../../../support/sandbox/acquirer.ts";
import {
  acquirerReport,
  midnightMs,
  movesOf,
  noonMs,
  recordOf,
  refundHkd,
  rowsOf,
  startAtOwnNoon,
  walletReport,
} from "../../../support/sandbox/clearing.ts";
import { realGateway, setGateway } from "../../../support/sandbox/gateway-binding.ts";
import { notify, SUCCESS } from "../../../support/sandbox/orders.ts";
import { openCustomer } from "../../../support/sandbox/sandbox.ts";

const at = (timeMs: number) => vi.setSystemTime(timeMs);
const REPORT_MS = 30 * MINUTE_MS;

startAtOwnNoon();

/** A payment whose customer has paid, without Alipay+ knowing. */
async function payUnheard(): Promise<string> {
  setGateway(async (request) => {
    await realGateway(request);
    throw new Error("lost");
  });
  return (await payByCode(await openCustomer())).paymentRequestId;
}

/** From now on the wallet's clock is two minutes ahead of Alipay+'s. */
function setWalletClockAhead(): void {
  setGateway(async (request) => {
    const timeMs = Date.now();
    at(timeMs + 2 * MINUTE_MS);
    const response = await realGateway(request);
    at(timeMs);
    return response;
  });
}

describe("a clearing day", () => {
  it("ends at 23:59:59.999 UTC+8: what is paid then belongs to it, what is paid after to the next [TIM-13]", async () => {
    at(midnightMs - 1);
    await payByCode(await openCustomer(), { paymentAmount: hkd("700") });
    at(midnightMs);
    await payByCode(await openCustomer(), { paymentAmount: hkd("800") });
    at(midnightMs + DAY_MS + REPORT_MS);
    const [today, tomorrow] = [await walletReport(), await walletReport(noonMs + DAY_MS)];
    expect([movesOf(today, "HKD"), movesOf(tomorrow, "HKD")]).toEqual([["PAYMENT 700"], ["PAYMENT 800"]]);
    expect(rowsOf(today, "transactionItems", "HKD")[0]?.transactionTime).toBe(formatTime(midnightMs - 1));
    expect(recordOf(today, "summary", "HKD")).toMatchObject({
      clearingEndTime: formatTime(midnightMs - 1),
      paymentAmountValue: "700",
    });
  });

  it("has no payment that was cancelled, on the same day or after midnight, and no fee of it [CLR-02]", async () => {
    const [first, second, kept] = [
      await payByCode(await openCustomer(), { paymentAmount: hkd("100") }),
      await payByCode(await openCustomer(), { paymentAmount: hkd("200") }),
      await payByCode(await openCustomer(), { paymentAmount: hkd("30000") }),
    ];
    await ask("cancelPayment", { paymentRequestId: first.paymentRequestId });
    at(midnightMs + 15 * MINUTE_MS - 1);
    const cancel = await ask("cancelPayment", { paymentRequestId: second.paymentRequestId });
    expect(cancel.result.resultCode).toBe("SUCCESS");
    at(midnightMs + DAY_MS + REPORT_MS);
    for (const report of [walletReport, acquirerReport]) {
      const today = await report();
      expect(movesOf(today, "HKD")).toEqual(["PAYMENT 30000"]);
      const fees = rowsOf(today, "feeItems", "HKD").map(({ transactionId }) => transactionId);
      expect(new Set(fees)).toEqual(new Set([kept.answer.paymentId]));
      expect(movesOf(await report(noonMs + DAY_MS), "HKD")).toEqual([]);
    }
  });

  it("has no payment whose cancel the wallet has not confirmed [CLR-02]", async () => {
    const { paymentRequestId } = await payByCode(await openCustomer());
    setGateway((request) => {
      if (request.url.endsWith("/cancelPayment")) throw new Error("lost");
      return realGateway(request);
    });
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    at(midnightMs + REPORT_MS);
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSING");
    expect(movesOf(await walletReport(), "HKD")).toEqual([]);
  });

  it.each([
    ["whose success Alipay+ knew", async () => (await payByCode(await openCustomer())).paymentRequestId],
    ["whose success Alipay+ never heard of", payUnheard],
  ])(
    "has a payment %s, and its refund, where the wallet could cancel no more; the acquirer has neither [CAN-08, CLR-03]",
    async (_, pay) => {
      at(midnightMs - 5 * MINUTE_MS);
      const paymentRequestId = await pay();
      setGateway((request) => {
        if (request.url.endsWith("/cancelPayment")) throw new Error("lost");
        return realGateway(request);
      });
      await ask("cancelPayment", { paymentRequestId });
      at(midnightMs + REPORT_MS);
      setGateway(async (request) => {
        const response = await realGateway(request);
        if (request.url.endsWith("/refund")) throw new Error("lost");
        return response;
      });
      await runAlarm();
      expect((await reportOf(paymentRequestId)).status).toBe("CLOSING");
      setGateway();
      at(midnightMs + REPORT_MS + 10 * MINUTE_MS);
      await runAlarm();
      const { paymentId, status, wallet, refunds } = await reportOf(paymentRequestId);
      expect([status, refunds]).toEqual(["CLOSED", []]);
      expect(wallet?.paymentId).toEqual(expect.any(String));
      expect((await entriesOf(paymentId)).slice(-4)).toEqual([
        "WALLET_PAYMENT mpp 1000 HKD",
        "WALLET_PAYMENT alipayplus -1000 HKD",
        "WALLET_REFUND mpp -1000 HKD",
        "WALLET_REFUND alipayplus 1000 HKD",
      ]);
      expect(await notify(paymentId, SUCCESS, { paymentId: wallet?.paymentId })).toBe("SUCCESS");
      expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
      at(midnightMs + DAY_MS + REPORT_MS);
      // Payments that other tests have left open are refunded meanwhile, too.
      const movesIn = async (kind: string, report: Promise<ReadonlyMap<string, string>>) =>
        rowsOf(await report, kind, "HKD")
          .filter(({ transactionId }) => transactionId === paymentId)
          .map(({ transactionType, settlementAmountValue }) => `${transactionType} ${settlementAmountValue}`);
      const tomorrowMs = noonMs + DAY_MS;
      expect(await movesIn("transactionItems", walletReport())).toEqual([]);
      expect(await movesIn("transactionItems", walletReport(tomorrowMs))).toEqual(["PAYMENT 1000", "REFUND 1000"]);
      expect(await movesIn("feeItems", walletReport(tomorrowMs))).toEqual([]);
      expect(await movesIn("transactionItems", acquirerReport(tomorrowMs))).toEqual([]);
    },
  );

  it("has a refund when it succeeded, of a payment of any day [CLR-01]", async () => {
    const { paymentRequestId } = await payByCode(await openCustomer());
    at(midnightMs + 12 * HOUR_MS);
    await refundHkd(paymentRequestId, "400");
    at(midnightMs + DAY_MS + REPORT_MS);
    const [today, tomorrow] = [await walletReport(), await walletReport(noonMs + DAY_MS)];
    expect([movesOf(today, "HKD"), movesOf(tomorrow, "HKD")]).toEqual([["PAYMENT 1000"], ["REFUND 400"]]);
    expect(rowsOf(tomorrow, "feeItems", "HKD")).toEqual([]);
    expect(recordOf(tomorrow, "settlement", "HKD")).toMatchObject({ settlementAmountValue: "-400" });
  });

  it("has no failure, no refusal, and nothing that is not paid yet [CLR-01]", async () => {
    await payByCode(await openCustomer({ balance: "1" }));
    const { paymentRequestId } = await payByCode(await openCustomer());
    await refundHkd(paymentRequestId, "1001");
    setGateway(() => Promise.reject(new Error("lost")));
    await payByCode(await openCustomer());
    at(midnightMs + REPORT_MS);
    expect(movesOf(await walletReport(), "HKD")).toEqual(["PAYMENT 1000"]);
  });

  it("whose report is made gets nothing more: what Alipay+ learns late is in the next", async () => {
    at(midnightMs - MINUTE_MS);
    setGateway(async (request) => {
      const response = await realGateway(request);
      if (request.url.endsWith("/pay")) throw new Error("lost");
      return response;
    });
    const paymentExpiryTime = formatTime(midnightMs + 2 * HOUR_MS);
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentExpiryTime });
    at(midnightMs + REPORT_MS);
    const today = await walletReport();
    await runAlarm();
    expect((await reportOf(paymentRequestId)).status).toBe("SUCCEEDED");
    at(midnightMs + DAY_MS + REPORT_MS);
    expect([...(await walletReport())]).toEqual([...today]);
    const [row, ...more] = rowsOf(await walletReport(noonMs + DAY_MS), "transactionItems", "HKD");
    expect(more).toEqual([]);
    expect(row).toMatchObject({ transactionType: "PAYMENT", transactionTime: formatTime(midnightMs - MINUTE_MS) });
  });

  it("is not the day after because the wallet's clock is ahead", async () => {
    const paidMs = midnightMs - MINUTE_MS;
    at(paidMs);
    setWalletClockAhead();
    const { answer, paymentRequestId } = await payByCode(await openCustomer());
    const { refundTime } = await refundHkd(paymentRequestId, "400");
    expect([answer.result.resultCode, answer.paymentTime, refundTime]).toEqual([
      "SUCCESS",
      formatTime(paidMs),
      formatTime(paidMs),
    ]);
    at(midnightMs + REPORT_MS);
    expect(movesOf(await walletReport(), "HKD")).toEqual(["PAYMENT 1000", "REFUND 400"]);
  });

  it("cannot lose a payment after its report, because a wallet's clock that is ahead keeps no window open", async () => {
    const paidMs = midnightMs - MINUTE_MS;
    at(paidMs);
    setWalletClockAhead();
    const { paymentRequestId } = await payByCode(await openCustomer());
    setGateway();
    at(midnightMs + REPORT_MS);
    const cancel = await ask("cancelPayment", { paymentRequestId });
    expect(cancel.result.resultCode).toBe("CANCEL_WINDOW_EXCEED");
    expect(movesOf(await walletReport(), "HKD")).toEqual(["PAYMENT 1000"]);
  });
});
