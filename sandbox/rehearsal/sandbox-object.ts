/** What the Durable Objects of the sandbox have in common. */
import { DurableObject } from "cloudflare:workers";
import { eraseObject, noteMade } from "./erase.ts";

/** An object that is called by RPC. A request is a reset's. */
export class SandboxObject extends DurableObject<object> {
  /** An object gets its party in place of the environment: what it may reach. */
  constructor(context: DurableObjectState) {
    super(context, {});
    noteMade(context);
  }

  /** Erases the object. */
  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}
