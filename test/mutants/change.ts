/** A change to the product that some test must notice. */

/** A test file: vitest's project, and the path from the root. */
export type TestFile = `${"unit" | "gateway" | "http-core"} test/${string}.test.ts`;

/** One change of the kept list. */
export type Change = {
  /** What breaks. */
  readonly name: string;
  /** The file that is changed, from the root. */
  readonly file: string;
  /** The text that is replaced: exactly once in the file. */
  readonly find: string;
  readonly replacement: string;
  /** The tests that must notice it. */
  readonly tests: readonly TestFile[];
};

/** How often a text has another in it. */
export function occurrencesOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

/**
 * A file's text after the change.
 *
 * @returns undefined when the text to replace is not there exactly once
 */
export function changedText({ find, replacement }: Change, text: string): string | undefined {
  if (occurrencesOf(find, text) !== 1) return undefined;
  return text.replace(find, () => replacement);
}
