import { env } from "cloudflare:workers";

type Namespaces = Readonly<Record<string, DurableObjectNamespace>>;

const bindings = env as unknown as Record<string, unknown>;
const runtime = globalThis as { ownNamespaces?: Namespaces; filesStarted?: number };

function isNamespace([name, binding]: [string, unknown]): boolean {
  // The pool's own object is the one that runs the tests.
  if (typeof binding !== "object" || binding === null || name.startsWith("__VITEST")) return false;
  return binding.constructor.name === "DurableObjectNamespace";
}

/** Gives the objects of a file of tests names of their own: those that the files before have left are not found. */
export function nameOwnObjects(): void {
  // As the first file has found them.
  runtime.ownNamespaces ??= Object.fromEntries(Object.entries(bindings).filter(isNamespace)) as Namespaces;
  runtime.filesStarted = (runtime.filesStarted ?? 0) + 1;
  const prefix = `${runtime.filesStarted}/`;
  for (const [binding, namespace] of Object.entries(runtime.ownNamespaces)) {
    bindings[binding] = new Proxy(namespace, {
      get(target, key) {
        if (key === "idFromName") return (name: string) => target.idFromName(prefix + name);
        if (key === "getByName") {
          return (name: string, options?: DurableObjectNamespaceGetDurableObjectOptions) =>
            target.getByName(prefix + name, options);
        }
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
      },
    });
  }
}
