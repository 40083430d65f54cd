/**
 * The gateway's objects that exist: most possible objects have never been called, and a call would create one.
 * The runtime stores an object in `<Worker>-<class>/<id>.sqlite`, and shows a directory as a JSON list.
 */

/** The gateway's name in wrangler.toml. */
const WORKER = "plusgate";

const NOT_FOUND = 404;
const DATABASE = /^([0-9a-f]{64})\.sqlite$/;

/**
 * New stubs of all objects that are stored.
 *
 * @param state the directory in which the runtime stores objects
 * @param namespaces by the name of their class
 */
export async function storedObjects(
  state: Fetcher,
  namespaces: Readonly<Record<string, DurableObjectNamespace>>,
): Promise<DurableObjectStub[]> {
  const lists = Object.entries(namespaces).map(async ([className, namespace]) => {
    const response = await state.fetch(`https://state.internal/${WORKER}-${className}`);
    if (response.status === NOT_FOUND) return [];
    if (!response.ok) throw new Error(`The state of ${className} cannot be listed: HTTP status ${response.status}`);
    const files = (await response.json()) as readonly { readonly name: string }[];
    const ids = files.flatMap(({ name }) => DATABASE.exec(name)?.[1] ?? []);
    return ids.map((id) => namespace.get(namespace.idFromString(id)));
  });
  return (await Promise.all(lists)).flat();
}
