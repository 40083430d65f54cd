/**
 * The merchants that Alipay+ has registered with this wallet: part of a shard of the directory, on its storage, alarm
 * and turn. machine/registration.ts decides.
 *
 * Source: docs/spec/wallet/other-services.md#merchant-registration.
 */
import { nowMs } from "../../protocol/clock.ts";
import type { Env } from "../env.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import type { Deliveries } from "../platform/outbox/deliveries.ts";
import type { OutboxReport } from "../platform/outbox/outbox.ts";
import type { TablePage } from "../platform/table-page.ts";
import {
  afterDecision,
  afterRegistration,
  isRegistered,
  type RegistrationDecision,
  type RegistrationStatus,
} from "./machine/registration.ts";
import { registrationNotificationsOf } from "./notifications.ts";
import { type Merchant, MerchantRecords, type MerchantSummary } from "./records.ts";

/** A verified registration. */
export type Registration = Pick<
  Merchant,
  "referenceMerchantId" | "registrationRequestId" | "merchantDisplayName" | "productCodes" | "message"
> & {
  /** In Reporting mode. */
  readonly isApprovedAtOnce: boolean;
  /** When it came first, epoch milliseconds; now, where it is missing. */
  readonly claimedTimeMs?: number | undefined;
};

/** A merchant as an operator reads it, with the deliveries of the latest decision. */
export type MerchantReport = { readonly merchant: Merchant; readonly notification: OutboxReport | undefined };

/** What becomes of an operator's decision. */
export type DecisionReply =
  | { readonly outcome: "DECIDED"; readonly report: MerchantReport }
  | { readonly outcome: "UNKNOWN" | "SUPERSEDED" };

/** The merchants of one shard. Every method but `sendDue` is synchronous. */
export class Merchants {
  readonly #records: MerchantRecords;
  readonly #notifications: Deliveries;

  constructor(context: { readonly sql: SqlStorage; readonly env: Env; readonly alarm: DueAlarm }) {
    this.#records = new MerchantRecords(context.sql);
    this.#notifications = registrationNotificationsOf({ ...context, records: this.#records });
  }

  /**
   * Registers a merchant, or updates it. A registration that was seen before, or that came before the latest one and
   * was stored nowhere then, changes nothing.
   */
  register({ isApprovedAtOnce, claimedTimeMs, ...registration }: Registration): void {
    const { referenceMerchantId, registrationRequestId } = registration;
    if (!this.#records.see(referenceMerchantId, registrationRequestId)) return;
    const known = this.#records.find(referenceMerchantId);
    const registeredTimeMs = claimedTimeMs ?? nowMs();
    if (known && registeredTimeMs < known.registeredTimeMs) return;
    const state = afterRegistration(known, registrationRequestId, isApprovedAtOnce, registeredTimeMs);
    this.#records.put({ ...registration, ...state, registeredTimeMs });
  }

  /** Stores an operator's decision, and has Alipay+ notified of it; the same decision again notifies again. */
  decide(referenceMerchantId: string, decision: Omit<RegistrationDecision, "decidedTimeMs">): DecisionReply {
    const known = this.#records.findState(referenceMerchantId);
    if (!known) return { outcome: "UNKNOWN" };
    const decided = afterDecision(known, { ...decision, decidedTimeMs: nowMs() });
    if (decided.outcome === "SUPERSEDED") return decided;
    this.#records.updateState(referenceMerchantId, decided.state);
    this.#notifications.put(referenceMerchantId);
    const report = this.report(referenceMerchantId);
    if (!report) throw new Error("A stored merchant cannot disappear");
    return { outcome: "DECIDED", report };
  }

  /** Whether a merchant can be paid. */
  isRegistered(referenceMerchantId: string): boolean {
    const known = this.#records.findState(referenceMerchantId);
    return known !== undefined && isRegistered(known);
  }

  /** A merchant as an operator reads it; undefined for one that was never registered. */
  report(referenceMerchantId: string): MerchantReport | undefined {
    const merchant = this.#records.find(referenceMerchantId);
    return merchant && { merchant, notification: this.#notifications.report(referenceMerchantId) };
  }

  /** Merchants in the order of their ids, a page at a time. */
  page(status: RegistrationStatus | undefined, after: string): TablePage<MerchantSummary> {
    return this.#records.page(status, after);
  }

  /** Sends the decisions that are due, a few at the same time. Never rejects. */
  sendDue(atOnceLimit: number): Promise<void> {
    return this.#notifications.sendDue(atOnceLimit);
  }
}
