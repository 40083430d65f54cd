/**
 * The contract's part on the wire: what a core must refuse to take, and what it must not stumble over.
 * Source: docs/core.md; Standard Webhooks.
 */
import { Webhook } from "standardwebhooks";
import { debitMessage, messageIdOf } from "../../durable/wallet-core/http/messages.ts";
import type { CoreOperation } from "../../durable/wallet-core/http/schema.ts";
import { type ContractSubject, debitOf, freshId, type Requirement, wants, wantsBalance } from "./subject.ts";

/** A core behind a URL. */
export type WireSubject = ContractSubject & { readonly url: string; readonly secret: string };

const MINUTE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** What a check changes of a well-formed debit. */
type Changes = {
  readonly path?: CoreOperation;
  readonly id?: string;
  readonly timeMs?: number;
  readonly secret?: string;
  /** The body that is signed. */
  readonly body?: string;
  /** The body that is sent, where it is not the one that was signed. */
  readonly sentBody?: string;
  readonly signature?: (signature: string) => string | undefined;
};

async function send(subject: WireSubject, paymentId: string, changes: Changes): Promise<Response> {
  const { body = JSON.stringify(debitMessage(debitOf(subject, paymentId))), timeMs = Date.now() } = changes;
  const id = changes.id ?? messageIdOf("debit", { paymentId });
  const signed = new Webhook(changes.secret ?? subject.secret).sign(id, new Date(timeMs), body);
  const signature = changes.signature ? changes.signature(signed) : signed;
  return fetch(`${subject.url}/${changes.path ?? "debit"}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timeMs / 1000)),
      ...(signature === undefined ? {} : { "webhook-signature": signature }),
    },
    body: changes.sentBody ?? body,
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
}

/** Sends a debit that must not be taken: 4xx, and nothing moved or remembered. */
async function wantsNotTaken(
  subject: WireSubject,
  what: string,
  changesOf: (paymentId: string) => Changes,
): Promise<void> {
  const paymentId = freshId();
  const before = await subject.balance?.();
  const response = await send(subject, paymentId, changesOf(paymentId));
  if (response.status < 400 || response.status > 499) {
    throw new Error(`${what}: wanted a status from 400 to 499, the core answered ${response.status}`);
  }
  const answer = await subject.core.inquire({ paymentId, customerId: subject.customerId });
  wants(`inquire after ${what}`, answer, { outcome: "UNKNOWN" });
  await wantsBalance(subject, before, 0n);
}

/** The body of a debit with something else in it. */
function bodyWith(subject: WireSubject, paymentId: string, changes: object): string {
  return JSON.stringify({ ...debitMessage(debitOf(subject, paymentId)), ...changes });
}

/** Sends a debit that must be taken, and gives it back. */
async function wantsTaken(subject: WireSubject, changesOf: (paymentId: string) => Changes): Promise<void> {
  const paymentId = freshId();
  const response = await send(subject, paymentId, changesOf(paymentId));
  wants("status", response.status, 200);
  const { outcome } = (await response.json()) as { outcome?: unknown };
  wants("outcome", outcome, "DONE");
  await subject.core.reverse({ paymentId, customerId: subject.customerId });
}

/** Everything that a core behind a URL must do beyond `CORE_CONTRACT`. */
export const WIRE_CONTRACT: readonly Requirement<WireSubject>[] = [
  {
    requirement: "a message without a signature, or with another secret's, is not taken",
    async check(subject) {
      await wantsNotTaken(subject, "a debit without signature", () => ({ signature: () => undefined }));
      const secret = `whsec_${btoa(crypto.randomUUID())}`;
      await wantsNotTaken(subject, "a debit signed with another secret", () => ({ secret }));
    },
  },
  {
    requirement: "a message whose body was changed after it was signed is not taken",
    async check(subject) {
      await wantsNotTaken(subject, "a changed debit", (paymentId) => ({
        sentBody: bodyWith(subject, paymentId, { debit: { currency: subject.currency, amountMinor: "1031" } }),
      }));
    },
  },
  {
    requirement: "a message that was signed ten minutes ago, or ahead, is not taken",
    async check(subject) {
      for (const minutes of [-10, 10]) {
        const timeMs = Date.now() + minutes * MINUTE_MS;
        await wantsNotTaken(subject, `a debit ${minutes} minutes from now`, () => ({ timeMs }));
      }
    },
  },
  {
    requirement: "a message signed as an evaluation is not taken as a debit, nor one payment's id for another's",
    async check(subject) {
      await wantsNotTaken(subject, "an evaluation sent to /debit", (paymentId) => ({ id: `evaluate_${paymentId}` }));
      await wantsNotTaken(subject, "a debit with another's webhook-id", () => ({ id: `debit_${freshId()}` }));
    },
  },
  {
    requirement: "a message signed as an inquiry is not taken as a reversal",
    async check(subject) {
      await wantsNotTaken(subject, "an inquiry sent to /reverse", (paymentId) => ({
        path: "reverse",
        id: `inquire_${paymentId}`,
        body: JSON.stringify({ paymentId, customerId: subject.customerId }),
      }));
    },
  },
  {
    requirement: "a message that is not of the documented form is not taken",
    async check(subject) {
      await wantsNotTaken(subject, "a debit that is not JSON", () => ({ body: "{" }));
      for (const amountMinor of [1030, "0", "01030", "-1", "1e3", "10.30", "9223372036854775808"]) {
        await wantsNotTaken(subject, `a debit of ${JSON.stringify(amountMinor)}`, (paymentId) => ({
          body: bodyWith(subject, paymentId, { debit: { currency: subject.currency, amountMinor } }),
        }));
      }
    },
  },
  {
    requirement: "one right signature among several is enough, so that secrets can be replaced",
    async check(subject) {
      await wantsTaken(subject, () => ({ signature: (signature) => `v1,${btoa("another")} ${signature}` }));
    },
  },
  {
    requirement: "members that the core does not know are ignored",
    async check(subject) {
      await wantsTaken(subject, (paymentId) => ({ body: bodyWith(subject, paymentId, { addedLater: { a: [1] } }) }));
    },
  },
];
