/** Changes to what is stored and published of a payment, and to payments with the embedded core. */
import type { Change } from "../change.ts";

const STORE = "durable/payments/store.ts";
const EMBEDDED = "durable/payments/embedded-payments.ts";
const CLAIMS = "durable/payments/claims.ts";
const VIEWS = "durable/payments/views.ts";
const PUBLISH = "durable/payments/publish.ts";
const RESULTS = "durable/payments/results.ts";

const ALARM_TEST = "http-core test/gateway/http-core/alarm.test.ts";
const CLAIMS_TEST = "gateway test/gateway/durable/claims.test.ts";
const CORE_FAULTS_TEST = "http-core test/gateway/http-core/core-faults.test.ts";
const LATE_ANSWERS_TEST = "http-core test/gateway/http-core/late-answers.test.ts";
const CANCEL_TEST = "gateway test/gateway/alipayplus/cancel-payment.test.ts";
const CODES_TEST = "gateway test/gateway/durable/issued-codes.test.ts";
const NOTIFICATIONS_TEST = "gateway test/gateway/durable/notifications.test.ts";
const REPEATS_TEST = "gateway test/gateway/alipayplus/pay-repeats.test.ts";
const WALLET_TEST = "gateway test/gateway/wallet/payments.test.ts";
const LATER_REASONS_TEST = "gateway test/gateway/durable/later-reasons.test.ts";
const AMOUNTS_TEST = "gateway test/gateway/alipayplus/refund-amounts.test.ts";

