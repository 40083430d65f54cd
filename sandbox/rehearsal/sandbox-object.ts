/** What the Durable Objects of the sandbox have in common. */
import { DurableObject } from "cloudflare:workers";
import { eraseObject, noteMade } from "./erase.ts";

/** An object that is called by RPC. A request is a reset's. */
export class SandboxObject<Environment> extends DurableObject<Environment> {
  constructor(context: DurableObjectState, environment: Environment) {
    super(context, environment);
    noteMade(context);
  }

  /** Erases the object. */
  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}
