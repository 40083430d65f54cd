/**
 * Erases Durable Objects: their storage, their alarm and their memory. A special request asks an object to erase
 * itself, as not every class has RPC (itty-durable), and the name of an RPC method could collide with another.
 *
 * The rules of this runtime that the code relies on:
 * - `deleteAll` empties an SQLite database at once, and takes the alarm along (from compatibility date 2026-02-24).
 * - `abort` ends an object: its calls under way fail, their code stops, and the next call creates a new object.
 * - An alarm whose handler was aborted may fire once more. It finds nothing.
 */

const METHOD = "DELETE";
const URL = "https://object.internal/everything";
const TIME_LIMIT_MS = 10_000;
const ROUNDS_LIMIT = 5;

/** Service restart (RFC 6455 section 7.4, IANA's registry of close codes): a client connects again. */
const CLOSE = [1012, "RESET"] as const;

/** What `abort` throws at every caller: the sign to the caller that it is done. */
const ERASED = "PLUSGATE_OBJECT_ERASED";

/** The ids of objects that this isolate has erased and not created since. */
const erased = new Set<string>();

/** Call it when an object is created: it may have to be erased again. */
export function noteMade({ id }: DurableObjectState): void {
  erased.delete(id.toString());
}

/** Whether a request of an object asks it to erase itself. */
export function asksToErase(request: Request): boolean {
  return request.method === METHOD && request.url === URL;
}

/** Erases the object whose request asked for it; never answers. */
export async function eraseObject(context: DurableObjectState): Promise<never> {
  // No other call may write between these two.
  await context.blockConcurrencyWhile(async () => {
    for (const socket of context.getWebSockets()) socket.close(...CLOSE);
    await context.storage.deleteAll();
    await context.storage.sync();
  });
  erased.add(context.id.toString());
  context.abort(ERASED);
  throw new Error(ERASED);
}

/** The stub of an object that can erase itself. */
export type ErasableStub = Pick<DurableObjectStub, "fetch" | "id">;

/**
 * Erases objects until none is left. The first round ends all their work; a call that was on its way may create an
 * object again, which is then erased once more. Call it between two epochs (epoch.ts), or it may never end.
 *
 * @param list new stubs of the objects that there may be
 * @throws what the runtime throws when an object cannot be erased, in {@link TIME_LIMIT_MS} at most
 */
export async function eraseAll(list: () => readonly ErasableStub[] | Promise<readonly ErasableStub[]>): Promise<void> {
  for (let round = 0; round < ROUNDS_LIMIT; round += 1) {
    const left = (await list()).filter(({ id }) => !erased.has(id.toString()));
    if (left.length === 0) return;
    await Promise.all(left.map(eraseOne));
  }
  throw new Error("Objects are made faster than they are erased");
}

async function eraseOne(stub: ErasableStub): Promise<void> {
  try {
    await stub.fetch(URL, { method: METHOD, signal: AbortSignal.timeout(TIME_LIMIT_MS) });
  } catch (error) {
    if (error instanceof Error && error.message === ERASED) return;
    throw error;
  }
  throw new Error("An object does not know how to erase itself");
}
