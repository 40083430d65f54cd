/** Whether this is the prototype of a class, and not of one that inherits from it. */
function isPrototype(target: object): boolean {
  const classOf: unknown = Object.getOwnPropertyDescriptor(target, "constructor")?.value;
  return typeof classOf === "function" && classOf.prototype === target;
}

const runtime = globalThis as { wrapsPrototypesOnce?: true };

/**
 * The pool wraps the prototype of its classes in one more Proxy with every object and every call of a service that it
 * makes (createProxyPrototypeClass), so that each call takes longer than the one before: after some thousand, minutes.
 * From now on a prototype that is wrapped stays as it is.
 */
export function wrapPrototypesOnce(): void {
  if (runtime.wrapsPrototypesOnce) return;
  runtime.wrapsPrototypesOnce = true;
  const wrapped = new WeakSet<object>();
  globalThis.Proxy = new Proxy(Proxy, {
    construct(AnyProxy, [target, handler]: [object, ProxyHandler<object>]) {
      if (wrapped.has(target)) return target;
      const proxy = new AnyProxy(target, handler);
      if (isPrototype(target)) wrapped.add(proxy);
      return proxy;
    },
  });
}
