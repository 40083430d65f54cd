/**
 * The awaits of the gateway under test: every call that leaves the edge or an object passes here. A test watches them
 * to find them all, and to end an object at one of them.
 */
import { runInDurableObject } from "cloudflare:test";
import type { Env } from "../../../durable/env.ts";
import type { WalletCore } from "../../../durable/wallet-core/port.ts";

/** Who waits for calls: the edge, or one object. */
type Waiting = {
  /** `edge`, or the class of the object. */
  readonly name: string;
  /** Ends it: nothing of it goes on, and what it has written in this turn is lost. An edge ends with an error. */
  readonly end: () => Promise<never>;
  /** Resolves when what it has written is durable. */
  readonly written: () => Promise<void>;
  /** A call that stays unanswered: for a call that has a deadline. */
  readonly unanswered: () => Promise<never>;
};

/** A call that is about to be made. */
export type Call = Pick<Waiting, "end" | "written" | "unanswered"> & {
  /** As `Customers: DIRECTORY.claimPayment`. */
  readonly name: string;
  readonly values: readonly unknown[];
  readonly make: () => Promise<unknown>;
  /** Ends the object that is called, with the error that its callers get; undefined where none is called. */
  readonly endCalled: (() => Promise<never>) | undefined;
};

/** Makes a call in its own way, or returns undefined for the usual one. */
export type Watcher = (call: Call) => Promise<unknown> | undefined;

let watcher: Watcher | undefined;

/** From now on every call passes this watcher; without one it is made as usual. */
export function watchAwaits(next?: Watcher): void {
  watcher = next;
}

/** What may happen at an await, by name. */
export const INTERRUPTIONS = {
  "before its turn is written": ({ end }: Call) => end(),
  "before the call": async ({ written, end }: Call) => {
    await written();
    return end();
  },
  "before the answer": async ({ make, end }: Call) => {
    await make();
    return end();
  },
  "as the called object ends": async ({ make, endCalled }: Call) => {
    await make();
    return endCalled?.();
  },
} as const;

/** The runtime ends an object by its context. */
export function waitingObject(
  name: string,
  context: DurableObjectState,
  unanswered: () => Promise<never> = () => new Promise(() => {}),
): Waiting {
  const end = () => {
    context.abort("torn down");
    return new Promise<never>(() => {});
  };
  return { name, end, written: () => context.storage.sync(), unanswered };
}

/** The edge: a call that it does not survive has no answer. */
export const EDGE: Waiting = {
  name: "edge",
  end: () => Promise.reject(new Error("The edge has ended")),
  written: () => Promise.resolve(),
  unanswered: () => Promise.reject(new Error("No answer")),
};

/** The environment of the edge or of an object, with every call of its bindings watched. */
export function watchedEnv(env: Env, waiting: Waiting): Env {
  const bindings = Object.entries(env).map(([name, binding]: [string, unknown]) => [
    name,
    // A service in the same Worker is a function.
    (typeof binding === "object" && binding !== null) || typeof binding === "function"
      ? watchedBinding(binding, name, waiting)
      : binding,
  ]);
  return Object.fromEntries(bindings) as Env;
}

function watchedBinding(binding: object, name: string, waiting: Waiting): object {
  // A service has every name that it is asked for, so that only the class says what it is.
  const isNamespace = binding.constructor.name.endsWith("DurableObjectNamespace");
  if (isNamespace) return watchedNamespace(binding as DurableObjectNamespace, name, waiting);
  return "fetch" in binding ? watchedMethods(binding, name, waiting) : binding;
}

/** A core whose operations are watched. */
export function watchedCore(core: WalletCore, waiting: Waiting): WalletCore {
  return watchedMethods(core, "core", waiting);
}

function watchedNamespace(namespace: DurableObjectNamespace, name: string, waiting: Waiting) {
  const getByName: DurableObjectNamespace["getByName"] = (objectName, options) => {
    const stub = namespace.getByName(objectName, options);
    // A new stub: one whose object has ended stays broken.
    const endCalled = () => tearDown(namespace.getByName(objectName));
    return watchedMethods(stub, name, waiting, endCalled);
  };
  return new Proxy(namespace, {
    get(target, key) {
      if (key === "getByName") return getByName;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Ends an object as the runtime does when it fails. Rejects with the error that its callers get. */
async function tearDown(stub: DurableObjectStub): Promise<never> {
  await runInDurableObject(stub, (_object, context) => context.abort("torn down"));
  throw new Error("An object that has ended cannot answer");
}

function watchedMethods<Called extends object>(
  called: Called,
  name: string,
  waiting: Waiting,
  endCalled?: () => Promise<never>,
): Called {
  const methods = called as Record<string, (...values: unknown[]) => Promise<unknown>>;
  return new Proxy(called, {
    get:
      (_target, method: string) =>
      (...values: unknown[]) => {
        const make = async () => methods[method]?.(...values);
        const call = { ...waiting, name: `${waiting.name}: ${name}.${method}`, values, make, endCalled };
        return watcher?.(call) ?? make();
      },
  });
}
