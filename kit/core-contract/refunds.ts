/** The contract of reversals and refunds. */
import { Breach, expectAnswer, expectAnswered, expectBalanceChange, expectDone } from "./expect.ts";
import { RULES } from "./rules.ts";
import {
  CLOCK_LIMIT_MS,
  type ContractSubject,
  debitOf,
  freshId,
  LATE_MS,
  type Requirement,
  refundOf,
} from "./subject.ts";

const refused = (reason: string) => ({ outcome: "REFUSED", reason });
const REVERSED = { outcome: "REVERSED" };

/** Debits a payment: 1,030 from the customer, 1,000 owed to Alipay+. */
async function pay(subject: ContractSubject): Promise<{ paymentId: string; customerId: string }> {
  const paymentId = freshId();
  expectDone("debit", await subject.core.debit(debitOf(subject, paymentId)));
  return { paymentId, customerId: subject.customerId };
}

/** Throws Breach when an answer is not DONE, or its time is not now, as far as clocks may differ. */
function expectNow(what: string, answer: { readonly outcome: string; readonly timeMs?: number | undefined }): void {
  const timeMs = expectDone(what, answer);
  const nowMs = Date.now();
  if (Math.abs(timeMs - nowMs) <= CLOCK_LIMIT_MS) return;
  throw new Breach(`${what}: "timeMs" must be about ${nowMs} (now), the core answered ${timeMs}`, { answer });
}

/** Reversals: before, after and together with their debits. */
export const REVERSALS: readonly Requirement[] = [
  {
    requirement: "a reversal credits the whole debit, once",
    rule: RULES.REVERSALS,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const key = await pay(subject);
      const first = await core.reverse(key);
      expectDone("reverse", first);
      expectAnswer("reverse again", await core.reverse(key), first);
      expectAnswer("inquire", await core.inquire(key), REVERSED);
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a debit that was reversed still gets its first answer, and is not made again",
    rule: RULES.SAME_ANSWER,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const first = await core.debit(request);
      expectDone("reverse", await core.reverse(request));
      expectAnswer("debit again", await core.debit(request), first);
      expectAnswer("inquire", await core.inquire(request), REVERSED);
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a reversal that comes before its debit refuses the debit, then and always",
    rule: RULES.REVERSALS,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const first = await core.reverse(request);
      expectDone("reverse", first);
      expectAnswer("inquire", await core.inquire(request), REVERSED);
      expectAnswer("evaluate", await core.evaluate(request), refused("PAYMENT_REVERSED"));
      expectAnswer("debit", await core.debit(request), refused("PAYMENT_REVERSED"));
      expectAnswer("debit again", await core.debit(request), refused("PAYMENT_REVERSED"));
      expectAnswer("reverse again", await core.reverse(request), first);
      expectAnswer("inquire again", await core.inquire(request), REVERSED);
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a reversal of a refused debit is done, credits nothing, and the refusal stays",
    rule: RULES.REVERSALS,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const late = debitOf(subject, freshId(), { expiryTimeMs: Date.now() - LATE_MS });
      expectAnswer("debit", await core.debit(late), refused("PAYMENT_EXPIRED"));
      expectDone("reverse", await core.reverse(late));
      expectAnswer("inquire", await core.inquire(late), refused("PAYMENT_EXPIRED"));
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a debit and its reversal at the same moment leave no debit, whichever comes first",
    rule: RULES.REVERSALS,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const [, reversal] = await Promise.all([core.debit(request), core.reverse(request)]);
      expectDone("reverse", reversal);
      expectAnswer("inquire", await core.inquire(request), REVERSED);
      await expectBalanceChange(subject, before, 0n);
    },
  },
];

