/**
 * The part of itty-durable 2.4.1 that is used. The package's own declarations say `any` throughout.
 */
declare module "itty-durable" {
  /** A stub: a call gives the JSON that the object's method answered, and rejects when it threw. */
  export type DurableStub = {
    /** The objects' own entry (object.ts). */
    perform(method: string, parameters: string): Promise<unknown>;
  };

  /** The base class. Its constructor answers a Proxy of the object, and every own property but `state` is persisted. */
  export function createDurable(options: { readonly autoPersist: false; readonly autoReturn: false }): new (
    state: DurableObjectState,
    env: Readonly<Record<string, unknown>>,
  ) => {
    /** The runtime's state, with members that the library adds. */
    readonly state: DurableObjectState;
    /** Handles a call (the fetch handler). */
    fetch(request: Request): Promise<Response>;
    /** Writes every own property but `state` as one stored value, `data`. */
    persist(): Promise<void>;
  };

  /** Stubs that call an object's methods by HTTP, parameters and answers as JSON. Never `await` one: it is thenable. */
  export function proxyDurable(
    namespace: DurableObjectNamespace,
    options: { readonly parse: true },
  ): { get(name: string): DurableStub };
}
