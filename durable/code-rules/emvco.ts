/**
 * EMVCo merchant-presented codes, as code rules read them.
 *
 * Source: docs/spec/code-rules.md; EMV QRCPS, Merchant-Presented Mode.
 */
import { classifyCode, type DataObjects, parseDataObjects } from "../../core-wasm/index.ts";

const FIRST_TEMPLATE_TAG = "26";
const LAST_TEMPLATE_TAG = "51";

/**
 * The root data objects of a code.
 *
 * @param codeValue a code of any kind.
 * @returns `undefined` when it is not an EMVCo code with a correct CRC, or has a root tag twice.
 */
export function parseEmvco(codeValue: string): DataObjects | undefined {
  return classifyCode(codeValue) === "EMVCO" ? parseDataObjects(codeValue) : undefined;
}

/** Whether a root tag is a merchant account template, 26 to 51: its value is data objects again. */
export function isMerchantAccountTemplate(tag: string): boolean {
  return tag >= FIRST_TEMPLATE_TAG && tag <= LAST_TEMPLATE_TAG;
}
