/** Why `callShard` makes a new stub for each try. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

it("a stub whose object was torn down stays broken; a new one reaches the object", async () => {
  const name = crypto.randomUUID();
  const stub = env.LEDGER.getByName(name);
  expect(await stub.customer("alice")).toBeUndefined();
  const torn = runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("torn down"));
  await expect(torn).rejects.toThrow("torn down");
  for (let call = 1; call <= 2; call += 1) await expect(stub.customer("alice")).rejects.toThrow("torn down");
  expect(await env.LEDGER.getByName(name).customer("alice")).toBeUndefined();
});
