/** Opens the storage of an object: checks what it was born with, and brings its tables up to date. */

import { type Env, requireConfiguration } from "../env.ts";
import { checkIdentity, isBorn } from "../platform/identity.ts";
import { migrate } from "../platform/migrate.ts";

/** The name of the deployment's own object. */
export const DEPLOYMENT_OBJECT = "deployment";

/**
 * Opens an object's storage. Call it first in the constructor. An object that is born now asks the deployment first;
 * until it is admitted it handles no event.
 *
 * @param className of the object
 * @param steps of its tables
 * @param opened called when the tables are there: in this turn, or once the object is admitted
 * @throws IdentityRefusal when the settings are not those of its birth
 */
export function openObject(
  context: DurableObjectState,
  env: Env,
  className: string,
  steps: Parameters<typeof migrate>[1],
  opened: () => void = () => undefined,
): void {
  const { shardCount, clientId, locationHint } = requireConfiguration(env);
  const identity = { shardCount, clientId };
  const { storage } = context;
  const open = () => {
    storage.transactionSync(() => {
      checkIdentity(storage.sql, className, identity);
      migrate(storage, steps);
    });
    opened();
  };
  if (isBorn(storage.sql)) {
    open();
    return;
  }
  void context.blockConcurrencyWhile(async () => {
    await env.DEPLOYMENT.getByName(DEPLOYMENT_OBJECT, locationHint ? { locationHint } : {}).admit(identity);
    open();
  });
}
