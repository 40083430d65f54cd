/**
 * The part of the network that keeps what is no payment: disputes, registrations of merchants, the time of its state.
 */
import { nowMs } from "../../../protocol/clock.ts";
import { SandboxObject } from "../../rehearsal/sandbox-object.ts";
import { type StoredTime, StoredTimeRecord } from "../../rehearsal/stored-time.ts";
import { type Dispute, type DisputeCommand, type DisputeReply, Disputes } from "../for-wallets/services/disputes.ts";
import { type Registration, Registrations } from "../for-wallets/services/registrations.ts";

/** The base of the Network object, which owns the payments that disputes refer to. Every method is synchronous. */
export abstract class NetworkServices extends SandboxObject {
  readonly #disputes: Disputes;
  readonly #registrations: Registrations;
  readonly #storedTime: StoredTimeRecord;

  constructor(context: DurableObjectState) {
    super(context);
    const { sql } = context.storage;
    this.#disputes = new Disputes(sql);
    this.#registrations = new Registrations(sql);
    this.#storedTime = new StoredTimeRecord(sql);
  }

  abstract customerOf(paymentRequestId: string): string | undefined;

  /** A wallet initiates a dispute of a payment. */
  takeDispute(command: DisputeCommand): DisputeReply {
    return this.#disputes.take(command, this.customerOf(command.paymentRequestId) !== undefined);
  }

  /** A dispute that a wallet has initiated. */
  dispute(disputeRequestId: string): Dispute | undefined {
    return this.#disputes.find(disputeRequestId);
  }

  /** The newest disputes, newest first. */
  disputes(limit: number): Dispute[] {
    return this.#disputes.newest(limit);
  }

  /** Keeps the answer to a dispute that the wallet has taken. */
  noteDisputeAnswer(disputeRequestId: string, message: string): void {
    this.#disputes.answer(disputeRequestId, message);
  }

  /** Remembers that a merchant's registration is sent to the wallet. */
  noteRegistration(registrationRequestId: string, referenceMerchantId: string): void {
    this.#registrations.note(registrationRequestId, referenceMerchantId);
  }

  /** Keeps what the wallet has answered to a registration. */
  noteRegistrationAnswer(...answered: Parameters<Registrations["answer"]>): void {
    this.#registrations.answer(...answered);
  }

  /** A wallet notifies what it has decided; false for a registration that was never sent. */
  takeRegistrationResult(...decided: Parameters<Registrations["take"]>): boolean {
    return this.#registrations.take(...decided);
  }

  /** Keeps the time to which the clock was set: after a restart, what is stored may be later than the clock. */
  noteTime(): void {
    const timeMs = nowMs();
    this.#storedTime.note({ timeMs, aheadMs: timeMs - Date.now() });
  }

  /** The latest time to which the clock was set; undefined when it never was. */
  storedTime(): StoredTime | undefined {
    return this.#storedTime.read();
  }

  /** The newest registrations, newest first. */
  registrations(limit: number): Registration[] {
    return this.#registrations.newest(limit);
  }
}
