/** The base class of the sandbox's Durable Objects. */
import { DurableObject } from "cloudflare:workers";
import { eraseObject, noteMade } from "./erase.ts";

/** An object that is called by RPC; the only request that it gets is that of a reset. */
export class SandboxObject extends DurableObject<object> {
  /** An object gets its party instead of the environment, so that it reaches nothing else. */
  constructor(context: DurableObjectState) {
    super(context, {});
    noteMade(context);
  }

  /** Erases the object. */
  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}
