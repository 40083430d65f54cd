/**
 * The newest elements of a list of the desk, oldest first, within a number and a number of characters: two bytes each
 * at worst, so that 900,000 characters stay below the 2 MiB that one stored value may hold. Pure.
 */
export function newestWithin<Element>(
  elements: readonly Element[],
  limit: number,
  limitCharacters: number,
  charactersOf: (element: Element) => number,
): readonly Element[] {
  const kept = elements.slice(-limit);
  let characters = 0;
  const tooMuch = kept.findLastIndex((element) => {
    characters += charactersOf(element);
    return characters > limitCharacters;
  });
  return kept.slice(tooMuch + 1);
}
