/**
 * One structured line per request. It holds only what an operator needs to find a fault: no codes, tokens, keys,
 * amounts or personal data.
 */

/** The content of a line; a stage that never ran is missing. */
export type RequestLine = {
  /** The answer carries it as `Plusgate-Request-Id`. */
  readonly requestId: string;
  interface: string;
  resultCode: string;
  /** S, F or U, towards Alipay+. */
  resultStatus?: string;
  /** Towards the wallet. */
  httpStatus?: number;
  /** The reason, where the answer gives less. */
  reason?: string;
  keyVersion?: number;
  shard?: number;
  /** The operator who called, as OPS_TOKENS names them. */
  operator?: string;
  /** Half a SHA-256 of the id that an operator's path names: customer, payment, authorisation or merchant. */
  about?: string;
  /** The same of a funding's entry in the journal. */
  funding?: string;
  /** How long each stage took, in milliseconds. On Workers the clock stands still between two I/O events. */
  readonly ms: { receive?: number; verify?: number; answer?: number; sign?: number; total?: number };
};

/** The codes of an answer when the gateway itself has failed: towards Alipay+, and towards the wallet. */
const FAILURES: readonly string[] = ["UNKNOWN_EXCEPTION", "INTERNAL_ERROR"];

/** A caller that hung up before the end of its body: nothing has failed here, and it is asked for again. */
const HUNG_UP = "BODY_BROKEN_OFF";

/** Writes a line about a request. */
export function logRequest(line: RequestLine): void {
  const level = line.reason === HUNG_UP ? "debug" : FAILURES.includes(line.resultCode) ? "error" : "info";
  console.log(JSON.stringify({ level, event: "request", ...line }));
}

/** Writes a line about a fault of the gateway itself. The error's text goes to the log only. */
export function logFault(event: string, error: unknown, context: Readonly<Record<string, string | number>> = {}): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  console.error(JSON.stringify({ level: "error", event, ...context, error: text }));
}

/** Writes a line about something outside the gateway that an operator should look at. */
export function logWarning(event: string, context: Readonly<Record<string, unknown>>): void {
  console.warn(JSON.stringify({ level: "warn", event, ...context }));
}
