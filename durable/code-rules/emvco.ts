/**
 * EMVCo merchant-presented codes as data objects. Lengths count characters, not bytes, as in the core.
 *
 * Source: spec/03 "Merchant-presented codes"; EMV QRCPS, Merchant-Presented Mode.
 */
import { classifyCode } from "../../core-wasm/index.ts";

/** The values of data objects by their two-digit tags. */
export type DataObjects = ReadonlyMap<string, string>;

const FIRST_TEMPLATE_TAG = "26";
const LAST_TEMPLATE_TAG = "51";

/**
 * The root data objects of a code.
 *
 * @param codeValue a code of any kind.
 * @returns `undefined` when it is no EMVCo code with a right CRC, or holds a root tag twice: two readers could then
 *   understand it differently.
 */
export function parseEmvco(codeValue: string): DataObjects | undefined {
  return classifyCode(codeValue) === "EMVCO" ? parseDataObjects(codeValue) : undefined;
}

/**
 * The data objects of a text that consists of nothing else: a whole code, or the value of a template.
 *
 * @returns `undefined` when the lengths do not add up, a value is empty, or a tag comes twice.
 */
export function parseDataObjects(text: string): DataObjects | undefined {
  const characters = Array.from(text);
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

/** Whether a root tag is a merchant account template, 26 to 51: its value is data objects again. */
export function isMerchantAccountTemplate(tag: string): boolean {
  return tag >= FIRST_TEMPLATE_TAG && tag <= LAST_TEMPLATE_TAG;
}
