/**
 * The stock of payment codes: pure functions from a stock and an event to the stock after it and the view of its
 * caller. A stock belongs to one customer on one device. It holds the codes that Alipay+ issued in advance, so that the
 * screen does not go blank when Alipay+ is slow.
 *
 * One caller at a time may fetch codes: the one that is granted the lease. A batch without the present lease, because
 * it is late or for a region that the customer has left, is dropped.
 *
 * Source: docs/spec/wallet/get-payment-code.md, docs/spec/payment-codes.md.
 */
import { type PauseLimits, pauseCeilingMs } from "../../protocol/exchange/retry.ts";

/** A code and its window: valid from the start up to, not including, the expiry. Epoch milliseconds. */
export type StockedCode = {
  readonly paymentCode: string;
  readonly startTimeMs: number;
  readonly expiryTimeMs: number;
};

/** The right to fetch codes, until it runs out. */
type Lease = { readonly id: string; readonly expiryTimeMs: number };

/** Failures in a row; `resultCode` is that of the last one, where Alipay+ refused. */
type Failures = { readonly count: number; readonly retryTimeMs: number; readonly resultCode: string | undefined };

/** Everything that a stock keeps. */
export type CodeStock = {
  /** The region that the codes were requested for; none counts as a region of its own. */
  readonly region: string | undefined;
  readonly codes: readonly StockedCode[];
  /** The time from which the next batch may be fetched while codes are left. */
  readonly earlyRenewalTimeMs: number;
  readonly lease: Lease | undefined;
  readonly failures: Failures | undefined;
};

/** The answer to a caller. */
export type CodeStockView =
  /** Show this one. With a `leaseId` the caller holds the lease, and fetches the next batch meanwhile. */
  | {
      readonly outcome: "CODE";
      readonly code: StockedCode;
      /** How many codes can be shown after this one. */
      readonly remainingCodes: number;
      readonly leaseId?: string | undefined;
    }
  /** There is no code; the caller holds the lease and fetches some. */
  | { readonly outcome: "RENEW"; readonly leaseId: string }
  /** There is no code yet: ask again in a moment. Another caller is fetching some, or a window is about to begin. */
  | { readonly outcome: "WAIT" }
  /**
   * There is no code, and Alipay+ is not asked before `retryTimeMs`. With a `resultCode` it refused, without one it did
   * not answer.
   */
  | { readonly outcome: "HELD_BACK"; readonly retryTimeMs: number; readonly resultCode?: string | undefined }
  /** There is no code, and none is fetched for this customer now. */
  | ({ readonly outcome: "LIMITED" } & FetchLimit);

/**
 * Which limit of a customer keeps codes from being fetched: that of devices that have codes, or that of fetches; and
 * when to ask again, epoch milliseconds.
 */
export type FetchLimit = { readonly limit: "DEVICES" | "RATE"; readonly retryTimeMs: number };

/** The stock after an event; the very same object when there is nothing to store. */
export type CodeStockStep = { readonly stock: CodeStock; readonly view: CodeStockView };

/** Asks for the code to show. */
export type CodeStockRequest = {
  readonly region?: string | undefined;
  /** Names the lease, if one is granted. New for each request; the same request may be sent twice. */
  readonly leaseId: string;
  /** A code that has paid, or is paying: it is never shown again. */
  readonly usedCode?: string | undefined;
};

/** The codes that Alipay+ issued, as far as they may be shown to this customer. */
export type CodeStockBatch = { readonly leaseId: string; readonly codes: readonly StockedCode[] };

/** A fetch that brought no code. */
export type CodeStockFailure = { readonly leaseId: string; readonly resultCode?: string | undefined };

/** A stock that was never asked. */
export const EMPTY_STOCK: CodeStock = {
  region: undefined,
  codes: [],
  earlyRenewalTimeMs: 0,
  lease: undefined,
  failures: undefined,
};

/** Longer than a call to Alipay+ with all its tries, and the registration of the codes. */
export const LEASE_DURATION_MS = 12_000;
/** When no more than this many codes are left after the current one, the next batch is fetched. */
const LOW_STOCK = 1;
/**
 * A window that begins within this time is waited for. The documentation's sample leaves a second between two windows.
 */
