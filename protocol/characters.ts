/**
 * The one unit of every limit on a text: characters, which are Unicode code points. A character outside the basic plane
 * is one, though JavaScript counts two UTF-16 units. Source: docs/spec/messages.md#parameters.
 */

/** Whether a text has at most so many characters; half of a surrogate pair counts as one. */
export function hasAtMost(text: string, limitCharacters: number): boolean {
  // A character has one or two UTF-16 units: most texts need not be counted.
  if (text.length <= limitCharacters) return true;
  if (text.length > 2 * limitCharacters) return false;
  return Array.from(text).length <= limitCharacters;
}

/** The first characters of a text, none of them cut in half. */
export function cutTo(text: string, limitCharacters: number): string {
  if (text.length <= limitCharacters) return text;
  return Array.from(text.slice(0, 2 * limitCharacters))
    .slice(0, limitCharacters)
    .join("");
}
