/** What the customer sees on the phone, and what the app says and hears for it. */
import { amountText, rateText } from "./demo-amount.ts";
import type { LiveMessage } from "./demo-live.ts";
import type { Order } from "./demo-sandbox.ts";
import { print, printBody } from "./demo-terminal.ts";
import type { Payment, ShownCode, WalletCall } from "./demo-wallet.ts";

const SCREEN_COLUMNS = 50;

/** A line of a screen; two texts stand at its two ends. */
type Row = string | readonly [left: string, right: string];

/** A call of the wallet API. A screen shows its reply, unless that is a problem. */
export function showCall({ path, body, httpStatus, reply, tookMs }: WalletCall<object>): void {
  console.log();
  print(`→ POST ${path}`, 1, "bold");
  printBody(JSON.stringify(body));
  print(`← HTTP ${httpStatus} after ${tookMs} ms`, 1, "bold");
  if (httpStatus !== 200) printBody(JSON.stringify(reply));
}

/** A message of the live stream, and how long it took to come. */
export function showHeard(message: LiveMessage, afterMs: number, since: string): void {
  console.log();
  print(`⇠ live stream, ${Math.round(afterMs)} ms after ${since}`, 1, "bold");
  printBody(JSON.stringify(message));
}

/** What became of an order at the merchant's, and what the wallet has told of it. */
export function showOrder(paymentRequestId: string, { status, notifications }: Order): void {
  console.log();
  print(`→ GET /sandbox/orders/${paymentRequestId}`, 1, "bold");
  printBody(JSON.stringify({ status, notifications }));
}

/** The page with the code that the merchant scans. */
export function showCodePage({ paymentCode, barcode, qrCode, ...code }: ShownCode): void {
  showPage([
    ["Pay", "Alipay+"],
    "",
    maskedCode(paymentCode),
    `barcode ${sizeOf(barcode.svg)}, QR code ${sizeOf(qrCode.svg)}`,
    "",
    ["valid until", timeOfDay(code.codeExpiryTime)],
    ["ask again at", timeOfDay(code.nextChangeTime)],
    ["kept for then", `${code.remainingCodes} codes`],
  ]);
}

/** The page on which an order is confirmed (spec/03 What the user sees). */
export function showConfirmationPage(payment: Payment): void {
  showPage([
    ["Confirm your payment", "Alipay+"],
    "",
    ...orderRows(payment),
    ["You pay", amountText(payment.debitAmount)],
    "",
    ["[ Pay ]   [ Decline ]", `until ${timeOfDay(payment.paymentExpiryTime)}`],
  ]);
}

/** The page that shows what came of a payment (spec/03 What the user sees). */
export function showResultPage(payment: Payment): void {
  const { redirectAfterSeconds } = payment;
  showPage([
    [payment.status, "Alipay+"],
    "",
    ...orderRows(payment),
    ["You paid", amountText(payment.debitAmount)],
    ...(redirectAfterSeconds === undefined
      ? []
      : ["", ["[ Back to the shop ]", `by itself in ${redirectAfterSeconds} s`] as const]),
  ]);
}

function orderRows({ merchant, orderDescription, orderAmount, paymentAmount, ...payment }: Payment): Row[] {
  const { paymentQuote, discounts } = payment;
  return [
    merchant.storeName ?? merchant.merchantName ?? "",
    orderDescription ?? "",
    "",
    ["Order", amountText(orderAmount ?? paymentAmount)],
    ...discounts.map(({ promoName = "Discount", savingsAmount }): Row => {
      return [promoName, savingsAmount === undefined ? "" : `-${amountText(savingsAmount)}`];
    }),
    ["To pay", amountText(paymentAmount)],
    ...(paymentQuote ? [["Rate", rateText(paymentQuote)] as const] : []),
  ];
}

function showPage(rows: readonly Row[]): void {
  console.log();
  print(`┌${"─".repeat(SCREEN_COLUMNS + 2)}┐`, 2);
  for (const row of rows) {
    const [left, right] = typeof row === "string" ? [row, ""] : row;
    print(`│ ${left}${right.padStart(SCREEN_COLUMNS - left.length)} │`, 2);
  }
  print(`└${"─".repeat(SCREEN_COLUMNS + 2)}┘`, 2);
}

/** The digits in fours, all but the issuer's and the last ones hidden. */
function maskedCode(paymentCode: string): string {
  const masked = paymentCode.slice(0, 6) + "•".repeat(paymentCode.length - 10) + paymentCode.slice(-4);
  return masked.match(/.{1,4}/g)?.join(" ") ?? "";
}

/** The size that an image names in its root element. */
function sizeOf(svg: string): string {
  const [, width, height] = /^<svg [^>]*width="([^"]+)" height="([^"]+)"/.exec(svg) ?? [];
  return `${width} × ${height}`;
}

/** `11:16:20` of `2026-11-22T11:16:20+08:00`. */
function timeOfDay(time: string): string {
  return time.slice(11, 19);
}
