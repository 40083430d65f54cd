/** The contract's part on reversals and refunds. */
import {
  type ContractSubject,
  debitOf,
  freshId,
  LATE_MS,
  type Requirement,
  refundOf,
  timeOfDone,
  wants,
  wantsBalance,
} from "./subject.ts";

const refused = (reason: string) => ({ outcome: "REFUSED", reason });
const REVERSED = { outcome: "REVERSED" };

/** A payment that was just debited: 1,030 from the customer, 1,000 owed to Alipay+. */
async function paid(subject: ContractSubject): Promise<{ paymentId: string; customerId: string }> {
  const paymentId = freshId();
  timeOfDone("debit", await subject.core.debit(debitOf(subject, paymentId)));
  return { paymentId, customerId: subject.customerId };
}

const REVERSALS: readonly Requirement<ContractSubject>[] = [
  {
    requirement: "a reversal gives the whole debit back, once",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const key = await paid(subject);
      const first = await core.reverse(key);
      timeOfDone("reverse", first);
      wants("reverse again", await core.reverse(key), first);
      wants("inquire", await core.inquire(key), REVERSED);
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a debit that was reversed still gets its first answer, and is not made again",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const first = await core.debit(request);
      timeOfDone("reverse", await core.reverse(request));
      wants("debit again", await core.debit(request), first);
      wants("inquire", await core.inquire(request), REVERSED);
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a reversal that comes before its debit refuses the debit for ever",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const first = await core.reverse(request);
      timeOfDone("reverse", first);
      wants("inquire", await core.inquire(request), REVERSED);
      wants("evaluate", await core.evaluate(request), refused("PAYMENT_REVERSED"));
      wants("debit", await core.debit(request), refused("PAYMENT_REVERSED"));
      wants("debit again", await core.debit(request), refused("PAYMENT_REVERSED"));
      wants("reverse again", await core.reverse(request), first);
      wants("inquire again", await core.inquire(request), REVERSED);
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a reversal of a refused debit is done, gives nothing back, and the refusal stands",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const late = debitOf(subject, freshId(), { expiryTimeMs: Date.now() - LATE_MS });
      wants("debit", await core.debit(late), refused("PAYMENT_EXPIRED"));
      timeOfDone("reverse", await core.reverse(late));
      wants("inquire", await core.inquire(late), refused("PAYMENT_EXPIRED"));
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a debit and its reversal at the same moment leave nothing taken, whichever was first",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const request = debitOf(subject, freshId());
      const [, reversal] = await Promise.all([core.debit(request), core.reverse(request)]);
      timeOfDone("reverse", reversal);
      wants("inquire", await core.inquire(request), REVERSED);
      await wantsBalance(subject, before, 0n);
    },
  },
];

const REFUNDS: readonly Requirement<ContractSubject>[] = [
  {
    requirement: "a refund is made once for each refundId, and the payment stays DONE",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const key = await paid(subject);
      const request = refundOf(subject, key.paymentId, 412n, 400n);
      const first = await core.refund(request);
      timeOfDone("refund", first);
      wants("refund again", await core.refund(request), first);
      timeOfDone("inquire", await core.inquire(key));
      await wantsBalance(subject, before, -618n);
      await core.reverse(key);
    },
  },
  {
    requirement: "a reversal after a refund gives back exactly the rest",
    async check(subject) {
      const before = await subject.balance?.();
      const key = await paid(subject);
      timeOfDone("refund", await subject.core.refund(refundOf(subject, key.paymentId, 333n, 323n)));
      timeOfDone("reverse", await subject.core.reverse(key));
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "refunds together never exceed the payment, on either side, and the last unit can be refunded",
    async check(subject) {
      const { core } = subject;
      const before = await subject.balance?.();
      const { paymentId } = await paid(subject);
      timeOfDone("refund", await core.refund(refundOf(subject, paymentId, 30n, 400n)));
      const tooMuch = refundOf(subject, paymentId, 1_001n, 600n);
      wants("refund of too much", await core.refund(tooMuch), refused("REFUND_EXCEEDS_PAYMENT"));
      const tooMuchOwed = refundOf(subject, paymentId, 1_000n, 601n);
      wants("refund of too much owed", await core.refund(tooMuchOwed), refused("REFUND_EXCEEDS_PAYMENT"));
      timeOfDone("refund of the rest", await core.refund(refundOf(subject, paymentId, 1_000n, 600n)));
      wants("the refused refund again", await core.refund(tooMuch), refused("REFUND_EXCEEDS_PAYMENT"));
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "of two refunds of everything at the same moment one is made",
    async check(subject) {
      const before = await subject.balance?.();
      const { paymentId } = await paid(subject);
      const answers = await Promise.all([
        subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n)),
        subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n)),
      ]);
      wants("outcomes", answers.map(({ outcome }) => outcome).sort(), ["DONE", "REFUSED"]);
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a refund may have the id of its payment: the two never meet",
    async check(subject) {
      const before = await subject.balance?.();
      const { paymentId } = await paid(subject);
      timeOfDone("refund", await subject.core.refund(refundOf(subject, paymentId, 1_030n, 1_000n, paymentId)));
      await wantsBalance(subject, before, 0n);
    },
  },
  {
    requirement: "a refund of nothing that was paid is refused, with the reason, for good",
    async check(subject) {
      const { core, customerId } = subject;
      const early = refundOf(subject, freshId(), 100n, 100n);
      wants("refund of an unknown payment", await core.refund(early), refused("PAYMENT_UNKNOWN"));
      timeOfDone("its debit", await core.debit(debitOf(subject, early.paymentId)));
      wants("the same refund after the debit", await core.refund(early), refused("PAYMENT_UNKNOWN"));
      await core.reverse({ paymentId: early.paymentId, customerId });
      const late = refundOf(subject, early.paymentId, 100n, 100n);
      wants("refund of a reversed payment", await core.refund(late), refused("PAYMENT_REVERSED"));
      const stranger = { ...refundOf(subject, freshId(), 100n, 100n), customerId: freshId() };
      wants("refund to an unknown customer", await core.refund(stranger), refused("CUSTOMER_UNKNOWN"));
      const expired = debitOf(subject, freshId(), { expiryTimeMs: Date.now() - LATE_MS });
      await core.debit(expired);
      const ofRefused = refundOf(subject, expired.paymentId, 100n, 100n);
      wants("refund of a refused payment", await core.refund(ofRefused), refused("PAYMENT_UNKNOWN"));
    },
  },
];

/** Reversals, then refunds. */
export const GIVING_BACK: readonly Requirement<ContractSubject>[] = [...REVERSALS, ...REFUNDS];
