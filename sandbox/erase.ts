/**
 * Erases Durable Objects: what is stored, the alarm, and the memory. An object is asked to by a request of its own, as
 * not every class has RPC (itty-durable), and the name of an RPC method could one day be another's.
 *
 * The rules of this runtime that the code leans on:
 * - `deleteAll` empties an SQLite database at once, and takes the alarm along (from compatibility date 2026-02-24).
 * - `abort` ends an object: its calls under way fail, their code does not run on, and the next call makes it anew.
 * - An alarm whose handler was aborted may fire once more. It finds nothing.
 */

const METHOD = "DELETE";
const URL = "https://object.internal/everything";
const TIME_LIMIT_MS = 10_000;

/** Service restart (RFC 6455 section 7.4, IANA's registry of close codes): a client connects again. */
const CLOSE = [1012, "RESET"] as const;

/** What `abort` throws at every caller: how the one who asked knows that it is done. */
const ERASED = "PLUSGATE_OBJECT_ERASED";

/** Whether a request of an object asks it to erase itself. */
export function asksToErase(request: Request): boolean {
  return request.method === METHOD && request.url === URL;
}

/** Erases the object whose request asked for it; never answers. */
export async function eraseObject(context: DurableObjectState): Promise<never> {
  // No other call may write between the two.
  await context.blockConcurrencyWhile(async () => {
    for (const socket of context.getWebSockets()) socket.close(...CLOSE);
    await context.storage.deleteAll();
    await context.storage.sync();
  });
  context.abort(ERASED);
  throw new Error(ERASED);
}

/**
 * Has objects erase themselves. One round ends all that they were doing; what was on its way to them before may have
 * come after, and left something: so call it twice, between two lives (life.ts).
 *
 * @param stubs new ones
 * @throws what the runtime throws when an object cannot be erased, in {@link TIME_LIMIT_MS} at most
 */
export async function eraseAll(stubs: readonly Pick<DurableObjectStub, "fetch">[]): Promise<void> {
  await Promise.all(stubs.map(eraseOne));
}

async function eraseOne(stub: Pick<DurableObjectStub, "fetch">): Promise<void> {
  try {
    await stub.fetch(URL, { method: METHOD, signal: AbortSignal.timeout(TIME_LIMIT_MS) });
  } catch (error) {
    if (error instanceof Error && error.message === ERASED) return;
    throw error;
  }
  throw new Error("An object does not know how to erase itself");
}
