import { codeInput, core, writeCode } from "./memory.ts";

/** The values of data objects by their two-digit tags, in the order of the text. */
export type DataObjects = ReadonlyMap<string, string>;

/** A mark of the byte order is a character of the value, like any other. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

const TAG_LENGTH = 2;
/** The tag, and two digits of the value's length. */
const HEAD_LENGTH = 4;

/**
 * Reads a text of EMVCo data objects and nothing else: a whole code, or the value of a template. A data object is a tag
 * of two digits, a length of two digits that counts characters (01 to 99), and the value.
 *
 * @param text well-formed Unicode of at most 512 characters.
 * @returns `undefined` when the lengths do not add up, a value is empty, the text is too long, or a tag appears twice:
 * two readers could then understand it differently. Source: docs/spec/order-codes.md; EMV QRCPS.
 * @example parseDataObjects("0002015802HK") // Map { "00" => "01", "58" => "HK" }
 */
export function parseDataObjects(text: string): DataObjects | undefined {
  const length = writeCode(text);
  if (length < 0) return undefined;
  const objects = new Map<string, string>();
  for (let position = 0; position < length; ) {
    const end = core.dataObjectEnd(length, position);
    if (end < 0) return undefined;
    const tag = decoder.decode(codeInput.subarray(position, position + TAG_LENGTH));
    if (objects.has(tag)) return undefined;
    objects.set(tag, decoder.decode(codeInput.subarray(position + HEAD_LENGTH, end)));
    position = end;
  }
  return objects;
}
