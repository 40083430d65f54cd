/** Changes to the home: its calls, its resolver, its alarm, its refunds. */
import type { Change } from "../change.ts";

const HOME = "durable/customers/object.ts";
const RESOLVER = "durable/customers/resolver.ts";
const REFUNDS = "durable/payments/refunds.ts";
const REFUND_STORE = "durable/payments/refund-store.ts";
const ALARM = "durable/platform/due-alarm.ts";

const ALARM_TEST = "http-core test/gateway/http-core/alarm.test.ts";
const DUE_ALARM_TEST = "gateway test/gateway/durable/platform/due-alarm.test.ts";
const CLAIMS_TEST = "gateway test/gateway/durable/claims.test.ts";
const CORE_FAULTS_TEST = "http-core test/gateway/http-core/core-faults.test.ts";
const LATE_ANSWERS_TEST = "http-core test/gateway/http-core/late-answers.test.ts";
const DIRECTORY_TEST = "gateway test/gateway/durable/directory.test.ts";
const OPERATORS_TEST = "http-core test/gateway/http-core/operators.test.ts";
const OTHER_CORE_TEST = "gateway test/gateway/durable/other-core.test.ts";
const REFUND_TEST = "gateway test/gateway/alipayplus/refund.test.ts";
const SHARD_LIMIT_TEST = "gateway test/gateway/shard-in-flight.test.ts";
const WALLET_TEST = "gateway test/gateway/wallet/payments.test.ts";

