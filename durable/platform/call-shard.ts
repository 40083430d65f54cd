/** Calls to a shard. */
import type { Deadline, Unanswered } from "./deadline.ts";
import { shardName } from "./shard.ts";

/** What the runtime adds to an error of a Durable Object call. */
type StubError = { readonly retryable?: boolean; readonly overloaded?: boolean };

/** Whether the object rejected a call because its queue is full: a repeat would only add to it. */
export function isOverloaded(error: unknown): boolean {
  return (error as StubError | undefined)?.overloaded === true;
}

function isRetryable(error: unknown): boolean {
  return (error as StubError | undefined)?.retryable === true && !isOverloaded(error);
}

/**
 * Calls a shard, once more when the runtime says that a repeat may succeed. Only for calls that may be made twice.
 *
 * @param call makes the call; it gets a new stub for each try, because one that has thrown stays broken
 * @param mayRepeat asked before the second try
 * @throws what the last try threw
 */
export function callShard<T extends Rpc.DurableObjectBranded, R>(
  namespace: DurableObjectNamespace<T>,
  shard: number,
  locationHint: DurableObjectLocationHint | undefined,
  call: (stub: DurableObjectStub<T>) => Promise<R>,
  mayRepeat: () => boolean = () => true,
): Promise<R> {
  const options = locationHint ? { locationHint } : {};
  return repeatOnce(() => call(namespace.getByName(shardName(shard), options)), mayRepeat);
}

/**
 * Tries once more when the runtime says that a repeat may succeed, such as in the middle of a deployment.
 *
 * @param mayRepeat asked before the second try
 * @throws what the last try threw
 */
export async function repeatOnce<R>(attempt: () => Promise<R>, mayRepeat: () => boolean = () => true): Promise<R> {
  try {
    return await attempt();
  } catch (error) {
    if (!isRetryable(error) || !mayRepeat()) throw error;
    return await attempt();
  }
}

/** Calls a shard with a deadline: UNANSWERED when it fails or is too late. After the deadline nothing is repeated. */
export function askShard<T extends Rpc.DurableObjectBranded, R>(
  namespace: DurableObjectNamespace<T>,
  shard: number,
  locationHint: DurableObjectLocationHint | undefined,
  deadline: Deadline,
  call: (stub: DurableObjectStub<T>) => Promise<R>,
): Promise<R | Unanswered> {
  return deadline.ask((isOver) => callShard(namespace, shard, locationHint, call, () => !isOver()));
}
