/**
 * The contract on the wire: the messages that a core must refuse, and those that it must accept.
 * Source: docs/core.md; Standard Webhooks.
 */
import { debitMessage, messageIdOf } from "../../durable/wallet-core/http/messages.ts";
import { Breach, expectAnswer, expectBalanceChange } from "./expect.ts";
import { exchangeFault } from "./judge.ts";
import type { Exchange, SignedMessage } from "./link.ts";
import { RULES } from "./rules.ts";
import { type ContractSubject, debitOf, freshId, type Requirement } from "./subject.ts";

const MINUTE_MS = 60_000;

/** How a check's message differs from a well-formed debit. */
type Changes = Partial<SignedMessage>;

function send({ link, ...subject }: ContractSubject, paymentId: string, changes: Changes): Promise<Exchange> {
  const body = JSON.stringify(debitMessage(debitOf(subject, paymentId)));
  return link.send({ operation: "debit", id: messageIdOf("debit", { paymentId }), body, ...changes });
}

/** Sends a debit that the core must refuse: 4xx, and nothing is moved or stored. */
async function expectRefused(
  subject: ContractSubject,
  what: string,
  changesOf: (paymentId: string) => Changes,
): Promise<void> {
  const paymentId = freshId();
  const before = await subject.balance?.();
  const exchange = await send(subject, paymentId, changesOf(paymentId));
  const { response } = exchange;
  if (!response || response.status < 400 || response.status > 499) {
    // The core may have debited it.
    await subject.core.reverse({ paymentId, customerId: subject.customerId });
    const got = response ? `the core answered ${response.status}` : exchangeFault(exchange);
    throw new Breach(`${what}: the HTTP status must be 4xx, ${got}`, { exchange });
  }
  const answer = await subject.core.inquire({ paymentId, customerId: subject.customerId });
  expectAnswer(`inquire after ${what}`, answer, { outcome: "UNKNOWN" });
  await expectBalanceChange(subject, before, 0n);
}

/** The body of a debit with changed members. */
function bodyWith(subject: ContractSubject, paymentId: string, changes: object): string {
  return JSON.stringify({ ...debitMessage(debitOf(subject, paymentId)), ...changes });
}

/** Sends a debit that the core must accept, and reverses it. */
async function expectAccepted(
  subject: ContractSubject,
  what: string,
  changesOf: (paymentId: string) => Changes,
): Promise<void> {
  const paymentId = freshId();
  const exchange = await send(subject, paymentId, changesOf(paymentId));
  const fault = exchangeFault(exchange);
  if (fault !== undefined) throw new Breach(`${what}: ${fault}`, { exchange });
  const { outcome } = JSON.parse(exchange.response?.body ?? "") as { readonly outcome: string };
  if (outcome !== "DONE") {
    throw new Breach(`${what}: "outcome" must be "DONE", the core answered ${outcome}`, { exchange });
  }
  await subject.core.reverse({ paymentId, customerId: subject.customerId });
}

/** What must be refused and accepted, whatever it asks for. */
export const WIRE: readonly Requirement[] = [
  {
    requirement: "a message without a signature, or with another secret's, is refused",
    rule: RULES.SIGNATURE,
    async check(subject) {
      await expectRefused(subject, "a debit without signature", () => ({ signature: () => undefined }));
      const secret = `whsec_${btoa(crypto.randomUUID())}`;
      await expectRefused(subject, "a debit signed with another secret", () => ({ secret }));
    },
  },
  {
    requirement: "a message whose body was changed after it was signed is refused",
    rule: RULES.SIGNATURE,
    async check(subject) {
      await expectRefused(subject, "a changed debit", (paymentId) => ({
        sentBody: bodyWith(subject, paymentId, { debit: { currency: subject.currency, amountMinor: "1031" } }),
      }));
    },
  },
  {
    requirement: "a message that was signed ten minutes ago, or ahead, is refused",
    rule: RULES.SECRETS,
    async check(subject) {
      for (const minutes of [-10, 10]) {
        const timeMs = Date.now() + minutes * MINUTE_MS;
        await expectRefused(subject, `a debit ${minutes} minutes from now`, () => ({ timeMs }));
      }
    },
  },
  {
    requirement: "a message signed as an evaluation is refused as a debit, and one payment's id for another's",
    rule: RULES.SIGNATURE,
    async check(subject) {
      await expectRefused(subject, "an evaluation sent to /debit", (paymentId) => ({ id: `evaluate_${paymentId}` }));
      await expectRefused(subject, "a debit with another's webhook-id", () => ({ id: `debit_${freshId()}` }));
    },
  },
  {
    requirement: "a message signed as an inquiry is refused as a reversal",
    rule: RULES.SIGNATURE,
    async check(subject) {
      await expectRefused(subject, "an inquiry sent to /reverse", (paymentId) => ({
        operation: "reverse",
        id: `inquire_${paymentId}`,
        body: JSON.stringify({ paymentId, customerId: subject.customerId }),
      }));
    },
  },
  {
    requirement: "a message that does not have the documented form is refused",
    rule: RULES.ANSWERS,
    async check(subject) {
      await expectRefused(subject, "a debit that is not JSON", () => ({ body: "{" }));
      for (const amountMinor of [1030, "0", "01030", "-1", "1e3", "10.30", "9223372036854775808"]) {
        await expectRefused(subject, `a debit of ${JSON.stringify(amountMinor)}`, (paymentId) => ({
          body: bodyWith(subject, paymentId, { debit: { currency: subject.currency, amountMinor } }),
        }));
      }
    },
  },
  {
    requirement: "one valid signature among several is enough, so that secrets can be replaced",
    rule: RULES.SECRETS,
    async check(subject) {
      await expectAccepted(subject, "a debit with a second signature", () => ({
        signature: (signature) => `v1,${btoa("another")} ${signature}`,
      }));
    },
  },
  {
    requirement: "unknown members are ignored",
    rule: RULES.ANSWERS,
    async check(subject) {
      await expectAccepted(subject, "a debit with an unknown member", (paymentId) => ({
        body: bodyWith(subject, paymentId, { addedLater: { a: [1] } }),
      }));
    },
  },
];
