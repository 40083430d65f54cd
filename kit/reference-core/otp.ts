/**
 * One-time passwords: the optional calls `POST /otp/send` and `/otp/verify`. A merchant asks for them through Alipay+.
 * This core prints a password where yours sends a message; it keeps it for five minutes and three tries, and sends at
 * most five a day for an authorisation, half a minute apart.
 */
import { randomInt } from "node:crypto";
import * as z from "zod";
import type { Customers } from "./customers.ts";
import type { Database } from "./database.ts";
import { requireId } from "./verify.ts";

const APART_MS = 30_000;
const DAY_MS = 86_400_000;
const DAY_LIMIT = 5;
const LIFETIME_MS = 300_000;
const TRIES = 3;

const id = z.string().min(1).max(128);
const subject = { verifyRequestId: id, customerId: id, authorizationId: id };
const sendRequest = z.object({ ...subject, verifyType: z.enum(["MOBILE", "EMAIL"]) });
const verifyRequest = z.object({ ...subject, otpCode: z.string().min(1).max(64) });

type SendRequest = z.output<typeof sendRequest>;
type VerifyRequest = z.output<typeof verifyRequest>;
type Answer = { readonly outcome: "DONE" } | { readonly outcome: "REFUSED"; readonly reason: string };

const DONE: Answer = { outcome: "DONE" };

function refused(reason: string): Answer {
  return { outcome: "REFUSED", reason };
}

/** The passwords. Every call is one transaction. */
export class OneTimePasswords {
  readonly #database: Database;
  readonly #customers: Customers;

  constructor(database: Database, customers: Customers) {
    this.#database = database;
    this.#customers = customers;
  }

  /** The answer to either call. @throws Rejection 400 when the message was signed for something else */
  answer(operation: string, value: unknown, messageId: string): Answer {
    const nowMs = Date.now();
    if (operation === "send") {
      const request = sendRequest.parse(value);
      requireId(messageId, `otp-send_${request.verifyRequestId}`);
      return this.#database.transaction(() => this.#send(request, nowMs));
    }
    const request = verifyRequest.parse(value);
    requireId(messageId, `otp-verify_${request.verifyRequestId}`);
    return this.#database.transaction(() => this.#verify(request, nowMs));
  }

  #send({ verifyRequestId, customerId, authorizationId, verifyType }: SendRequest, nowMs: number): Answer {
    if (!this.#customers.find(customerId)) return refused("CUSTOMER_UNKNOWN");
    if (this.#database.row("SELECT 1 FROM otp WHERE verify_request_id = ?", verifyRequestId)) return DONE;
    const sql =
      "SELECT sent_time_ms FROM otp WHERE authorization_id = ? AND sent_time_ms > ? ORDER BY sent_time_ms DESC";
    const today = this.#database.rows(sql, authorizationId, nowMs - DAY_MS);
    if (Number(today[0]?.sent_time_ms ?? 0) > nowMs - APART_MS) return refused("TOO_SOON");
    if (today.length >= DAY_LIMIT) return refused("TOO_MANY");
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const row = [verifyRequestId, customerId, authorizationId, code, nowMs, TRIES];
    this.#database.run("INSERT INTO otp VALUES (?, ?, ?, ?, ?, ?)", ...row);
    console.log(`One-time password of ${customerId}, to send by ${verifyType}: ${code}`);
    return DONE;
  }

  #verify({ verifyRequestId, customerId, authorizationId, otpCode }: VerifyRequest, nowMs: number): Answer {
    const sql = "SELECT * FROM otp WHERE verify_request_id = ? AND customer_id = ? AND authorization_id = ?";
    const sent = this.#database.row(sql, verifyRequestId, customerId, authorizationId);
    if (!sent) return refused("OTP_WRONG");
    if (nowMs >= Number(sent.sent_time_ms) + LIFETIME_MS) return refused("OTP_EXPIRED");
    if (Number(sent.tries_left) <= 0) return refused("TOO_MANY");
    if (sent.code === otpCode) return DONE;
    this.#database.run("UPDATE otp SET tries_left = tries_left - 1 WHERE verify_request_id = ?", verifyRequestId);
    return refused("OTP_WRONG");
  }
}