/** The changes. */
export const HOME_CHANGES: readonly Change[] = [
  {
    name: "a cancel does not wait for a refund in process",
    file: HOME,
    find: "refundRecords.isOpen(paymentId), nowMs()",
    replacement: "false, nowMs()",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a cancel asks another core than the payment's",
    file: HOME,
    find: 'if (!hasItsCore(this.#home, known)) return { outcome: "IN_PROCESS" };',
    replacement: "",
    tests: [OTHER_CORE_TEST],
  },
  {
    name: "a confirmed order is debited by another core than its own",
    file: HOME,
    find: "&& known.core === configuration.core.name) {",
    replacement: ") {",
    tests: [OTHER_CORE_TEST],
  },
  {
    name: "a cancel that overtakes its pay leaves no tombstone",
    file: HOME,
    find: 'store.insertTombstone(paymentId, paymentRequestId, "CANCEL");',
    replacement: "",
    tests: [CLAIMS_TEST],
  },
  {
    name: "an order gets a later expiry than the first claim",
    file: HOME,
    find: "expiryTimeMs = place.expiryTimeMs;",
    replacement: "",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a payment that never came is in process after its expiry",
    file: HOME,
    find: "if (known || nowMs() < expiryTimeMs) return known;",
    replacement: "if (known || nowMs() > 0) return known;",
    tests: [DIRECTORY_TEST],
  },
  {
    name: "a customer declines another customer's order",
    file: HOME,
    find: "if (terms && isTheirs(payment, terms)) store.apply",
    replacement: "if (terms) store.apply",
    tests: [WALLET_TEST],
  },
  {
    name: "a pay beyond the limit of a shard is begun",
    file: HOME,
    find: 'if (!leave) return { outcome: "BUSY" };',
    replacement: "if (!leave) return unlessDirectoryIsSilent(otherwise, work);",
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a call that has ended counts as under way",
    file: HOME,
    find: "      leave();\n",
    replacement: "",
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a confirmation does not count as under way",
    file: HOME,
    find: 'this.#admitted<ReportReply>({ outcome: "UNAVAILABLE" }, async () => {\n        await payments.confirm(known);',
    replacement:
      'unlessDirectoryIsSilent<ReportReply>({ outcome: "UNAVAILABLE" }, async () => {\n        await payments.confirm(known);',
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a cancel does not count as under way",
    file: HOME,
    find: "this.#admitted<CancelReply>(",
    replacement: "unlessDirectoryIsSilent<CancelReply>(",
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a refund does not count as under way",
    file: HOME,
    find: 'this.#admitted({ outcome: "IN_PROCESS" }, refund)',
    replacement: "refund()",
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a repeat of a refund counts as under way",
    file: HOME,
    find: "refundRecords.find(command.refundId) ? refund() :",
    replacement: "",
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a shard whose queue is full is our own fault",
    file: "worker/alipayplus/receive.ts",
    find: 'stage === "interface" && isOverloaded(error)',
    replacement: 'false && stage === "interface" && isOverloaded(error)',
    tests: [SHARD_LIMIT_TEST],
  },
  {
    name: "a probe hides the last operation without an answer",
    file: "durable/customers/watched-core.ts",
    find: "this.#probeFailure = trouble;",
    replacement: "this.#probeFailure = this.#lastFailure = trouble;",
    tests: [OPERATORS_TEST],
  },
  {
    name: "the last operation without an answer shows only while the core does not answer",
    file: "durable/customers/watched-core.ts",
    find: 'breaker: "CLOSED", lastFailure };',
    replacement: 'breaker: "CLOSED" };',
    tests: [OPERATORS_TEST],
  },
  {
    name: "no alarm after a restart with open work",
    file: HOME,
    find: "() => this.#home.alarm.armForOpenWork()",
    replacement: "() => {}",
    tests: [ALARM_TEST],
  },
  {
    name: "the sweep sets no alarm",
    file: HOME,
    find: "alarm.rearm(now);",
    replacement: "",
    tests: [ALARM_TEST],
  },
  {
    name: "the alarm does not count the refunds",
    file: "durable/customers/home.ts",
    find: 'const DUE_TABLES = ["payments", "refunds", "outbox", "authorizations"];',
    replacement: 'const DUE_TABLES = ["payments", "outbox", "authorizations"];',
    tests: [ALARM_TEST],
  },
  {
    name: "the alarm does not re-arm",
    file: RESOLVER,
    find: "alarm.rearm(nowMs());",
    replacement: "",
    tests: [ALARM_TEST],
  },
  {
    name: "the resolver leaves the refunds",
    file: RESOLVER,
    find: "refundRecords.due(now, RESOLVE_BATCH).map((record) => resolveRefund(home, record));",
    replacement: "[];",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "the resolver leaves the payments",
    file: RESOLVER,
    find: "records.due(now, RESOLVE_BATCH).map((record) => resolve(home, record));",
    replacement: "[];",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "the resolver asks another core than the payment's",
    file: RESOLVER,
    find: "if (hasItsCore(home, record)) await",
    replacement: "if (record) await",
    tests: [OTHER_CORE_TEST],
  },
  {
    name: "the resolver asks another core than the refund's",
    file: RESOLVER,
    find: "if (hasItsCore(home, payment)) await",
    replacement: "if (payment) await",
    tests: [OTHER_CORE_TEST],
  },
  {
    name: "a refund asks another core than its payment's",
    file: REFUNDS,
    find: 'if (payment.core !== core) return { outcome: "IN_PROCESS" };',
    replacement: "",
    tests: [OTHER_CORE_TEST],
  },
  {
    name: "a repeated refund with other parameters is answered with the result",
    file: REFUNDS,
    find: "known.fingerprint === command.fingerprint &&",
    replacement: "",
    tests: [REFUND_TEST],
  },
  {
    name: "the amounts of a refund are not reserved",
    file: REFUND_STORE,
    find: "if (amounts !== NOTHING) records.updateRefunded",
    replacement: "if (false) records.updateRefunded",
    tests: [REFUND_TEST],
  },
  {
    name: "the amounts of a refund that the core refused are not released",
    file: REFUND_STORE,
    find: 'if (state.status.name === "FAILED") this.#release(record);',
    replacement: "",
    tests: [LATE_ANSWERS_TEST],
  },
  {
    name: "no alarm at the claim of a refund",
    file: REFUND_STORE,
    find: "    alarm.armFor(state.dueTimeMs);\n    return record;",
    replacement: "    return record;",
    tests: [ALARM_TEST],
  },
  {
    name: "no earlier alarm for a refund without an answer",
    file: REFUND_STORE,
    find: "this.#context.alarm.armFor(state.dueTimeMs);",
    replacement: "",
    tests: [ALARM_TEST],
  },
  {
    name: "after a restart an earlier alarm is put off by a later due time",
    file: ALARM,
    find: "this.#set(Math.min(dueTimeMs, this.#earliestDueTimeMs() ?? dueTimeMs));",
    replacement: "this.#set(dueTimeMs);",
    tests: [DUE_ALARM_TEST],
  },
  {
    name: "an alarm is not moved to an earlier time",
    file: ALARM,
    find: "if (this.#armedForMs !== undefined && this.#armedForMs <= dueTimeMs) return;",
    replacement: "if (this.#armedForMs !== undefined) return;",
    tests: [DUE_ALARM_TEST],
  },
  {
    name: "an alarm that has fired counts as set",
    file: ALARM,
    find: "  rearm(nowMs: number): void {\n    this.#armedForMs = undefined;\n",
    replacement: "  rearm(nowMs: number): void {\n",
    tests: [DUE_ALARM_TEST],
  },
  {
    name: "the alarm fires in a loop for a row that is being worked on",
    file: ALARM,
    find: "this.#set(Math.max(earliest, nowMs + DueAlarm.#PAUSE_MS));",
    replacement: "this.#set(earliest);",
    tests: [DUE_ALARM_TEST],
  },
];
