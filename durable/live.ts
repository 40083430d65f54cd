/** Tells apps at once what became of a payment. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../worker/env.ts";
import type { LiveEvent } from "./messages.ts";

/** The listeners of one shard of customers. */
export class Live extends DurableObject<Env> {
  /** Tells an event to everyone who listens for this customer. */
  publish(_customerId: string, _event: LiveEvent): void {}
}
