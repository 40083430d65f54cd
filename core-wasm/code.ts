import { core, writeCode } from "./memory.ts";

/**
 * The kind of a code by its form alone, whether or not it is valid, known or expired.
 *
 * - `PAYMENT_CODE`: 24 digits, issuer identifier (6), business type `02`, user identification number (16).
 * - `PAYMENT_CODE_LEGACY`: 17 to 19 digits that start with 28.
 * - `PAYMENT_CODE_RESERVED`: 20 to 23 or 25 to 32 digits that start with 25 to 30; kept for later use.
 * - `PAYMENT_CODE_ROUTABLE`: any other 16 to 24 digits that start with 25 to 30; a merchant sends them to Alipay+.
 * - `PRIVATE_ORDER_CODE`: an HTTPS URL whose path starts `281***04****`, twelve digits.
 * - `MPM_STANDARD`: `HTTPS://<domain>/MPM/3/GPLD…` whose lengths add up.
 * - `EMVCO`: TLV from tag 00 to a correct CRC in tag 63.
 * - `ENTRY_CODE`: any other HTTPS URL (a host name, at most a port, no user information; visible ASCII).
 * - `UNKNOWN`: everything else.
 *
 * Source: docs/spec/payment-codes.md, docs/spec/order-codes.md.
 */
export type CodeKind =
  | "PAYMENT_CODE"
  | "PAYMENT_CODE_LEGACY"
  | "PAYMENT_CODE_RESERVED"
  | "PAYMENT_CODE_ROUTABLE"
  | "PRIVATE_ORDER_CODE"
  | "MPM_STANDARD"
  | "EMVCO"
  | "ENTRY_CODE"
  | "UNKNOWN";

/** In the order of the numbers in assembly/code.ts. */
const KINDS: readonly CodeKind[] = [
  "UNKNOWN",
  "PAYMENT_CODE",
  "PAYMENT_CODE_LEGACY",
  "PAYMENT_CODE_RESERVED",
  "PAYMENT_CODE_ROUTABLE",
  "PRIVATE_ORDER_CODE",
  "MPM_STANDARD",
  "EMVCO",
  "ENTRY_CODE",
];

/**
 * The kind of code that a text is.
 *
 * @param value the code exactly as it was shown or scanned, of any length; more than 512 characters are `UNKNOWN`.
 * @returns the kind; every text has one.
 * @example classifyCode("251001020123456789012345") // "PAYMENT_CODE"
 */
export function classifyCode(value: string): CodeKind {
  const length = writeCode(value);
  return (length < 0 ? undefined : KINDS[core.classifyCode(length)]) ?? "UNKNOWN";
}
