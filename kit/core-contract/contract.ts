/**
 * The contract of a wallet core, as assertions on the port: whatever core the gateway is given must meet them.
 * Source: durable/wallet-core/port.ts, docs/core.md.
 */
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";
import { GIVING_BACK } from "./refunds.ts";
import {
  type ContractSubject,
  debitOf,
  freshId,
  LATE_MS,
  type Requirement,
  timeOfDone,
  wants,
  wantsBalance,
} from "./subject.ts";

const REPEATS = 8;
/** The currency code that ISO 4217 keeps for tests: no account is held in it. */
const TEST_CURRENCY = "XTS";

const refused = (reason: string) => ({ outcome: "REFUSED", reason });

const TAKING: readonly Requirement<ContractSubject>[] = [
  {
    requirement: "a payment that was never heard of is UNKNOWN",
    async check({ core, customerId }) {
      wants("inquire", await core.inquire({ paymentId: freshId(), customerId }), { outcome: "UNKNOWN" });
    },
  },
  {
    requirement: "an evaluation moves nothing and is not remembered",
    async check(subject) {
      const paymentId = freshId();
      const before = await subject.balance?.();
      wants("evaluate", await subject.core.evaluate(debitOf(subject, paymentId)), { outcome: "POSSIBLE" });
      wants("inquire", await subject.core.inquire({ paymentId, customerId: subject.customerId }), {
        outcome: "UNKNOWN",
      });
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a debit takes the money once, however often it comes, and always gets the first answer",
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const before = await subject.balance?.();
      const request = debitOf(subject, paymentId);
      const first = await core.debit(request);
      timeOfDone("debit", first);
      for (const again of await Promise.all(Array.from({ length: REPEATS }, () => core.debit(request)))) {
        wants("debit again", again, first);
      }
      wants("inquire", await core.inquire({ paymentId, customerId }), first);
      await wantsBalance(subject, before, -1_030n);
      await core.reverse({ paymentId, customerId });
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "debits with one id that come at the same moment are one debit",
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const before = await subject.balance?.();
      const request = debitOf(subject, paymentId);
      const [first, ...others] = await Promise.all(Array.from({ length: REPEATS }, () => core.debit(request)));
      timeOfDone("debit", first ?? { outcome: "none" });
      for (const other of others) wants("debit at the same moment", other, first);
      await wantsBalance(subject, before, -1_030n);
      await core.reverse({ paymentId, customerId });
    },
  },
  {
    requirement: "a debit that arrives after its expiry is refused for good",
    async check(subject) {
      const { core, customerId } = subject;
      const paymentId = freshId();
      const late = debitOf(subject, paymentId, { expiryTimeMs: Date.now() - LATE_MS });
      wants("debit", await core.debit(late), refused("PAYMENT_EXPIRED"));
      wants("debit again, in time", await core.debit(debitOf(subject, paymentId)), refused("PAYMENT_EXPIRED"));
      wants("inquire", await core.inquire({ paymentId, customerId }), refused("PAYMENT_EXPIRED"));
    },
  },
  {
    requirement: "a debit of a customer whom the core does not know is refused",
    async check(subject) {
      const unknown = debitOf({ ...subject, customerId: freshId() }, freshId());
      wants("evaluate", await subject.core.evaluate(unknown), refused("CUSTOMER_UNKNOWN"));
      wants("debit", await subject.core.debit(unknown), refused("CUSTOMER_UNKNOWN"));
      wants("inquire", await subject.core.inquire(unknown), refused("CUSTOMER_UNKNOWN"));
    },
  },
  {
    requirement: "a debit in a currency that the account does not hold is refused",
    async check(subject) {
      const foreign = debitOf({ ...subject, currency: TEST_CURRENCY }, freshId());
      wants("debit", await subject.core.debit(foreign), refused("CURRENCY_NOT_SUPPORTED"));
    },
  },
  {
    requirement: "the largest amount of all is read exactly and refused, for a limit or for the balance",
    async check(subject) {
      const { core, currency, customerId } = subject;
      const before = await subject.balance?.();
      const amount = { currency, amountMinor: AMOUNT_MAX_MINOR };
      const paymentId = freshId();
      const answer = await core.debit(debitOf(subject, paymentId, { debit: amount, payTo: amount }));
      const reasons = ["BALANCE_NOT_ENOUGH", "PAYMENT_LIMIT_EXCEEDED", "DAILY_AMOUNT_LIMIT_EXCEEDED"];
      if (answer.outcome !== "REFUSED" || !reasons.includes(answer.reason)) {
        wants("debit", answer, `REFUSED with one of ${reasons.join(", ")}`);
      }
      wants("inquire", await core.inquire({ paymentId, customerId }), answer);
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "an amount above 2^53 is debited to the last unit, where the customer has it",
    async check(subject) {
      const { core, currency, customerId } = subject;
      const amountMinor = 2n ** 53n + 1n;
      const before = await subject.balance?.();
      if (before === undefined || before < amountMinor) return;
      const paymentId = freshId();
      const amount = { currency, amountMinor };
      timeOfDone("debit", await core.debit(debitOf(subject, paymentId, { debit: amount, payTo: amount })));
      await wantsBalance(subject, before, -amountMinor);
      await core.reverse({ paymentId, customerId });
      await wantsBalance(subject, before, 0n);
    },
  },
];

/** Everything that a core must do, in the order in which it is best read. */
export const CORE_CONTRACT: readonly Requirement<ContractSubject>[] = [...TAKING, ...GIVING_BACK];
