/** Changes to the machines of payments and refunds. */
import type { Change } from "../change.ts";

const PAYMENT = {
  file: "durable/payments/machine/payment.ts",
  tests: ["unit test/unit/durable/payments/machine-payment.test.ts"],
} as const;

const REFUND = {
  file: "durable/payments/machine/refund.ts",
  tests: ["unit test/unit/durable/payments/machine-refund.test.ts"],
} as const;

const ORDER = {
  file: "durable/payments/machine/order-amounts.ts",
  tests: ["unit test/unit/durable/payments/order-amounts.test.ts"],
} as const;

/** The changes. */
export const MACHINE_CHANGES: readonly Change[] = [
  {
    ...PAYMENT,
    name: "a claimed payment has no due time",
    find: 'status: { name: "PROCESSING" }, dueTimeMs: nowMs + FIRST_RESOLVE_MS };\n}\n\n/**\n * An order',
    replacement: 'status: { name: "PROCESSING" } };\n}\n\n/**\n * An order',
  },
  {
    ...PAYMENT,
    name: "a confirmed payment keeps the due time of the order",
    find: 'return { ...state, status: { name: "PROCESSING" }, dueTimeMs: nowMs + FIRST_RESOLVE_MS };',
    replacement: 'return { ...state, status: { name: "PROCESSING" } };',
  },
  {
    ...PAYMENT,
    name: "an order never expires",
    find: 'status: { name: "AWAITING_CONFIRMATION" }, dueTimeMs: expiryTimeMs };',
    replacement: 'status: { name: "AWAITING_CONFIRMATION" } };',
  },
  {
    ...PAYMENT,
    name: "an order is confirmed after its expiry",
    find: 'if (expired) return settled(state, { name: "CLOSED", closedBy: "EXPIRY" });\n      return { ...state',
    replacement: "return { ...state",
  },
  {
    ...PAYMENT,
    name: "a success after the expiry counts",
    find: "// A success that comes too late does not count: docs/spec/time-limits.md#expiry.\n      if (expired) return",
    replacement: "if (false) return",
  },
  {
    ...PAYMENT,
    name: "a payment is later than the answer of its debit",
    find: "paymentTimeMs: Math.min(event.timeMs, nowMs) });",
    replacement: "paymentTimeMs: Math.max(event.timeMs, nowMs) });",
  },
  {
    ...PAYMENT,
    name: "an unanswered debit fails the payment",
    find: "return { ...state, unanswered: state.unanswered + 1, dueTimeMs };",
    replacement: 'return settled(state, { name: "FAILED", reason: "PAYMENT_EXPIRED" });',
  },
  {
    ...PAYMENT,
    name: "an unanswered debit is not looked at again",
    find: "return { ...state, unanswered: state.unanswered + 1, dueTimeMs };",
    replacement: "return { ...state, unanswered: state.unanswered + 1, dueTimeMs: undefined };",
  },
  {
    ...PAYMENT,
    name: "the wait after an unanswered debit goes beyond the expiry",
    find: "Math.min(nowMs + backoffMs(state.unanswered), state.expiryTimeMs)",
    replacement: "nowMs + backoffMs(state.unanswered)",
  },
  {
    ...PAYMENT,
    name: "an unanswered debit is never reversed, even after the expiry",
    find: 'case "UNANSWERED": {\n      if (expired) return reversing(state, "EXPIRY", nowMs);',
    replacement: 'case "UNANSWERED": {',
  },
  {
    ...PAYMENT,
    name: "an unanswered reversal ends the payment",
    find: 'case "UNANSWERED":\n      return afterPause(state, nowMs);',
    replacement: 'case "UNANSWERED":\n      return settled(state, { name: "CLOSED", closedBy });',
  },
  {
    ...PAYMENT,
    name: "a cancel while the debit is under way closes without a reversal",
    find: 'case "CANCEL":\n      return reversing(state, "CANCEL", nowMs);\n    case "CANCELLED_BEFORE"',
    replacement:
      'case "CANCEL":\n      return settled(state, { name: "CLOSED", closedBy: "CANCEL" });\n    case "CANCELLED_BEFORE"',
  },
  {
    ...PAYMENT,
    name: "the answer of a debit ends a reversal",
    find: '    // The answer of a debit that was under way: only the reversal\'s own answer ends a reversal.\n    case "DEBITED":\n',
    replacement:
      '    case "DEBITED":\n      return settled(state, { name: "SUCCEEDED", paymentTimeMs: event.timeMs });\n',
  },
  {
    ...PAYMENT,
    name: "a reversal has no due time",
    find: 'status: { name: "REVERSING", closedBy },\n    unanswered: 0,\n    dueTimeMs: nowMs + FIRST_RESOLVE_MS,',
    replacement: 'status: { name: "REVERSING", closedBy },\n    unanswered: 0,\n    dueTimeMs: undefined,',
  },
  {
    ...PAYMENT,
    name: "a final payment stays due",
    find: "return { ...state, status, unanswered: 0, dueTimeMs: undefined };",
    replacement: "return { ...state, status, unanswered: 0 };",
  },
  {
    ...PAYMENT,
    name: "a payment with a refund can be cancelled",
    find: 'if (state.hasRefund) return "PAYMENT_HAS_REFUND";',
    replacement: "",
  },
  {
    ...PAYMENT,
    name: "a payment whose refund is in process can be cancelled",
    find: 'if (isRefunding) return "REFUND_IN_PROCESS";',
    replacement: "",
  },
  {
    ...PAYMENT,
    name: "the cancel window has no end",
    find: "return nowMs < cancelWindowEndMs(state.status.paymentTimeMs) ? true",
    replacement: "return nowMs < Number.POSITIVE_INFINITY ? true",
  },
  {
    ...PAYMENT,
    name: "a payment whose core is absent is not looked at again",
    find: 'case "CORE_ABSENT":\n      return { ...state, dueTimeMs: nowMs + CORE_ABSENT_PAUSE_MS };\n    case "UNANSWERED"',
    replacement: 'case "CORE_ABSENT":\n      return { ...state, dueTimeMs: undefined };\n    case "UNANSWERED"',
  },
  {
    ...PAYMENT,
    name: "a payment that arrives at its expiry is made",
    find: 'if (nowMs >= expiryTimeMs) return { ...base, status: { name: "CLOSED", closedBy: "EXPIRY" } };\n  if (!codeIsValid)',
    replacement:
      'if (nowMs > expiryTimeMs) return { ...base, status: { name: "CLOSED", closedBy: "EXPIRY" } };\n  if (!codeIsValid)',
  },
  {
    ...REFUND,
    name: "a claimed refund has no due time",
    find: 'status: { name: "PROCESSING" }, unanswered: 0, dueTimeMs: nowMs + FIRST_RESOLVE_MS };',
    replacement: 'status: { name: "PROCESSING" }, unanswered: 0, dueTimeMs: undefined };',
  },
  {
    ...REFUND,
    name: "an unanswered refund is not looked at again",
    find: "unanswered: state.unanswered + 1, dueTimeMs: nowMs + backoffMs(state.unanswered) };",
    replacement: "unanswered: state.unanswered + 1, dueTimeMs: undefined };",
  },
  {
    ...REFUND,
    name: "a refund is later than its answer",
    find: "refundTimeMs: Math.min(event.timeMs, nowMs) },",
    replacement: "refundTimeMs: event.timeMs },",
  },
  {
    ...REFUND,
    name: "a final refund changes again",
    find: 'if (state.status.name !== "PROCESSING") return state;',
    replacement: "",
  },
  {
    ...REFUND,
    name: "more than the payment is refunded",
    find: "if (compareAmounts(refundMinor, left.paymentMinor) > 0 || left.payToMinor === 0n) {",
    replacement: "if (left.payToMinor === 0n) {",
  },
  {
    ...REFUND,
    name: "what earlier refunds returned is not counted",
    find: "const left = subtract(payment.paid, payment.refunded);",
    replacement: "const left = payment.paid;",
  },
  {
    ...REFUND,
    name: "a refund takes more of payToAmount than is left",
    find: "const payToMinor = fromMinor < left.payToMinor ? fromMinor : left.payToMinor;",
    replacement: "const payToMinor = fromMinor;",
  },
  {
    ...REFUND,
    name: "the last refund leaves what rounding has left",
    find: 'if (isLast) return { outcome: "ACCEPTED", amounts: left };',
    replacement: "",
  },
  {
    ...REFUND,
    name: "any refundFromAmount is taken, whatever the rate",
    find: "if (!isExactRest && differsFromRate(payment, wish)) {",
    replacement: "if (false) {",
  },
  {
    ...REFUND,
    name: "a refund returns no surcharge",
    find: "customerMinor: payToMinor + surchargeMinor };",
    replacement: "customerMinor: payToMinor };",
  },
  {
    ...REFUND,
    name: "a refund names more surcharge than is left",
    find: 'return named >= 0n && named <= leftMinor ? named : "ILLEGAL";',
    replacement: 'return named >= 0n ? named : "ILLEGAL";',
  },
  {
    ...REFUND,
    name: "a closed payment is refunded",
    find: 'case "CLOSED":\n      return refused("PAYMENT_CLOSED");',
    replacement: 'case "CLOSED":\n      return "REFUNDABLE";',
  },
  {
    ...REFUND,
    name: "a refund in another currency is taken",
    find: 'if (wish.refundAmount.currency !== payment.paymentCurrency) return "refundAmount.currency";',
    replacement: "",
  },
  {
    ...ORDER,
    name: "an order whose amounts differ is paid",
    find: "(amountsDiffer && !acceptsDifferingAmounts) ||",
    replacement: "",
  },
  {
    ...ORDER,
    name: "an order whose debit is below payToAmount is paid",
    find: "payTo.amountMinor <= debit.amountMinor &&",
    replacement: "",
  },
];