const WINDOW_WAIT_MS = 2_000;
/**
 * A batch has at most ten codes of a minute each; a window that begins more than an hour ahead is a mistake (the
 * documentation's sample has a day).
 */
const WINDOW_AHEAD_LIMIT_MS = 3_600_000;
const RETRY_PAUSES: PauseLimits = { firstPauseMs: 1_000, pauseLimitMs: 30_000 };

/** The codes that can be shown, now or later: the earliest expiry first. Expired or inverted windows are left out. */
function usableCodes(codes: readonly StockedCode[], nowMs: number): StockedCode[] {
  return codes
    .filter(
      ({ startTimeMs, expiryTimeMs }) =>
        startTimeMs < expiryTimeMs && nowMs < expiryTimeMs && startTimeMs <= nowMs + WINDOW_AHEAD_LIMIT_MS,
    )
    .sort((a, b) => a.expiryTimeMs - b.expiryTimeMs || a.startTimeMs - b.startTimeMs);
}

/** When a stock holds nothing that is still useful, if nothing changes; epoch milliseconds. */
export function spentTimeMs({ codes, lease, failures }: CodeStock, nowMs: number): number {
  const expiryTimesMs = usableCodes(codes, nowMs).map(({ expiryTimeMs }) => expiryTimeMs);
  return Math.max(lease?.expiryTimeMs ?? 0, failures?.retryTimeMs ?? 0, ...expiryTimesMs);
}

/** Whether a stock holds nothing that is still useful. */
export function isSpent(stock: CodeStock, nowMs: number): boolean {
  return spentTimeMs(stock, nowMs) <= nowMs;
}

/** Whether a stock's failures still count, for some time after their pause: the next one makes the pause longer. */
export function remembersFailures({ failures }: CodeStock, nowMs: number): boolean {
  return failures !== undefined && nowMs < failures.retryTimeMs + RETRY_PAUSES.pauseLimitMs;
}

/**
 * A customer's screen asks for the code to show.
 *
 * @param limitOf why no codes may be fetched for the customer now; only called when they are needed
 */
export function askStock(
  stock: CodeStock,
  request: CodeStockRequest,
  nowMs: number,
  limitOf: () => FetchLimit | undefined,
): CodeStockStep {
  const { leaseId } = request;
  const asked = withoutCode(ofRegion(stock, request.region), request.usedCode);
  const view = viewOf(asked, nowMs);
  if (!needsCodes(asked, view, nowMs) || !isFree(asked, leaseId, nowMs)) return { stock: asked, view };
  const limit = isLeased(asked, nowMs) ? undefined : limitOf();
  if (limit) {
    if (view.outcome === "CODE") return { stock: asked, view };
    // Nothing is kept for a device without codes, and the codes of the region before stay.
    return { stock: withoutCode(stock, request.usedCode), view: { outcome: "LIMITED", ...limit } };
  }
  const lease = { id: leaseId, expiryTimeMs: nowMs + LEASE_DURATION_MS };
  const granted: CodeStockView = view.outcome === "CODE" ? { ...view, leaseId } : { outcome: "RENEW", leaseId };
  return { stock: { ...asked, lease }, view: granted };
}

/**
 * A batch has arrived: it replaces all codes but the current one, which stays on the screen until it expires. A batch
 * without a code to show counts as a failure.
 */
export function storeBatch(stock: CodeStock, { leaseId, codes }: CodeStockBatch, nowMs: number): CodeStockStep {
  if (stock.lease?.id !== leaseId) return { stock, view: viewOf(stock, nowMs) };
  const current = currentOf(usableCodes(stock.codes, nowMs), nowMs);
  const fresh = usableCodes(codes, nowMs).filter(({ paymentCode }) => paymentCode !== current?.paymentCode);
  const last = fresh.at(-1);
  if (!last || !(current || beginsSoon(fresh, nowMs))) return noteFailure(stock, { leaseId }, nowMs);
  const stored: CodeStock = {
    ...stock,
    codes: current ? [current, ...fresh] : fresh,
    // However few codes a batch has, it is used for half of its time before the next one is fetched.
    earlyRenewalTimeMs: nowMs + Math.ceil((last.expiryTimeMs - nowMs) / 2),
    lease: undefined,
    failures: undefined,
  };
  return { stock: stored, view: viewOf(stored, nowMs) };
}

