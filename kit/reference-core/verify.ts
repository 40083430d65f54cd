/**
 * Is a message from the gateway, and is it meant for this operation? (Rule 6 of docs/core.md; Standard Webhooks.)
 *
 * The signature covers `<webhook-id>.<webhook-timestamp>.<body>`, not the path. So the core also compares the signed id
 * with the path and the body: otherwise a signed inquiry could be sent to `/reverse`.
 */
import type { IncomingHttpHeaders } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { Operation } from "./messages.ts";
import { Rejection } from "./rejection.ts";

const SECRET_FORM = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const SECRET_LIMIT_BYTES = { smallest: 24, largest: 64 };

/** Whether a text is `whsec_` and base64 of 24 to 64 bytes. */
export function isSecret(text: string): boolean {
  const bytes = Buffer.from(SECRET_FORM.exec(text)?.[1] ?? "", "base64").length;
  return bytes >= SECRET_LIMIT_BYTES.smallest && bytes <= SECRET_LIMIT_BYTES.largest;
}

/** Checks signatures. More than one secret is only for the time in which the old one is replaced. */
export class Verifier {
  readonly #webhooks: readonly Webhook[];

  constructor(secrets: readonly string[]) {
    this.#webhooks = secrets.map((secret) => new Webhook(secret));
  }

  /**
   * Checks signature and time; the library allows five minutes.
   *
   * @param body the bytes as they came, not JSON that was parsed and written again
   * @returns the signed `webhook-id`
   * @throws Rejection 401
   */
  verify(headers: IncomingHttpHeaders, body: Buffer): string {
    const signed = {
      "webhook-id": String(headers["webhook-id"] ?? ""),
      "webhook-timestamp": String(headers["webhook-timestamp"] ?? ""),
      "webhook-signature": String(headers["webhook-signature"] ?? ""),
    };
    let reason = "";
    for (const webhook of this.#webhooks) {
      try {
        webhook.verify(body, signed, { jsonParse: false });
        return signed["webhook-id"];
      } catch (error) {
        if (!(error instanceof WebhookVerificationError)) throw error;
        reason = error.message;
      }
    }
    throw new Rejection(401, reason);
  }
}

/** The signed id of an operation on a message. */
export function idOf(
  operation: Operation,
  message: { readonly paymentId: string; readonly refundId?: string },
): string {
  return `${operation}_${operation === "refund" ? message.refundId : message.paymentId}`;
}

/** Checks that a signed id is the expected one. @throws Rejection 400 */
export function requireId(messageId: string, expected: string): void {
  if (messageId !== expected) throw new Rejection(400, `webhook-id must be ${expected} here`);
}
