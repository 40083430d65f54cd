/** EMVCo data objects, read from a list of characters: the oracle for core-wasm/data-objects.ts. */

/** The values by their tags; `undefined` for a text that is not data objects. */
export function parseDataObjects(text: string): ReadonlyMap<string, string> | undefined {
  if (Array.from(text).length > 512) return undefined;
  const characters = Array.from(text.toWellFormed());
  const objects = new Map<string, string>();
  let position = 0;
  while (position < characters.length) {
    const valueStart = position + 4;
    const head = characters.slice(position, valueStart).join("");
    if (!/^[0-9]{4}$/.test(head)) return undefined;
    const tag = head.slice(0, 2);
    const end = valueStart + Number(head.slice(2));
    if (end === valueStart || end > characters.length || objects.has(tag)) return undefined;
    objects.set(tag, characters.slice(valueStart, end).join(""));
    position = end;
  }
  return objects;
}
