/** Changes to merchants, disputes, and the wallet's own smallest amounts. */
import type { Change } from "../change.ts";

const MERCHANTS_CLIENT = "durable/merchants/client.ts";
const REGISTRATION = "durable/merchants/machine/registration.ts";
const DISPUTES = "durable/disputes/disputes.ts";
const DISPUTE = "durable/disputes/machine/dispute.ts";
const DELIVERIES = "durable/platform/outbox/deliveries.ts";

const REGISTRATION_TEST = "gateway test/gateway/alipayplus/services/registration.test.ts";
const APPROVAL_TEST = "gateway test/gateway/alipayplus/services/approval-mode.test.ts";
const DISPUTES_TEST = "gateway test/gateway/alipayplus/services/disputes.test.ts";
const AMOUNTS_TEST = "gateway test/gateway/alipayplus/services/smallest-amounts.test.ts";
const ORDERS_TEST = "gateway test/gateway/alipayplus/services/scanned-orders.test.ts";
const RETENTION_TEST = "gateway test/gateway/durable/customers/retention.test.ts";
const PERSONAL_DATA_TEST = "gateway test/gateway/durable/customers/personal-data.test.ts";
const HTTP_CORE_TEST = "http-core test/gateway/http-core/own-rules.test.ts";
const DISPUTE_TEST = "unit test/unit/durable/disputes/dispute.test.ts";
const REGISTRATION_MACHINE_TEST = "unit test/unit/durable/merchants/registration.test.ts";
const REFUND_TEST = "unit test/unit/durable/payments/machine-refund.test.ts";