/** The changes. */
export const PAYMENT_CHANGES: readonly Change[] = [
  {
    name: "a payment that a later release has refused may still succeed",
    file: RESULTS,
    find: "PAYMENT_REFUSALS[reason] ?? REFUSED",
    replacement: "PAYMENT_REFUSALS[reason]",
    tests: [LATER_REASONS_TEST],
  },
  {
    name: "a refund that a later release has refused may still succeed",
    file: RESULTS,
    find: "(REFUND_REFUSALS[reason] ?? [REFUSED])",
    replacement: "REFUND_REFUSALS[reason]",
    tests: [LATER_REASONS_TEST],
  },
  {
    name: "no alarm at the claim of a payment",
    file: STORE,
    find: "this.#context.alarm.armFor(record.state.dueTimeMs);",
    replacement: "",
    tests: [ALARM_TEST],
  },
  {
    name: "no alarm for what an event leaves to do",
    file: STORE,
    find: "alarm.armFor(next.dueTimeMs);",
    replacement: "",
    tests: [ALARM_TEST],
  },
  {
    name: "a result that an event brings is not published",
    file: STORE,
    find: "publisher.publish(paymentId, record, next);",
    replacement: "",
    tests: [NOTIFICATIONS_TEST],
  },
  {
    name: "a result that a payment is stored with is not published",
    file: STORE,
    find: "this.#context.publisher.publish(record.paymentId, { isOurs, isNotified }, record.state);",
    replacement: "",
    tests: [NOTIFICATIONS_TEST],
  },
  {
    name: "the entry of a confirmed order's debit is not stored",
    file: STORE,
    find: "records.updateState(paymentId, next, settled?.entry);",
    replacement: "records.updateState(paymentId, next);",
    tests: [NOTIFICATIONS_TEST],
  },
  {
    name: "a cancel returns nothing",
    file: EMBEDDED,
    find: "this.#reverse(record);",
    replacement: "",
    tests: [CANCEL_TEST],
  },
  {
    name: "a payment that Alipay+ has cancelled before it arrived is made",
    file: EMBEDDED,
    find: 'if (place.outcome === "CLOSED") return { outcome: "CLOSED" };',
    replacement: "",
    tests: [CANCEL_TEST],
  },
  {
    name: "a payment that another home has is made in this one",
    file: EMBEDDED,
    find: 'if (place.outcome === "ELSEWHERE") return { outcome: "INCONSISTENT" };',
    replacement: "",
    tests: [REPEATS_TEST],
  },
  {
    name: "a pay does not look at its home again after the directory's answer",
    file: EMBEDDED,
    find: "if (known) return repeatReplyOf(known, command);",
    replacement: "",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a repeat gets a later expiry than the first claim",
    file: EMBEDDED,
    find: "this.#store(command, place.expiryTimeMs, code)",
    replacement: "this.#store(command, command.expiryTimeMs, code)",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a code of ours is not bound to its payment",
    file: EMBEDDED,
    find: "if (code.isToBeUsed) codes.use(paymentCode, paymentId);",
    replacement: "",
    tests: [CODES_TEST],
  },
  {
    name: "a payment whose code is refused is debited",
    file: EMBEDDED,
    find: "refusal ? { event: refusal } :",
    replacement: "",
    tests: [CODES_TEST],
  },
  {
    name: "a confirmed order is not debited",
    file: EMBEDDED,
    find: 'state.status.name === "PROCESSING" && terms',
    replacement: "terms === undefined",
    tests: [WALLET_TEST],
  },
  {
    name: "a refund credits nothing",
    file: EMBEDDED,
    find: "ledger.refund(refundId, { customerId, paymentId, customerMinor, payToMinor }, now);",
    replacement: "",
    tests: [AMOUNTS_TEST],
  },
  {
    name: "a refund credits without the surcharge",
    file: EMBEDDED,
    find: "ledger.refund(refundId, { customerId, paymentId, customerMinor, payToMinor }, now);",
    replacement: "ledger.refund(refundId, { customerId, paymentId, customerMinor: payToMinor, payToMinor }, now);",
    tests: [AMOUNTS_TEST],
  },
  {
    name: "paymentTime before the payment was asked for",
    file: VIEWS,
    find: 'return { type: "DEBITED", timeMs: Math.max(answer.timeMs, sinceTimeMs) };',
    replacement: 'return { type: "DEBITED", timeMs: answer.timeMs };',
    tests: [LATE_ANSWERS_TEST],
  },
  {
    name: "a repeat with other parameters is answered with the result",
    file: VIEWS,
    find: "fingerprint === undefined || fingerprint === command.fingerprint;",
    replacement: "true;",
    tests: [REPEATS_TEST],
  },
  {
    name: "a closed payment is in process until its reversal is made",
    file: VIEWS,
    find: 'case "REVERSING":\n    case "CLOSED":\n      return { outcome: "CLOSED" };',
    replacement:
      'case "REVERSING":\n      return { outcome: "IN_PROCESS" };\n    case "CLOSED":\n      return { outcome: "CLOSED" };',
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "every customer may see and confirm every payment",
    file: VIEWS,
    find: "return customerId === undefined || customerId === terms.customerId;",
    replacement: "return true;",
    tests: [WALLET_TEST],
  },
  {
    name: "a payment of another customer's home counts as this one's",
    file: CLAIMS,
    find: 'place.outcome === "KNOWN" && place.home !== home ?',
    replacement: "place === undefined ?",
    tests: [REPEATS_TEST],
  },
  {
    name: "a code that has paid pays another payment",
    file: CLAIMS,
    find: 'known.paymentId === paymentId ? { isOurs: true } : { isOurs: true, refusal: { type: "CODE_TAKEN" } };',
    replacement: "{ isOurs: true };",
    tests: [CODES_TEST],
  },
  {
    name: "a foreign code pays although foreign codes are refused",
    file: CLAIMS,
    find: ': { isOurs: false, refusal: { type: "CODE_REFUSED", reason: "CODE_NOT_ISSUED" } };',
    replacement: ": { isOurs: false };",
    tests: ["gateway test/gateway/durable/payment-codes.test.ts"],
  },
  {
    name: "a foreign code that has paid pays another payment",
    file: CLAIMS,
    find: "const isFree = place.paymentId === undefined || place.paymentId === paymentId;",
    replacement: "const isFree = true;",
    tests: ["gateway test/gateway/durable/payments-concurrency.test.ts"],
  },
  {
    name: "a code of another customer pays",
    file: CLAIMS,
    find: "if (place.owner !== owner) {",
    replacement: "if (false) {",
    tests: [CODES_TEST],
  },
  {
    name: "a closed payment is published again once it is reversed",
    file: PUBLISH,
    find: "if (before.state && payReplyOf(before.state).outcome === payReplyOf(next).outcome) return;",
    replacement: "",
    tests: [LATE_ANSWERS_TEST],
  },
  {
    name: "a notification is acknowledged by a failure",
    file: "durable/alipayplus-client.ts",
    find: 'case "F":\n      return',
    replacement: 'case "F":\n      return "S" ||',
    tests: [NOTIFICATIONS_TEST],
  },
  {
    name: "the customer pays payToAmount where there is a surcharge",
    file: "worker/alipayplus/pay.ts",
    find: "debit: surchargeInfo?.surchargeAmount ?? payToAmount,",
    replacement: "debit: payToAmount,",
    tests: [AMOUNTS_TEST],
  },
  {
    name: "a repeat may have another payToAmount",
    file: "worker/alipayplus/pay.ts",
    find: '"paymentAmount", "payToAmount", "surchargeInfo", "paymentMethod"',
    replacement: '"paymentAmount", "surchargeInfo", "paymentMethod"',
    tests: [REPEATS_TEST],
  },
  {
    name: "a repeat may have its parameters in no other order",
    file: "protocol/idempotency.ts",
    find: "    .sort(([a], [b]) => (a < b ? -1 : 1))\n",
    replacement: "",
    tests: [REPEATS_TEST],
  },
  {
    name: "a repeat may not say nothing in another way",
    file: "protocol/idempotency.ts",
    find: "    .filter(([, text]) => text !== NOTHING);",
    replacement: ";",
    tests: [REPEATS_TEST],
  },
  {
    name: "an empty list is not nothing",
    file: "protocol/idempotency.ts",
    find: "value.length === 0 ? NOTHING : ",
    replacement: "",
    tests: [REPEATS_TEST],
  },
  {
    name: "a merchant's id that has not its form reaches the core",
    file: "protocol/parameters.ts",
    find: "referenceMerchantId: displayed(identifier),",
    replacement: "referenceMerchantId: displayedText,",
    tests: ["unit test/unit/worker/decoded-order.test.ts"],
  },
  {
    name: "savings that cannot be read are none",
    file: "protocol/parameters.ts",
    find: "  savingsAmount: amount.optional(),",
    replacement: "  savingsAmount: displayed(amount),",
    tests: ["gateway test/gateway/alipayplus/bad-parameters.test.ts"],
  },
];