/** The holder of the lease got no codes: the pause before the next try doubles each time. */
export function noteFailure(stock: CodeStock, { leaseId, resultCode }: CodeStockFailure, nowMs: number): CodeStockStep {
  if (stock.lease?.id !== leaseId) return { stock, view: viewOf(stock, nowMs) };
  const count = (stock.failures?.count ?? 0) + 1;
  const retryTimeMs = nowMs + pauseCeilingMs(RETRY_PAUSES, count);
  const failed = { ...stock, lease: undefined, failures: { count, retryTimeMs, resultCode } };
  return { stock: failed, view: viewOf(failed, nowMs) };
}

/**
 * Codes belong to a region: another region begins without codes. Only a failure without an answer counts in every
 * region.
 */
function ofRegion(stock: CodeStock, region: string | undefined): CodeStock {
  if (stock.region === region) return stock;
  const { failures } = stock;
  return { ...EMPTY_STOCK, region, failures: failures?.resultCode === undefined ? failures : undefined };
}

function withoutCode(stock: CodeStock, usedCode: string | undefined): CodeStock {
  const codes = stock.codes.filter(({ paymentCode }) => paymentCode !== usedCode);
  return codes.length === stock.codes.length ? stock : { ...stock, codes };
}

/** The valid code that expires first. */
function currentOf(usable: readonly StockedCode[], nowMs: number): StockedCode | undefined {
  return usable.find(({ startTimeMs }) => startTimeMs <= nowMs);
}

/** The view of a caller who is not granted the lease. */
function viewOf(stock: CodeStock, nowMs: number): CodeStockView {
  const usable = usableCodes(stock.codes, nowMs);
  const code = currentOf(usable, nowMs);
  if (code) {
    return { outcome: "CODE", code, remainingCodes: usable.length - 1 - usable.indexOf(code) };
  }
  const { failures } = stock;
  const isAboutToCome = isLeased(stock, nowMs) || beginsSoon(usable, nowMs);
  if (isAboutToCome || !failures || !isHeldBack(stock, nowMs)) return { outcome: "WAIT" };
  return { outcome: "HELD_BACK", retryTimeMs: failures.retryTimeMs, resultCode: failures.resultCode };
}

function needsCodes(stock: CodeStock, view: CodeStockView, nowMs: number): boolean {
  if (view.outcome !== "CODE") return !beginsSoon(usableCodes(stock.codes, nowMs), nowMs);
  return view.remainingCodes <= LOW_STOCK && nowMs >= stock.earlyRenewalTimeMs;
}

function beginsSoon(usable: readonly StockedCode[], nowMs: number): boolean {
  return usable.some(({ startTimeMs }) => startTimeMs <= nowMs + WINDOW_WAIT_MS);
}

function isLeased({ lease }: CodeStock, nowMs: number): boolean {
  return lease !== undefined && isAhead(lease.expiryTimeMs, nowMs, LEASE_DURATION_MS);
}

/** Whether the pause after a failure lasts. */
function isHeldBack({ failures }: CodeStock, nowMs: number): boolean {
  return failures !== undefined && isAhead(failures.retryTimeMs, nowMs, RETRY_PAUSES.pauseLimitMs);
}

/** Whether a time is still to come. One beyond the limit was set by a clock that was ahead, and does not count. */
function isAhead(timeMs: number, nowMs: number, limitMs: number): boolean {
  return nowMs < timeMs && timeMs <= nowMs + limitMs;
}

/** Whether the lease can be granted: no other caller holds it, and the pause after a failure is over. */
function isFree(stock: CodeStock, leaseId: string, nowMs: number): boolean {
  const { lease } = stock;
  if (isHeldBack(stock, nowMs)) return false;
  // A request that is repeated because its answer was lost gets the same answer.
  return !isLeased(stock, nowMs) || lease?.id === leaseId;
}
