/**
 * The contract of a wallet's core, as assertions that every core behind a URL must meet.
 * Source: docs/core.md, durable/wallet-core/port.ts.
 */
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";
import { ACCOUNT } from "./account.ts";
import { expectAnswer, expectBalanceChange, expectDone } from "./expect.ts";
import { OTP } from "./otp.ts";
import { REFUNDS, REVERSALS } from "./refunds.ts";
import { RULES } from "./rules.ts";
import { debitOf, freshId, LATE_MS, type Requirement } from "./subject.ts";
import { WIRE } from "./wire-contract.ts";

const REPEATS = 8;
/** The first whole number that floating point does not have. */
const ABOVE_DOUBLES_MINOR = 2n ** 53n + 1n;
/** The currency code that ISO 4217 keeps for tests: no account is held in it. */
const TEST_CURRENCY = "XTS";

const refused = (reason: string) => ({ outcome: "REFUSED", reason });

const DEBITS: readonly Requirement[] = [
  {
    requirement: "a payment that the core has not seen is UNKNOWN",
    rule: RULES.ANSWERS,
    async check({ core, customerId }) {
      expectAnswer("inquire", await core.inquire({ paymentId: freshId(), customerId }), { outcome: "UNKNOWN" });
    },
  },
  {
    requirement: "an evaluation moves nothing and is not remembered",
    rule: RULES.OPERATIONS,
    async check(subject) {
      const paymentId = freshId();
      const before = await subject.balance?.();
      expectAnswer("evaluate", await subject.core.evaluate(debitOf(subject, paymentId)), { outcome: "POSSIBLE" });
      expectAnswer("inquire", await subject.core.inquire({ paymentId, customerId: subject.customerId }), {
        outcome: "UNKNOWN",
      });
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a debit takes the money once, however often it comes, and always gets the first answer",
    rule: RULES.SAME_ANSWER,
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const before = await subject.balance?.();
      const request = debitOf(subject, paymentId);
      const first = await core.debit(request);
      expectDone("debit", first);
      for (const again of await Promise.all(Array.from({ length: REPEATS }, () => core.debit(request)))) {
        expectAnswer("debit again", again, first);
      }
      expectAnswer("inquire", await core.inquire({ paymentId, customerId }), first);
      await expectBalanceChange(subject, before, -1_030n);
      await core.reverse({ paymentId, customerId });
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "debits with one id that come at the same moment are one debit",
    rule: RULES.SAME_ANSWER,
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const before = await subject.balance?.();
      const request = debitOf(subject, paymentId);
      const [first, ...others] = await Promise.all(Array.from({ length: REPEATS }, () => core.debit(request)));
      expectDone("debit", first ?? { outcome: "none" });
      for (const other of others) expectAnswer("debit at the same moment", other, first);
      await expectBalanceChange(subject, before, -1_030n);
      await core.reverse({ paymentId, customerId });
    },
  },
  {
    requirement: "a debit that arrives after its expiry is refused for good",
    rule: RULES.EXPIRY,
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const late = debitOf(subject, paymentId, { expiryTimeMs: Date.now() - LATE_MS });
      expectAnswer("debit", await core.debit(late), refused("PAYMENT_EXPIRED"));
      expectAnswer("debit again, in time", await core.debit(debitOf(subject, paymentId)), refused("PAYMENT_EXPIRED"));
      expectAnswer("inquire", await core.inquire({ paymentId, customerId }), refused("PAYMENT_EXPIRED"));
    },
  },
  {
    requirement: "a debit of an unknown customer is refused",
    rule: RULES.REFUSALS,
    async check(subject) {
      const unknown = debitOf({ ...subject, customerId: freshId() }, freshId());
      expectAnswer("evaluate", await subject.core.evaluate(unknown), refused("CUSTOMER_UNKNOWN"));
      expectAnswer("debit", await subject.core.debit(unknown), refused("CUSTOMER_UNKNOWN"));
      expectAnswer("inquire", await subject.core.inquire(unknown), refused("CUSTOMER_UNKNOWN"));
    },
  },
  {
    requirement: "a debit in a currency that the account does not hold is refused",
    rule: RULES.OPERATIONS,
    async check(subject) {
      const foreign = debitOf({ ...subject, currency: TEST_CURRENCY }, freshId());
      expectAnswer("debit", await subject.core.debit(foreign), refused("CURRENCY_NOT_SUPPORTED"));
    },
  },
  {
    requirement: "the largest amount is read exactly and refused, for a limit or for the balance",
    rule: RULES.AMOUNTS,
    async check(subject) {
      const { core, currency, customerId } = subject;
      const before = await subject.balance?.();
      const amount = { currency, amountMinor: AMOUNT_MAX_MINOR };
      const paymentId = freshId();
      const answer = await core.debit(debitOf(subject, paymentId, { debit: amount, payTo: amount }));
      const reasons = ["BALANCE_NOT_ENOUGH", "PAYMENT_LIMIT_EXCEEDED", "DAILY_AMOUNT_LIMIT_EXCEEDED"];
      if (answer.outcome !== "REFUSED" || !reasons.includes(answer.reason)) {
        expectAnswer("debit", answer, `REFUSED with one of ${reasons.join(", ")}`);
      }
      expectAnswer("inquire", await core.inquire({ paymentId, customerId }), answer);
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "an amount above 2^53 is debited to the last unit",
    rule: RULES.AMOUNTS,
    async obstacle({ balance }) {
      if (!balance) return "the balance cannot be seen";
      return (await balance()) < ABOVE_DOUBLES_MINOR ? `the customer has less than ${ABOVE_DOUBLES_MINOR}` : undefined;
    },
    async check(subject) {
      const { core, currency, customerId } = subject;
      const amountMinor = ABOVE_DOUBLES_MINOR;
      const before = await subject.balance?.();
      const paymentId = freshId();
      const amount = { currency, amountMinor };
      expectDone("debit", await core.debit(debitOf(subject, paymentId, { debit: amount, payTo: amount })));
      await expectBalanceChange(subject, before, -amountMinor);
      await core.reverse({ paymentId, customerId });
      await expectBalanceChange(subject, before, 0n);
    },
  },
];

/** The whole contract: debits, reversals, refunds, what must be refused and accepted on the wire, what is optional. */
export const CORE_CONTRACT: readonly Requirement[] = [...DEBITS, ...REVERSALS, ...REFUNDS, ...WIRE, ...OTP, ...ACCOUNT];
