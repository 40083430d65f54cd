/**
 * The payment codes that Alipay+ has given out. Pure but for the random digits: (list, request) gives list and answer.
 *
 * Source: spec/03 Payment codes; spec/02 getPaymentCode; seeds/000 step 1.
 */

/** A code, whom it stands for, and when it may be shown: from the start, and before the expiry. Epoch milliseconds. */
export type IssuedCode = {
  readonly paymentCode: string;
  readonly customerId: string;
  readonly startTimeMs: number;
  readonly expiryTimeMs: number;
};

/** A wish for codes. `nowMs` is the caller's clock. */
export type CodeWish = { readonly customerId: string; readonly quantity: number; readonly nowMs: number };

/** New codes, or none because too many others can still be used. */
export type CodeIssue =
  | { readonly outcome: "ISSUED"; readonly codes: readonly IssuedCode[] }
  | { readonly outcome: "TOO_MANY_CODES" };

/** What a code decodes to. */
export type DecodedCode =
  | { readonly outcome: "VALID"; readonly customerId: string }
  | { readonly outcome: "EXPIRED" }
  | { readonly outcome: "NOT_YET_VALID"; readonly startTimeMs: number }
  | { readonly outcome: "UNKNOWN" };

/** The most codes that are remembered. With the longest ids they take about half of what one stored value may hold. */
export const CODES_LIMIT = 2_000;
/** How long a code can be shown. */
export const CODE_VALIDITY_MS = 60_000;
/** How long an expired code is told from an unknown one, where there is room. */
export const EXPIRED_CODE_KEPT_MS = 600_000;

const SECOND_MS = 1_000;
/** The sandbox wallet's issuer identifier, and the business type of a payment code. */
const CODE_PREFIX = "28100602";
const USER_NUMBER_DIGITS = 16;
/** The largest multiple of ten that a byte reaches: bytes from there on would favour small digits. */
const UNBIASED_BYTES = 250;

/**
 * Issues codes whose windows follow each other without a gap. The first starts at the present second, so that the
 * time that is written is the time that counts.
 *
 * @returns the new list and the answer; with `TOO_MANY_CODES` the list stays as it was
 */
export function issueCodes(
  codes: readonly IssuedCode[],
  wish: CodeWish,
): { readonly codes: readonly IssuedCode[]; readonly answer: CodeIssue } {
  const room = CODES_LIMIT - wish.quantity;
  const live = codes.filter(({ expiryTimeMs }) => wish.nowMs < expiryTimeMs);
  if (live.length > room) return { codes, answer: { outcome: "TOO_MANY_CODES" } };

  const expired = codes.filter(
    ({ expiryTimeMs }) => wish.nowMs >= expiryTimeMs && wish.nowMs < expiryTimeMs + EXPIRED_CODE_KEPT_MS,
  );
  const kept = [...expired.slice(Math.max(0, expired.length + live.length - room)), ...live];
  const taken = new Set(codes.map(({ paymentCode }) => paymentCode));
  const firstStartTimeMs = Math.floor(wish.nowMs / SECOND_MS) * SECOND_MS;
  const issued = Array.from({ length: wish.quantity }, (_, index): IssuedCode => {
    const startTimeMs = firstStartTimeMs + index * CODE_VALIDITY_MS;
    const paymentCode = newPaymentCode(taken);
    return { paymentCode, customerId: wish.customerId, startTimeMs, expiryTimeMs: startTimeMs + CODE_VALIDITY_MS };
  });
  return { codes: [...kept, ...issued], answer: { outcome: "ISSUED", codes: issued } };
}

/** Decodes a code as Alipay+ does when a merchant sends it. */
export function decodeCode(codes: readonly IssuedCode[], paymentCode: string, nowMs: number): DecodedCode {
  const code = codes.find((issued) => issued.paymentCode === paymentCode);
  if (!code) return { outcome: "UNKNOWN" };
  if (nowMs >= code.expiryTimeMs) return { outcome: "EXPIRED" };
  if (nowMs < code.startTimeMs) return { outcome: "NOT_YET_VALID", startTimeMs: code.startTimeMs };
  return { outcome: "VALID", customerId: code.customerId };
}

/** A code that is not taken; takes it. */
function newPaymentCode(taken: Set<string>): string {
  let paymentCode: string;
  do {
    paymentCode = CODE_PREFIX + randomDigits(USER_NUMBER_DIGITS);
  } while (taken.has(paymentCode));
  taken.add(paymentCode);
  return paymentCode;
}

/** Decimal digits that nobody can guess, each equally likely. */
function randomDigits(length: number): string {
  let digits = "";
  while (digits.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < UNBIASED_BYTES) digits += byte % 10;
    }
  }
  return digits.slice(0, length);
}
