/** Changes to what operators do with a customer: funding, and what is personal, by retention and by erasure. */
import type { Change } from "../change.ts";

const FUNDING = "durable/ledger/fund-customer.ts";
const JOURNAL = "durable/ledger/journal.ts";
const RETENTION = "durable/customers/retention.ts";
const PERSONAL_DATA = "durable/customers/personal-data.ts";
const TEXTS = "durable/payments/texts.ts";

const FUNDING_TEST = "gateway test/gateway/ops-customers.test.ts";
const RETENTION_TEST = "gateway test/gateway/durable/customers/retention.test.ts";
const PERSONAL_DATA_TEST = "gateway test/gateway/durable/customers/personal-data.test.ts";
const CORE_FAULTS_TEST = "http-core test/gateway/http-core/core-faults.test.ts";

/** The changes. */
export const CUSTOMER_CHANGES: readonly Change[] = [
  {
    name: "the line of an operator's call does not say about whom",
    file: "worker/ops/index.ts",
    find: "if (id !== undefined) arrival.line.about = await halfDigestOf(id);",
    replacement: "",
    tests: [FUNDING_TEST],
  },
  {
    name: "the line of a funding does not say which",
    file: "worker/ops/customer-endpoints.ts",
    find: "arrival.line.funding = await halfDigestOf(fundingEntryIdOf(customerId, fundingId));",
    replacement: "",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding is made again when it is asked for again",
    file: FUNDING,
    find: "  if (known) {\n",
    replacement: "  if (known && customerId === undefined) {\n",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding of another amount under the same id counts as made",
    file: FUNDING,
    find: "known.currency === amount.currency && legsToText(known.legs) === legsToText(legs);",
    replacement: "known.currency === amount.currency;",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding in another currency under the same id counts as made",
    file: FUNDING,
    find: "known.currency === amount.currency && legsToText",
    replacement: "legsToText",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding belongs to no customer",
    file: FUNDING,
    find: "customerId}#$",
    replacement: "direction}#$",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding's id may be that of a change of the balance",
    file: FUNDING,
    find: "}#$",
    replacement: "}:$",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding takes out more than there is",
    file: FUNDING,
    find: "if (customer.balanceMinor + differenceMinor < 0n) return",
    replacement: "if (false) return",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding in another currency than the account's",
    file: FUNDING,
    find: "if (customer.settings.currency !== amount.currency) return",
    replacement: "if (false) return",
    tests: [FUNDING_TEST],
  },
  {
    name: "refunds could take a funded balance beyond 64 bits",
    file: FUNDING,
    find: "if (customer.fundedMinor + differenceMinor > AMOUNT_MAX_MINOR) {",
    replacement: "if (customer.balanceMinor + differenceMinor > AMOUNT_MAX_MINOR) {",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding that takes out adds",
    file: FUNDING,
    find: 'direction === "IN" ? amount.amountMinor : -amount.amountMinor;',
    replacement: "amount.amountMinor;",
    tests: [FUNDING_TEST],
  },
  {
    name: "a funding is not kept",
    file: JOURNAL,
    find: "fundedMinor: customer.fundedMinor - amountOn",
    replacement: "fundedMinor: customer.fundedMinor + 0n * amountOn",
    tests: [FUNDING_TEST],
  },
  {
    name: "the retention empties too early",
    file: RETENTION,
    find: "return nowMs >= storedTimeMs + this.#context.retentionMs;",
    replacement: "return nowMs >= storedTimeMs + this.#context.retentionMs - 1;",
    tests: [RETENTION_TEST],
  },
  {
    name: "the retention empties too late",
    file: RETENTION,
    find: "return nowMs >= storedTimeMs + this.#context.retentionMs;",
    replacement: "return nowMs > storedTimeMs + this.#context.retentionMs;",
    tests: [RETENTION_TEST],
  },
  {
    name: "the retention ends after one step",
    file: RETENTION,
    find: "const isMore = over.length === STEP_ROWS;",
    replacement: "const isMore = false;",
    tests: [RETENTION_TEST],
  },
  {
    name: "the retention never looks again at what was open",
    file: RETENTION,
    find: "this.#afterNumber = isMore ? (over.at(-1)?.textsNumber ?? 0) : 0;",
    replacement: "this.#afterNumber = over.at(-1)?.textsNumber ?? this.#afterNumber;",
    tests: [RETENTION_TEST],
  },
  {
    name: "the sweep does not begin the retention",
    file: RETENTION,
    find: "(oldest !== undefined && this.#isOver(oldest, nowMs)) ||",
    replacement: "(oldest !== undefined && false) ||",
    tests: [RETENTION_TEST],
  },
  {
    name: "the retention keeps the texts of refunds",
    file: PERSONAL_DATA,
    find: 'else if ("refundId" in owner) this.#emptyRefund(owner);',
    replacement: 'else if ("refundId" in owner) return;',
    tests: [RETENTION_TEST],
  },
  {
    name: "an order that is open is emptied",
    file: PERSONAL_DATA,
    find: 'case "AWAITING_CONFIRMATION":\n      case "PROCESSING":',
    replacement: 'case "AWAITING_CONFIRMATION":\n        return false;\n      case "PROCESSING":',
    tests: [PERSONAL_DATA_TEST],
  },
  {
    name: "a payment with an open refund is erased",
    file: PERSONAL_DATA,
    find: "refundRecords.isOpen(paymentId) ||",
    replacement: "",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a payment whose result is still to be notified is erased",
    file: PERSONAL_DATA,
    find: "notifications.report(paymentId)?.dueTimeMs !== undefined ||",
    replacement: "",
    tests: [PERSONAL_DATA_TEST],
  },
  {
    name: "an erasure leaves code and merchant in the payment's row",
    file: PERSONAL_DATA,
    find: "    records.empty(record.paymentId);\n",
    replacement: "",
    tests: [PERSONAL_DATA_TEST],
  },
  {
    name: "an erasure leaves the codes that were issued",
    file: PERSONAL_DATA,
    find: "    codes.removeOfCustomer(customerId);\n",
    replacement: "",
    tests: [PERSONAL_DATA_TEST],
  },
  {
    name: "emptied texts stay as rows",
    file: TEXTS,
    find: 'this.#sql.exec("DELETE FROM texts WHERE texts_number = ?", textsNumber);',
    replacement: "",
    tests: [RETENTION_TEST],
  },
];
