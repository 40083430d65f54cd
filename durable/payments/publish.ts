/** Publishes a payment's final result: to Alipay+ by notifyPayment, to the customer's apps by the live stream. */

import { nowMs } from "../../protocol/clock.ts";
import { type Configuration, type Env, requireConfiguration } from "../env.ts";
import type { Live } from "../live/object.ts";
import { askShard } from "../platform/call-shard.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { Deliveries } from "../platform/outbox/deliveries.ts";
import { shardOf } from "../platform/shard.ts";
import type { PaymentState } from "./machine/payment.ts";
import type { PaymentClaim, PaymentRecords } from "./records.ts";
import { hasFinalResult, liveEventOf, payReplyOf } from "./views.ts";

/** The dependencies of the publisher, all of them parts of the home. */
type PublisherContext = {
  readonly env: Env;
  readonly deadline: Deadline;
  readonly records: PaymentRecords;
  readonly notifications: Deliveries;
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** Publishes for one home: a notification is resent until Alipay+ has it, a live event may get lost. */
export class Publisher {
  readonly #context: PublisherContext;
  readonly #configuration: Configuration;

  constructor(context: PublisherContext) {
    this.#context = context;
    this.#configuration = requireConfiguration(context.env);
  }

  /**
   * Publishes the result of a payment's new state, when it is final and differs from the one before. Call it in the
   * turn that writes the state: the notification is then stored with it.
   *
   * @param before the payment until now; without a state when it is new
   */
  publish(
    paymentId: string,
    before: Pick<PaymentClaim, "isOurs" | "isNotified"> & { state?: PaymentState },
    next: PaymentState,
  ): void {
    if (!hasFinalResult(next)) return;
    if (before.state && payReplyOf(before.state).outcome === payReplyOf(next).outcome) return;
    if (before.isNotified) this.#context.notifications.put(paymentId);
    if (before.isOurs) this.#context.waitUntil(this.#publishLive(paymentId));
  }

  /** Publishes the result to the customer's apps. An event may get lost: an app can always ask for the payment. */
  async #publishLive(paymentId: string): Promise<void> {
    const { env, deadline, records } = this.#context;
    const record = records.find(paymentId);
    const event = record && liveEventOf(record, nowMs());
    if (!record?.terms || !event) return;
    const { customerId } = record.terms;
    const { shardCount, locationHint } = this.#configuration;
    const publish = async (live: DurableObjectStub<Live>) => live.publish(customerId, event);
    await askShard(env.LIVE, shardOf(customerId, shardCount), locationHint, deadline, publish);
  }
}