/** The changes. */
export const SERVICE_CHANGES: readonly Change[] = [
  {
    name: "an order without a merchant is paid in Approval mode",
    file: MERCHANTS_CLIENT,
    find: "if (referenceMerchantId === undefined) return false;",
    replacement: "if (referenceMerchantId === undefined) return true;",
    tests: [APPROVAL_TEST, ORDERS_TEST],
  },
  {
    name: "an approval is believed a second longer",
    file: MERCHANTS_CLIENT,
    find: "const APPROVAL_KEPT_MS = 15_000;",
    replacement: "const APPROVAL_KEPT_MS = 16_000;",
    tests: [APPROVAL_TEST],
  },
  {
    name: "a merchant that is not approved is remembered as approved",
    file: MERCHANTS_CLIENT,
    find: "if (isRegistered) remember(",
    replacement: "remember(",
    tests: [APPROVAL_TEST],
  },
  {
    name: "an operator decides about a registration that was not read",
    file: REGISTRATION,
    find: "return decision.registrationRequestId === state.registrationRequestId\n",
    replacement: "return decision\n",
    tests: [REGISTRATION_MACHINE_TEST, REGISTRATION_TEST],
  },
  {
    name: "a rejected merchant can be paid",
    file: REGISTRATION,
    find: 'return decision?.status === "APPROVED";',
    replacement: "return decision !== undefined;",
    tests: [REGISTRATION_MACHINE_TEST, APPROVAL_TEST],
  },
  {
    name: "a late repeat of a registration is an update",
    file: "durable/merchants/merchants.ts",
    find: "if (!this.#records.see(referenceMerchantId, registrationRequestId)) return;",
    replacement: "",
    tests: [REGISTRATION_TEST],
  },
  {
    name: "a registration that was claimed before the latest one replaces it",
    file: "durable/merchants/merchants.ts",
    find: "if (known && registeredTimeMs < known.registeredTimeMs) return;",
    replacement: "",
    tests: [REGISTRATION_TEST],
  },
  {
    name: "a payment that the wallet's rules refuse is debited by the embedded core",
    file: "durable/payments/embedded-payments.ts",
    find: "code.refusal ?? ownRefusalOf(command)",
    replacement: "code.refusal",
    tests: [APPROVAL_TEST],
  },
  {
    name: "a payment that the wallet's rules refuse is debited by a core over HTTP",
    file: "durable/payments/http-payments.ts",
    find: "code?.refusal !== undefined || command.refusal !== undefined",
    replacement: "code?.refusal !== undefined",
    tests: [HTTP_CORE_TEST],
  },
  {
    name: "an evaluation does not know the wallet's rules",
    file: "durable/customers/object.ts",
    find: 'if (command.refusal) return { outcome: "REFUSED", reason: command.refusal };',
    replacement: "",
    tests: [APPROVAL_TEST],
  },
  {
    name: "an order of a merchant that is not approved waits for its customer",
    file: "durable/customers/object.ts",
    find: '"AMOUNTS_DIFFER" : command.refusal;',
    replacement: '"AMOUNTS_DIFFER" : undefined;',
    tests: [ORDERS_TEST],
  },
  {
    name: "a customer may authorise a merchant that is not approved",
    file: "worker/alipayplus/authorizations/prepare.ts",
    find: 'if (!(await mayBePaid(call, referenceMerchantId, receivedTimeMs))) return answerOf("MERCHANT_NOT_REGISTERED");',
    replacement: "",
    tests: [APPROVAL_TEST],
  },
  {
    name: "the smallest payment is refused",
    file: "durable/payments/machine/smallest-amounts.ts",
    find: "terms.payToAmount.amountMinor < (",
    replacement: "terms.payToAmount.amountMinor <= (",
    tests: [AMOUNTS_TEST],
  },
  {
    name: "the smallest refund is refused",
    file: "durable/payments/machine/refund.ts",
    find: "fromMinor < payment.smallestRefundMinor",
    replacement: "fromMinor <= payment.smallestRefundMinor",
    tests: [REFUND_TEST],
  },
  {
    name: "a second dispute is initiated while one is open",
    file: DISPUTE,
    find: 'if (counted.some((dispute) => isOngoing(dispute, nowMs))) return refused("DISPUTE_OPEN");',
    replacement: "",
    tests: [DISPUTE_TEST, DISPUTES_TEST],
  },
  {
    name: "what was accepted is disputed a second time",
    file: DISPUTE,
    find: "if (acceptedUpToMinor > settledMinor) settledMinor = acceptedUpToMinor;",
    replacement: "",
    tests: [DISPUTE_TEST],
  },
  {
    name: "another answer to an escalation is a repeat",
    file: DISPUTE,
    find: "status.answerCode === answerCode && status.acceptedMinor === accepted",
    replacement: "status.answerCode === answerCode",
    tests: [DISPUTE_TEST, DISPUTES_TEST],
  },
  {
    name: "a dispute is stored and never sent",
    file: DISPUTES,
    find: 'this.#deliveries.put(disputeRequestId);\n    return { outcome: "STORED"',
    replacement: 'return { outcome: "STORED"',
    tests: [DISPUTES_TEST],
  },
  {
    name: "a dispute that was answered is sent again",
    file: DISPUTES,
    find: "this.#deliveries.withdraw(disputeRequestId);",
    replacement: "",
    tests: [DISPUTES_TEST],
  },
  {
    name: "a dispute of another payment is sent again",
    file: DISPUTES,
    find: 'if (known?.paymentId !== paymentId) return "UNKNOWN";',
    replacement: 'if (!known) return "UNKNOWN";',
    tests: [DISPUTES_TEST],
  },
  {
    name: "what Alipay+ refuses is sent again",
    file: DELIVERIES,
    find: 'outcome.startsWith("F ")) this.#outbox.stop',
    replacement: 'outcome.startsWith("X ")) this.#outbox.stop',
    tests: [DISPUTES_TEST, REGISTRATION_TEST],
  },
  {
    name: "the retention leaves the texts of disputes",
    file: "durable/customers/personal-data.ts",
    find: "if (dispute) this.#emptyDispute(dispute);",
    replacement: "if (dispute) return;",
    tests: [RETENTION_TEST],
  },
  {
    name: "a customer whose dispute is still to be sent is erased",
    file: "durable/customers/personal-data.ts",
    find: "disputeRecords.ofPayment(paymentId).some((record) => disputes.isSending(record))",
    replacement: "false",
    tests: [PERSONAL_DATA_TEST],
  },
];
