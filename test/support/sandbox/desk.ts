/** Desks for tests, and a look inside them. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Desk } from "../../../sandbox/console/desk/desk.ts";
import { createDeskClient } from "../../../sandbox/console/desk/desk-client.ts";

type Drawer = "payments";

/** A desk that no other test uses, because its objects are named by a prefix of their own. `sent`: what goes to them. */
export function freshDesk() {
  const prefix = crypto.randomUUID();
  const sent: string[] = [];
  const idOf = (drawer: string) => env.DESK.idFromName(`${prefix}-${drawer}`);
  const namespace = {
    idFromName: idOf,
    get: (id: DurableObjectId) => ({
      fetch(request: Request) {
        sent.push(request.headers.get("do-content") ?? "");
        return env.DESK.get(id).fetch(request);
      },
    }),
  };
  return {
    desk: createDeskClient(namespace as unknown as DurableObjectNamespace),
    stub: (drawer: Drawer) => env.DESK.get(idOf(drawer)),
    sent,
  };
}

/** Runs `callback` inside an object of the desk. */
export function inside<Result>(
  stub: DurableObjectStub,
  callback: (desk: Desk, storage: DurableObjectStorage) => Result | Promise<Result>,
): Promise<Result> {
  return runInDurableObject(stub, (desk, { storage }) => callback(desk as unknown as Desk, storage));
}
