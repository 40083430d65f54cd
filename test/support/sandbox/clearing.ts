/** The reports of wallet and acquirer, as they download them. */

import { afterEach, beforeEach, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { PARTIES } from "../../../sandbox/alipayplus/message.ts";
import sandbox from "../../../sandbox/index.ts";
import { hkd } from "../amounts.ts";
import { type CsvRecord, parseCsv, recordsOf } from "../clearing/parse-csv.ts";
import { DAY_MS, HOUR_MS, NOON_MS } from "../clock.ts";
import { ask, newId } from "./acquirer.ts";
import { setGateway } from "./gateway-binding.ts";
import { type ErrorReply, sandboxEnv } from "./sandbox.ts";

export const WALLET_ID = PARTIES.pspId;
const ACQUIRER_ID = PARTIES.acquirerId;

/** A download, or the refusal of one. */
export async function download(path: string): Promise<Response> {
  const request = new Request(`http://127.0.0.1:8787/sandbox/settlements/${path}`);
  return sandbox.fetch(request, sandboxEnv(), {} as ExecutionContext);
}

/** Why there is no such file. */
export async function refusalOf(path: string): Promise<ErrorReply> {
  const response = await download(path);
  return { ...(await response.json<Omit<ErrorReply, "httpStatus">>()), httpStatus: response.status };
}

/** The date in whose folder the report of the day of a time is: the next. */
export function reportDateOf(timeMs: number): string {
  return formatTime(timeMs + 86_400_000)
    .slice(0, 10)
    .replaceAll("-", "");
}

/** Every file of a report, text by name, those of the clearing cycle first. */
async function reportOfDay(participantId: string, timeMs: number): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const space of ["clearing", "settlement"]) {
    const folder = `${space}/${participantId}/${reportDateOf(timeMs)}`;
    const listed = await (await download(folder)).json<{ files: string[] }>();
    for (const name of listed.files) files.set(name, await (await download(`${folder}/${name}`)).text());
  }
  return files;
}

const textOf = (files: ReadonlyMap<string, string>, kind: string, currency: string) =>
  [...files].find(([name]) => name.startsWith(`${kind}_`) && name.split("_")[2] === currency)?.[1];

/** The one record of a summary or a settlement file. */
export function recordOf(files: ReadonlyMap<string, string>, kind: string, currency: string): CsvRecord | undefined {
  const text = textOf(files, kind, currency);
  return text === undefined ? undefined : recordsOf(parseCsv(text))[0];
}

/** The rows of a file, none when it is not there. */
export function rowsOf(files: ReadonlyMap<string, string>, kind: string, currency: string): CsvRecord[] {
  const text = textOf(files, kind, currency);
  return text === undefined ? [] : recordsOf(parseCsv(text).slice(2));
}

/** Transactions as `PAYMENT 1000`, in the order of the file. */
export function movesOf(files: ReadonlyMap<string, string>, currency: string): string[] {
  return rowsOf(files, "transactionItems", currency).map(
    ({ transactionType, settlementAmountValue }) => `${transactionType} ${settlementAmountValue}`,
  );
}

/** A noon in UTC+8, for each test some days after the last, so that its days are its own. */
export let noonMs = NOON_MS;
/** The midnight in UTC+8 after it. */
export let midnightMs = noonMs + 12 * HOUR_MS;

/** Each test begins at a noon of its own, and the clock stands still. */
export function startAtOwnNoon(): void {
  beforeEach(() => {
    noonMs += 10 * DAY_MS;
    midnightMs = noonMs + 12 * HOUR_MS;
    vi.useFakeTimers({ toFake: ["Date"], now: noonMs });
  });

  afterEach(() => {
    setGateway();
    vi.useRealTimers();
  });
}

/** The wallet's report of the clearing day that `dayMs` lies in. */
export const walletReport = (dayMs = noonMs) => reportOfDay(WALLET_ID, dayMs);
/** The acquirer's. */
export const acquirerReport = (dayMs = noonMs) => reportOfDay(ACQUIRER_ID, dayMs);

/** The acquirer refunds so many HKD, in minor units. */
export function refundHkd(paymentRequestId: string, value: string) {
  return ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: hkd(value) });
}