/** Refunds: once, together within the payment, and only of one that was made. */
export const REFUNDS: readonly Requirement[] = [
  {
    requirement: "a refund is made once for each refundId, and the payment stays DONE",
    rule: RULES.SAME_ANSWER,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const key = await pay(subject);
      const request = refundOf(subject, key.paymentId, 412n, 400n);
      const first = await core.refund(request);
      expectDone("refund", first);
      expectAnswer("refund again", await core.refund(request), first);
      expectDone("inquire", await core.inquire(key));
      await expectBalanceChange(subject, before, -618n);
      await core.reverse(key);
    },
  },
  {
    requirement: "a reversal after a refund credits exactly the rest",
    rule: RULES.REVERSALS,
    async check(subject) {
      const before = await subject.balance?.();
      const key = await pay(subject);
      expectDone("refund", await subject.core.refund(refundOf(subject, key.paymentId, 333n, 323n)));
      expectDone("reverse", await subject.core.reverse(key));
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "the times of a debit, a refund and a reversal are those at which they were made",
    rule: RULES.SAME_ANSWER,
    async check(subject) {
      const { core } = subject;
      const request = debitOf(subject, freshId());
      expectNow("debit", await core.debit(request));
      expectNow("refund", await core.refund(refundOf(subject, request.paymentId, 103n, 100n)));
      expectNow("reverse", await core.reverse(request));
    },
  },
  {
    requirement: "refunds together never exceed the payment, on either side, and the last unit can be refunded",
    rule: RULES.REFUNDS,
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const { paymentId } = await pay(subject);
      expectDone("refund", await core.refund(refundOf(subject, paymentId, 30n, 400n)));
      const tooMuch = refundOf(subject, paymentId, 1_001n, 600n);
      expectAnswer("refund of too much", await core.refund(tooMuch), refused("REFUND_EXCEEDS_PAYMENT"));
      const tooMuchOwed = refundOf(subject, paymentId, 1_000n, 601n);
      expectAnswer("refund of too much owed", await core.refund(tooMuchOwed), refused("REFUND_EXCEEDS_PAYMENT"));
      expectDone("refund of the rest", await core.refund(refundOf(subject, paymentId, 1_000n, 600n)));
      expectAnswer("the refused refund again", await core.refund(tooMuch), refused("REFUND_EXCEEDS_PAYMENT"));
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "of two refunds of everything at the same moment one is made",
    rule: RULES.REFUNDS,
    async check(subject) {
      const before = await subject.balance?.();
      const { paymentId } = await pay(subject);
      const answers = await Promise.all([
        subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n)),
        subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n)),
      ]);
      for (const answer of answers) expectAnswered("one of two refunds", answer);
      expectAnswer("outcomes of two refunds", answers.map(({ outcome }) => outcome).sort(), ["DONE", "REFUSED"]);
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a refund may have the id of its payment: the two ids are apart",
    rule: RULES.OPERATIONS,
    async check(subject) {
      const before = await subject.balance?.();
      const { paymentId } = await pay(subject);
      expectDone("refund", await subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n, paymentId)));
      await expectBalanceChange(subject, before, 0n);
    },
  },
  {
    requirement: "a refund without a payment to refund is refused, with the reason, for good",
    rule: RULES.REFUSALS,
    async check(subject) {
      const { core, customerId } = subject;
      const early = refundOf(subject, freshId(), 100n, 100n);
      expectAnswer("refund of an unknown payment", await core.refund(early), refused("PAYMENT_UNKNOWN"));
      expectDone("its debit", await core.debit(debitOf(subject, early.paymentId)));
      expectAnswer("the same refund after the debit", await core.refund(early), refused("PAYMENT_UNKNOWN"));
      await core.reverse({ paymentId: early.paymentId, customerId });
      const late = refundOf(subject, early.paymentId, 100n, 100n);
      expectAnswer("refund of a reversed payment", await core.refund(late), refused("PAYMENT_REVERSED"));
      const stranger = { ...refundOf(subject, freshId(), 100n, 100n), customerId: freshId() };
      expectAnswer("refund to an unknown customer", await core.refund(stranger), refused("CUSTOMER_UNKNOWN"));
      const expired = debitOf(subject, freshId(), { expiryTimeMs: Date.now() - LATE_MS });
      await core.debit(expired);
      const ofRefused = refundOf(subject, expired.paymentId, 100n, 100n);
      expectAnswer("refund of a refused payment", await core.refund(ofRefused), refused("PAYMENT_UNKNOWN"));
    },
  },
];
