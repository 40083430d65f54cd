/**
 * One object for the whole deployment: it remembers what the deployment was born with, and admits new objects that
 * have the same settings. Every object asks it once, at its birth (durable/platform/identity.ts).
 */
import { DurableObject } from "cloudflare:workers";
import { type Env, requireConfiguration } from "../env.ts";
import { checkIdentity, type Identity } from "../platform/identity.ts";

/** Its public methods are its RPC interface. */
export class Deployment extends DurableObject<Env> {
  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    const { shardCount, clientId } = requireConfiguration(this.env);
    this.admit({ shardCount, clientId });
    return true;
  }

  /**
   * Admits an object.
   *
   * @throws IdentityRefusal when its settings are not those of the deployment
   */
  admit(identity: Identity): void {
    this.ctx.storage.transactionSync(() => checkIdentity(this.ctx.storage.sql, "Deployment", identity));
  }
}
