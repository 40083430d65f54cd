/** Changes to what is asked of a core by HTTP, and to what its answers mean. */
import type { Change } from "../change.ts";

const HTTP = "durable/payments/http-payments.ts";

const CLAIMS_TEST = "gateway test/gateway/durable/claims.test.ts";
const CORE_FAULTS_TEST = "http-core test/gateway/http-core/core-faults.test.ts";
const LATE_ANSWERS_TEST = "http-core test/gateway/http-core/late-answers.test.ts";
const HTTP_CANCEL_TEST = "http-core test/gateway/alipayplus/cancel-payment.test.ts";
const TORN_DOWN_TEST = "http-core test/gateway/durable/torn-down.test.ts";
const HTTP_CODES_TEST = "http-core test/gateway/durable/issued-codes.test.ts";

/** The changes. */
export const HTTP_PAYMENT_CHANGES: readonly Change[] = [
  {
    name: "a payment that the directory has not given to its home is reversed at its expiry",
    file: HTTP,
    find: 'store.apply(paymentId, { type: "CLAIM_UNANSWERED" })',
    replacement: 'store.apply(paymentId, { type: "UNANSWERED" })',
    tests: [CLAIMS_TEST],
  },
  {
    name: "a debit is asked for before the payment is stored",
    file: HTTP,
    find: "store.insert(command, { state, isOurs: code?.isOurs ?? false });\n    return this.#pays.run(",
    replacement: `return this.#context.core.debit(debitOf(paymentId, terms, expiryTimeMs)).then(() => {
      store.insert(command, { state, isOurs: code?.isOurs ?? false });
      return this.#pays.run(paymentId, () => this.#payClaimed(paymentId, place));
    });
    return this.#pays.run(`,
    tests: [TORN_DOWN_TEST],
  },
  {
    name: "the debit of an order is asked for before its confirmation is stored",
    file: HTTP,
    find: 'const state = this.#context.store.apply(paymentId, { type: "CONFIRM" });',
    replacement: `const order = this.#context.records.get(paymentId);
    await this.#context.core.debit(debitOf(paymentId, order.terms, order.state.expiryTimeMs));
    const state = this.#context.store.apply(paymentId, { type: "CONFIRM" });`,
    tests: [TORN_DOWN_TEST],
  },
  {
    name: "a reversal is asked for before the cancel is stored",
    file: HTTP,
    find: 'const state = this.#context.store.apply(paymentId, { type: "CANCEL" });',
    replacement: `const cancelled = this.#context.records.get(paymentId);
    await this.#context.core.reverse({ paymentId, customerId: customerOf(cancelled) });
    const state = this.#context.store.apply(paymentId, { type: "CANCEL" });`,
    tests: [TORN_DOWN_TEST],
  },
  {
    name: "a refund is asked for before it is stored",
    file: HTTP,
    find: "const record = this.#context.refundStore.insert(command, claimRefund(nowMs()), amounts);\n",
    replacement: `const { refundId, paymentId } = command;
    const { customerId, debit } = payment.terms;
    const credit = { ...debit, amountMinor: amounts.customerMinor };
    const payTo = { ...debit, amountMinor: amounts.payToMinor };
    return this.#context.core.refund({ refundId, paymentId, customerId, credit, payTo }).then(() => {
      const stored = this.#context.refundStore.insert(command, claimRefund(nowMs()), amounts);
      return this.resolveRefund(stored, payment);
    });
    const record = undefined;
`,
    tests: [TORN_DOWN_TEST],
  },
  {
    name: "a debit is sent although a cancel came while the payment was claimed",
    file: HTTP,
    find: 'if (record.state.status.name !== "PROCESSING" || !record.terms) return payReplyOf(record.state);',
    replacement: "if (!record.terms) return payReplyOf(record.state);",
    tests: [CLAIMS_TEST],
  },
  {
    name: "the expiry of an earlier claim does not count with a core by HTTP",
    file: HTTP,
    find: "if (place.expiryTimeMs !== state.expiryTimeMs) {",
    replacement: "if (false) {",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a code stays used by a payment that another home has",
    file: HTTP,
    find: "if (paymentCode !== undefined) codes.free(paymentId, paymentCode);",
    replacement: "",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a claim that another home has stays in this one",
    file: HTTP,
    find: "store.remove(records.get(paymentId));",
    replacement: "",
    tests: [CLAIMS_TEST],
  },
  {
    name: "a success that came too late is not reversed at once",
    file: HTTP,
    find: 'state.status.name === "REVERSING" ? await this.#reverse(paymentId) : state);',
    replacement: "state);",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a debit is asked for after the expiry",
    file: HTTP,
    find: "if (nowMs() < request.expiryTimeMs) return debitEventOf",
    replacement: "if (isResumed) return debitEventOf",
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a reversal without an answer counts as made",
    file: HTTP,
    find: 'answer.outcome === "DONE" ? "REVERSED" : "UNANSWERED"',
    replacement: 'answer.outcome === "DONE" ? "REVERSED" : "REVERSED"',
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a refund without an answer is refused",
    file: HTTP,
    find: 'case "UNANSWERED":\n      return { type: "UNANSWERED" };',
    replacement: 'case "UNANSWERED":\n      return { type: "REFUSED", reason: "CUSTOMER_UNKNOWN" };',
    tests: [CORE_FAULTS_TEST],
  },
  {
    name: "a cancel reverses only when the resolver comes",
    file: HTTP,
    find: 'return state.status.name === "REVERSING" ? this.#reverse(paymentId) : state;',
    replacement: "return state;",
    tests: [HTTP_CANCEL_TEST],
  },
  {
    name: "a code of ours is not bound to its payment with a core by HTTP",
    file: HTTP,
    find: "if (code?.isToBeUsed) codes.use(paymentCode, paymentId);",
    replacement: "",
    tests: [HTTP_CODES_TEST],
  },
  {
    name: "a payment whose code is another customer's is debited",
    file: HTTP,
    find: "if (code?.refusal) return payReplyOf(store.apply(paymentId, code.refusal));",
    replacement: "",
    tests: [HTTP_CODES_TEST],
  },
  {
    name: "refundTime before the refund was asked for",
    file: HTTP,
    find: 'return { type: "REFUNDED", timeMs: Math.max(answer.timeMs, sinceTimeMs) };',
    replacement: 'return { type: "REFUNDED", timeMs: answer.timeMs };',
    tests: [LATE_ANSWERS_TEST],
  },
];
