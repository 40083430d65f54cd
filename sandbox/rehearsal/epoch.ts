/**
 * An epoch of a rehearsal is the time between two resets. Both Workers of local development keep one in memory; between
 * two epochs everything is erased (erase.ts), and requests that arrive meanwhile wait.
 *
 * A request ends with the epoch in which it began: once a reset starts, the bindings of that request throw, so that it
 * cannot write into the new epoch, nor cause others to. An object is torn down when it is erased; until then it must
 * not reach others, and neither may an object that is created while the reset runs.
 */

/** The error of a call that was under way during a reset. */
export class EpochEnded extends Error {
  constructor() {
    super("The sandbox was reset while this call was under way.");
  }
}

type Epoch = { readonly environments: WeakMap<object, object> };

const PAUSE_MS = 10;

/** Undefined while a reset runs. */
let epoch: Epoch | undefined = newEpoch();

/** The environments of objects, the same in every epoch. */
const environmentsOfObjects = new WeakMap<object, object>();

/** The original of each bound environment, and the epoch of a request's. */
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
  // Polled, not awaited: the runtime considers a request hung that awaits a promise of another request.
  while (!epoch) await scheduler.wait(PAUSE_MS);
  return await act();
}

/**
 * The environment of a request: its bindings throw EpochEnded once this epoch is over. One object for the whole epoch,
 * so that caches keyed by the environment end with it.
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

/** The same environment, with bindings that check the epoch first; its variables are text. */
function bind<Environment extends object>(environment: Environment, isAlive: () => boolean): Environment {
  const members = Object.entries(environment).map(([name, value]) => [name, isBinding(value) ? guard(value) : value]);
  return Object.fromEntries(members) as Environment;

  function guard(binding: object): object {
    return new Proxy(binding, {
      get(_, name) {
        if (!isAlive()) throw new EpochEnded();
        const member: unknown = Reflect.get(binding, name);
        // Called on the runtime's own object: its methods reject a proxy as `this`.
        return typeof member === "function" ? (...values: unknown[]) => Reflect.apply(member, binding, values) : member;
      },
    });
  }
}

function isBinding(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
