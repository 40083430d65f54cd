/** Changes to the directory and to the payment codes of a home. */
import type { Change } from "../change.ts";

const DIRECTORY = "durable/directory/object.ts";
const CODES = "durable/payment-codes/payment-codes.ts";

const DIRECTORY_TEST = "gateway test/gateway/durable/directory.test.ts";
const CODES_TEST = "gateway test/gateway/durable/payment-codes.test.ts";

/** The changes. */
export const CLAIM_CHANGES: readonly Change[] = [
  {
    name: "a later claim of a payment is answered like the first",
    file: DIRECTORY,
    find: '? { outcome: "KNOWN", home, expiryTimeMs }\n      : this.#paymentOf(paymentId);',
    replacement: '? { outcome: "KNOWN", home, expiryTimeMs }\n      : { outcome: "KNOWN", home, expiryTimeMs };',
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a cancel takes a payment from its home",
    file: DIRECTORY,
    find: '? { outcome: "CLOSED" } : this.#paymentOf(paymentId);',
    replacement: '? { outcome: "CLOSED" } : { outcome: "CLOSED" };',
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a refund moves to another payment",
    file: DIRECTORY,
    find: "return { paymentId: row.payment_id, paymentIsUnknown",
    replacement: "return { paymentId, paymentIsUnknown",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a refund of an unknown payment is made once the payment comes",
    file: DIRECTORY,
    find: "paymentIsUnknown: row.payment_is_unknown !== 0 };",
    replacement: "paymentIsUnknown };",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a code of another customer is registered",
    file: DIRECTORY,
    find: "return !known || (known.owner === owner && known.paymentId === undefined);",
    replacement: "return !known || known.paymentId === undefined;",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a code that has paid is claimed by another payment",
    file: DIRECTORY,
    find: "WHERE owner = excluded.owner AND payment_id IS NULL",
    replacement: "WHERE owner = excluded.owner",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a code of another customer is claimed",
    file: DIRECTORY,
    find: "WHERE owner = excluded.owner AND payment_id IS NULL",
    replacement: "WHERE payment_id IS NULL",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a code pays however long it has expired",
    file: CODES,
    find: "return arrivalTimeMs < expiryTimeMs + this.#graceMs",
    replacement: "return arrivalTimeMs > 0",
    tests: [CODES_TEST],
  },
  {
    name: "a code has no grace",
    file: CODES,
    find: "return arrivalTimeMs < expiryTimeMs + this.#graceMs",
    replacement: "return arrivalTimeMs < expiryTimeMs",
    tests: [CODES_TEST],
  },
  {
    name: "a home does not know the codes that have paid",
    file: CODES,
    find: 'for (const { paymentId } of found) if (paymentId !== null) return { status: "USED", paymentId };',
    replacement: "",
    tests: [CODES_TEST],
  },
  {
    name: "a payment frees the code of another",
    file: CODES,
    find: "DELETE FROM used_codes WHERE code = ? AND payment_id = ?",
    replacement: "DELETE FROM used_codes WHERE code = ? AND ? IS NOT NULL",
    tests: [CODES_TEST],
  },
  {
    name: "a code that has paid is shown again",
    file: CODES,
    find: "codes.filter(({ paymentCode }) => this.#paymentOf(paymentCode) === undefined);",
    replacement: "codes;",
    tests: [CODES_TEST],
  },
  {
    name: "a batch is overwritten while its codes are valid",
    file: CODES,
    find: "batches.findLast(({ expiry_time_ms }) => timeMs >= expiry_time_ms + keptMs)",
    replacement: "batches.findLast(({ expiry_time_ms }) => timeMs >= expiry_time_ms - keptMs)",
    tests: [CODES_TEST],
  },
  {
    name: "a rehearsal that is set ahead overwrites the codes of the true time",
    file: CODES,
    find: "overBy(runtimeTimeMs(nowMs)) ??",
    replacement: "overBy(nowMs) ??",
    tests: [CODES_TEST],
  },
  {
    name: "a code that is issued again keeps its first expiry",
    file: CODES,
    find: "expiries.set(code, Math.max(expiryTimeMs, expiries.get(code) ?? 0));",
    replacement: "if (!expiries.has(code)) expiries.set(code, expiryTimeMs);",
    tests: [CODES_TEST],
  },
  {
    name: "a customer's batches have no limit",
    file: CODES,
    find: "batches.length < BATCHES_LIMIT ?",
    replacement: "batches.length >= 0 ?",
    tests: [CODES_TEST],
  },
];
