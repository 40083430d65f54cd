/** Why `callShard` makes a new stub for each try. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

/** The text of the error that a call ends with; `undefined` when it succeeds. */
function failureOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

it("a stub whose object was torn down stays broken; a new one reaches the object", async () => {
  const name = crypto.randomUUID();
  const stub = env.CUSTOMERS.getByName(name);
  expect(await failureOf(stub.customer("alice"))).toBeUndefined();
  const tearDown = runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("torn down"));
  expect(await failureOf(tearDown)).toBe("torn down");
  for (let call = 1; call <= 2; call += 1) expect(await failureOf(stub.customer("alice"))).toBe("torn down");
  expect(await failureOf(env.CUSTOMERS.getByName(name).customer("alice"))).toBeUndefined();
});
