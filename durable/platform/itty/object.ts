/**
 * What the objects on itty-durable have in common. The library keeps an object as one JSON value, which suits
 * only data that can be fetched again. These rules avoid its traps:
 * - A method works out its change in one synchronous step, without touching the object, and passes it to `keepChange`:
 *   a method that throws has changed nothing, and no other call sees half of a change.
 * - `autoPersist` is off, there are no alarms, and an object gets none of the Worker's bindings.
 * - A method answers an object, as JSON.
 * - Only client.ts calls it.
 */
import { createDurable } from "itty-durable";

/** Base class of the objects on itty-durable. */
export class IttyObject extends createDurable({ autoPersist: false, autoReturn: false }) {
  constructor(state: DurableObjectState) {
    // The library would copy every binding, keys included, to the object's state.
    super(state, {});
  }

  /**
   * Calls a method by its name, which is all that client.ts does.
   *
   * @param parameters a JSON list in ASCII: the library sends it in a header, which holds nothing else
   */
  perform(method: string, parameters: string): unknown {
    const perform = (this as unknown as Readonly<Record<string, unknown>>)[method];
    if (typeof perform !== "function") throw new TypeError(`There is no method ${method}`);
    return perform.apply(this, JSON.parse(parameters) as unknown[]);
  }
}

/**
 * Changes an object's memory and stores it. While the storage works, the runtime holds every other call back (input
 * gate), so that no call ever sees a change that could not be stored.
 *
 * @throws what the storage threw
 */
export async function keepChange<Kept extends IttyObject>(object: Kept, change: Partial<Kept>): Promise<void> {
  const before = Object.fromEntries(Object.keys(change).map((name) => [name, object[name as keyof Kept]]));
  Object.assign(object, change);
  try {
    await object.persist();
  } catch (error) {
    Object.assign(object, before);
    throw error;
  }
}
