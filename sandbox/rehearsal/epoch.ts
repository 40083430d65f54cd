/**
 * An epoch of a rehearsal is the time between two resets. Both Workers of local development keep one in memory; between
 * two epochs everything is erased (erase.ts), and whatever arrives meanwhile waits.
 *
 * What began in an epoch ends with it: a request that is under way during a reset holds bindings that lead nowhere from
 * then on, so that it can neither write into the new epoch nor make others do so. An object outlives nothing, as it is
 * torn down when it is erased; but until then, and when it is made while the reset runs, it must not reach others.
 */

/** What a call that a reset has overtaken ends with. */
export class EpochEnded extends Error {
  constructor() {
    super("The sandbox was reset while this call was under way.");
  }
}

type Epoch = { readonly environments: WeakMap<object, object> };

const PAUSE_MS = 10;

/** Undefined while a reset runs. */
let epoch: Epoch | undefined = newEpoch();

/** The environments of objects, in every epoch the same. */
const environmentsOfObjects = new WeakMap<object, object>();

/** What an environment was before it was bound, and the epoch of a request's. */
const bound = new WeakMap<object, { readonly environment: object; readonly epoch: Epoch }>();

/** Ends the present epoch. From now on everything waits for the next one. */
export function endEpoch(): void {
  epoch = undefined;
}

/** Begins the next epoch. */
export function beginEpoch(): void {
  epoch = newEpoch();
}

/** Whether an epoch is under way: false while a reset runs. */
export function isAlive(): boolean {
  return epoch !== undefined;
}

/** Does something now, or, while a reset runs, at the beginning of the next epoch. */
export async function whenAlive<Done>(act: () => Done): Promise<Awaited<Done>> {
  // Looked at again and again: the runtime takes a request that waits for another request's promise for dead.
  while (!epoch) await scheduler.wait(PAUSE_MS);
  return await act();
}

/**
 * The environment of a request: its bindings throw EpochEnded once this epoch is over. One object for the whole epoch, so
 * that what is remembered by environment is forgotten with it.
 *
 * @throws EpochEnded while a reset runs
 */
export function ofThisEpoch<Environment extends object>(environment: Environment): Environment {
  if (!epoch) throw new EpochEnded();
  const thisEpoch = epoch;
  const known = thisEpoch.environments.get(environment);
  if (known) return known as Environment;
  const made = bind(environment, () => epoch === thisEpoch);
  thisEpoch.environments.set(environment, made);
  bound.set(made, { environment, epoch: thisEpoch });
  return made;
}

/** The environment of a Durable Object: its bindings throw EpochEnded while a reset runs. */
export function betweenResets<Environment extends object>(environment: Environment): Environment {
  const known = environmentsOfObjects.get(environment);
  if (known) return known as Environment;
  const made = bind(environment, () => epoch !== undefined);
  environmentsOfObjects.set(environment, made);
  return made;
}

/** The environment that `ofThisEpoch` was given. */
export function unbound<Environment extends object>(environment: Environment): Environment {
  return (bound.get(environment)?.environment as Environment | undefined) ?? environment;
}

/**
 * Call it after an `await` and before the isolate's own memory is changed, which no binding guards.
 *
 * @param environment of the request
 * @throws EpochEnded when the request began in an earlier epoch
 */
export function assertAlive(environment: object): void {
  const origin = bound.get(environment);
  if (origin && origin.epoch !== epoch) throw new EpochEnded();
}

function newEpoch(): Epoch {
  return { environments: new WeakMap() };
}

/** The same environment, with bindings that are asked first; its variables are texts. */
function bind<Environment extends object>(environment: Environment, isAlive: () => boolean): Environment {
  const members = Object.entries(environment).map(([name, value]) => [name, isBinding(value) ? guard(value) : value]);
  return Object.fromEntries(members) as Environment;

  function guard(binding: object): object {
    return new Proxy(binding, {
      get(_, name) {
        if (!isAlive()) throw new EpochEnded();
        const member: unknown = Reflect.get(binding, name);
        // Called as the runtime's own object: it does not know itself through a proxy.
        return typeof member === "function" ? (...values: unknown[]) => Reflect.apply(member, binding, values) : member;
      },
    });
  }
}

function isBinding(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
