/** What the Durable Objects of the sandbox have in common. */
import { DurableObject } from "cloudflare:workers";
import { eraseObject } from "./erase.ts";

/** An object that is called by RPC. A request is a reset's. */
export class SandboxObject<Environment> extends DurableObject<Environment> {
  /** Erases the object. */
  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}
