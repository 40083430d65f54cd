/**
 * The contract on the wire: the messages that a core must refuse, and those that it must accept.
 * Source: docs/core.md; Standard Webhooks.
 */
import { Webhook } from "standardwebhooks";
import { debitMessage, messageIdOf } from "../../durable/wallet-core/http/messages.ts";
import type { CoreOperation } from "../../durable/wallet-core/http/schema.ts";
import {
  type ContractSubject,
  debitOf,
  expectAnswer,
  expectBalanceChange,
  freshId,
  type Requirement,
} from "./subject.ts";

/** A core behind a URL. */
export type WireSubject = ContractSubject & { readonly url: string; readonly secret: string };

const MINUTE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** How a check's message differs from a well-formed debit. */
type Changes = {
  readonly path?: CoreOperation;
  readonly id?: string;
  readonly timeMs?: number;
  readonly secret?: string;
  /** The body that is signed. */
  readonly body?: string;
  /** The body that is sent, where it differs from the signed one. */
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

/** Sends a debit that the core must refuse: 4xx, and nothing is moved or stored. */
async function expectRefused(
  subject: WireSubject,
  what: string,
  changesOf: (paymentId: string) => Changes,
): Promise<void> {
  const paymentId = freshId();
  const before = await subject.balance?.();
  const response = await send(subject, paymentId, changesOf(paymentId));
  if (response.status < 400 || response.status > 499) {
    throw new Error(`${what}: expected a status from 400 to 499, the core answered ${response.status}`);
  }
  const answer = await subject.core.inquire({ paymentId, customerId: subject.customerId });
  expectAnswer(`inquire after ${what}`, answer, { outcome: "UNKNOWN" });
  await expectBalanceChange(subject, before, 0n);
}

/** The body of a debit with changed members. */
function bodyWith(subject: WireSubject, paymentId: string, changes: object): string {
  return JSON.stringify({ ...debitMessage(debitOf(subject, paymentId)), ...changes });
}

/** Sends a debit that the core must accept, and reverses it. */
async function expectAccepted(subject: WireSubject, changesOf: (paymentId: string) => Changes): Promise<void> {
  const paymentId = freshId();
  const response = await send(subject, paymentId, changesOf(paymentId));
  expectAnswer("status", response.status, 200);
  const { outcome } = (await response.json()) as { outcome?: unknown };
  expectAnswer("outcome", outcome, "DONE");
  await subject.core.reverse({ paymentId, customerId: subject.customerId });
}

/** What a core behind a URL must do beyond `CORE_CONTRACT`. */
export const WIRE_CONTRACT: readonly Requirement<WireSubject>[] = [
  {
    requirement: "a message without a signature, or with another secret's, is refused",
    async check(subject) {
      await expectRefused(subject, "a debit without signature", () => ({ signature: () => undefined }));
      const secret = `whsec_${btoa(crypto.randomUUID())}`;
      await expectRefused(subject, "a debit signed with another secret", () => ({ secret }));
    },
  },
  {
    requirement: "a message whose body was changed after it was signed is refused",
    async check(subject) {
      await expectRefused(subject, "a changed debit", (paymentId) => ({
        sentBody: bodyWith(subject, paymentId, { debit: { currency: subject.currency, amountMinor: "1031" } }),
      }));
    },
  },
  {
    requirement: "a message that was signed ten minutes ago, or ahead, is refused",
    async check(subject) {
      for (const minutes of [-10, 10]) {
        const timeMs = Date.now() + minutes * MINUTE_MS;
        await expectRefused(subject, `a debit ${minutes} minutes from now`, () => ({ timeMs }));
      }
    },
  },
  {
    requirement: "a message signed as an evaluation is refused as a debit, and one payment's id for another's",
    async check(subject) {
      await expectRefused(subject, "an evaluation sent to /debit", (paymentId) => ({ id: `evaluate_${paymentId}` }));
      await expectRefused(subject, "a debit with another's webhook-id", () => ({ id: `debit_${freshId()}` }));
    },
  },
  {
    requirement: "a message signed as an inquiry is refused as a reversal",
    async check(subject) {
      await expectRefused(subject, "an inquiry sent to /reverse", (paymentId) => ({
        path: "reverse",
        id: `inquire_${paymentId}`,
        body: JSON.stringify({ paymentId, customerId: subject.customerId }),
      }));
    },
  },
  {
    requirement: "a message that does not have the documented form is refused",
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
    async check(subject) {
      await expectAccepted(subject, () => ({ signature: (signature) => `v1,${btoa("another")} ${signature}` }));
    },
  },
  {
    requirement: "unknown members are ignored",
    async check(subject) {
      await expectAccepted(subject, (paymentId) => ({
        body: bodyWith(subject, paymentId, { addedLater: { a: [1] } }),
      }));
    },
  },
];
