/** Changes to the embedded ledger. */
import type { Change } from "../change.ts";

const LIMITS = "durable/ledger/limits.ts";
const LEDGER = "durable/ledger/ledger.ts";
const LEGS = "durable/ledger/legs.ts";
const JOURNAL = "durable/ledger/journal.ts";

const LIMITS_TEST = "unit test/unit/durable/ledger/limits.test.ts";
const DEBIT_TEST = "gateway test/gateway/durable/ledger/debit.test.ts";
const DAILY_TEST = "gateway test/gateway/durable/ledger/daily-limits.test.ts";
const CUSTOMER_TEST = "gateway test/gateway/durable/ledger/customer.test.ts";
const RETURN_TEST = "gateway test/gateway/durable/ledger/refund-and-reverse.test.ts";

/** The changes. */
export const LEDGER_CHANGES: readonly Change[] = [
  {
    name: "a debit takes more than the balance",
    file: LIMITS,
    find: 'if (debitMinor > customer.balanceMinor) return "BALANCE_NOT_ENOUGH";',
    replacement: "",
    tests: [LIMITS_TEST],
  },
  {
    name: "the day's counters return to an earlier day",
    file: LIMITS,
    find: "Math.max(today.day, dayOf(timeMs))",
    replacement: "dayOf(timeMs)",
    tests: [LIMITS_TEST],
  },
  {
    name: "a payment is taken off another day than its own",
    file: LIMITS,
    find: "if (today.day !== countedDay) {",
    replacement: "if (false) {",
    tests: [LIMITS_TEST],
  },
  {
    name: "the day's sum leaves signed 64 bits",
    file: LIMITS,
    find: 'if (after.amountMinor > AMOUNT_MAX_MINOR) return "DAILY_AMOUNT_LIMIT_EXCEEDED";',
    replacement: "",
    tests: [LIMITS_TEST],
  },
  {
    name: "the limit of a payment does not count",
    file: LIMITS,
    find: 'if (single !== undefined && debitMinor > single) return "PAYMENT_LIMIT_EXCEEDED";',
    replacement: "",
    tests: [LIMITS_TEST],
  },
  {
    name: "a payment may exceed the day's amount",
    file: LIMITS,
    find: "after.amountMinor > daily)",
    replacement: "customer.today.amountMinor > daily)",
    tests: [DAILY_TEST],
  },
  {
    name: "a payment may exceed the day's number",
    file: LIMITS,
    find: "after.count > dailyCount)",
    replacement: "customer.today.count > dailyCount)",
    tests: [DAILY_TEST],
  },
  {
    name: "a debit is not counted",
    file: LEDGER,
    find: "postToAccounts(this.#sql, { ...customer, today },",
    replacement: "postToAccounts(this.#sql, customer,",
    tests: [DAILY_TEST],
  },
  {
    name: "a reversal does not free the day's limits",
    file: LEDGER,
    find: "today: uncountPayment(customer.today, debitMinor, countedDay) };",
    replacement: "today: customer.today };",
    tests: [DAILY_TEST],
  },
  {
    name: "a customer who is not active pays",
    file: LIMITS,
    find: 'if (settings.status !== "ACTIVE") return "CUSTOMER_STATUS_ABNORMAL";',
    replacement: "",
    tests: [DEBIT_TEST],
  },
  {
    name: "the ledger debits after the expiry",
    file: LIMITS,
    find: 'if (timeMs > request.expiryTimeMs) return "PAYMENT_EXPIRED";',
    replacement: "",
    tests: [DEBIT_TEST],
  },
  {
    name: "the ledger debits in another currency",
    file: LIMITS,
    find: 'if (settings.currency !== request.debit.currency) return "CURRENCY_NOT_SUPPORTED";',
    replacement: "",
    tests: [DEBIT_TEST],
  },
  {
    name: "the surcharge is owed to Alipay+",
    file: LEGS,
    find: '{ account: "alipayplus-payable", amountMinor: payToMinor },\n    { account: "surcharge-income", amountMinor: debitMinor - payToMinor },',
    replacement: '{ account: "alipayplus-payable", amountMinor: debitMinor },',
    tests: [DEBIT_TEST],
  },
  {
    name: "a refund debits the customer",
    file: LEGS,
    find: "return paymentLegs(-creditMinor, -payToMinor);",
    replacement: "return paymentLegs(creditMinor, payToMinor);",
    tests: [RETURN_TEST],
  },
  {
    name: "a refund returns more to Alipay+ than to the customer",
    file: "durable/ledger/requests.ts",
    find: "!isAmount(payToMinor) || payToMinor > customerMinor) {",
    replacement: "!isAmount(payToMinor)) {",
    tests: [RETURN_TEST],
  },
  {
    name: "an entry need not sum to zero",
    file: LEGS,
    find: "if (sumMinor !== 0n || legs.length < 2",
    replacement: "if (legs.length < 2",
    tests: [CUSTOMER_TEST],
  },
  {
    name: "an entry takes the balance below zero",
    file: JOURNAL,
    find: "if (!isAmount(balanceMinor)) throw",
    replacement: "if (false) throw",
    tests: [CUSTOMER_TEST],
  },
  {
    name: "what is owed to Alipay+ is not kept",
    file: JOURNAL,
    find: 'payableMinor: customer.payableMinor + amountOn("alipayplus-payable", legs),',
    replacement: "payableMinor: customer.payableMinor,",
    tests: [DEBIT_TEST],
  },
  {
    name: "funding is not kept",
    file: JOURNAL,
    find: 'fundedMinor: customer.fundedMinor - amountOn("funding", legs),',
    replacement: "fundedMinor: customer.fundedMinor,",
    tests: [CUSTOMER_TEST],
  },
  {
    name: "a balance that refunds could take beyond 64 bits is set",
    file: "durable/ledger/open-customer.ts",
    find: "if (!isAmount(fundedMinor)) {",
    replacement: "if (false) {",
    tests: [CUSTOMER_TEST],
  },
  {
    name: "a customer with entries changes the currency",
    file: "durable/ledger/open-customer.ts",
    find: "before.settings.currency !== settings.currency && before.entryCount > 0) {",
    replacement: "before.settings.currency !== settings.currency && before.entryCount < 0) {",
    tests: [CUSTOMER_TEST],
  },
  {
    name: "the trial balance leaves the surcharges out",
    file: "durable/ledger/trial-balance.ts",
    find: 'before["surcharge-income"] + BigInt(row.surcharge),',
    replacement: 'before["surcharge-income"],',
    tests: [DEBIT_TEST],
  },
];
