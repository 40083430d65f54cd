/**
 * The merchant account that an `emvMatchRules` element asks for.
 *
 * Source: docs/spec/code-rules.md, which names the parameters and leaves open how they combine. They are read
 * as EMV QRCPS divides accounts: primitive ones are plain values (02 to 25), the others templates of data objects (26
 * to 51).
 */
import { type DataObjects, parseDataObjects } from "../../core-wasm/index.ts";
import { isMerchantAccountTemplate } from "./emvco.ts";
import type { EmvMatchRule } from "./rules.ts";

/** The tag of the globally unique identifier, which names the owner of a template. */
const GLOBALLY_UNIQUE_IDENTIFIER_TAG = "00";

/** The values of a code that a rule's pattern may be compared with; none when the account is absent. */
type MerchantAccountValues = (code: DataObjects) => readonly string[];

/**
 * Where a code has the merchant account of a rule:
 *
 * - primitive, or no `extendedMerchantTag`: the root tag `primitiveMerchantTag`;
 * - `extendedMerchantTag` alone, 26 to 51: that root tag;
 * - any other `extendedMerchantTag`: the data object of that tag inside the template `primitiveMerchantTag`, or inside
 *   any template when that one is not named.
 *
 * A template at the root is compared by its globally unique identifier and by its whole value.
 *
 * @returns `undefined` when the rule names no merchant account, `"MERCHANT_TAG_MISSING"` when it asks for one without
 *   naming its tag.
 */
export function locateMerchantAccount(rule: EmvMatchRule): MerchantAccountValues | "MERCHANT_TAG_MISSING" | undefined {
  const { isPrimitiveMerchant, primitiveMerchantTag, extendedMerchantTag } = rule;
  if (isPrimitiveMerchant === true || extendedMerchantTag === undefined) {
    if (primitiveMerchantTag !== undefined) return (code) => valuesAt(code, primitiveMerchantTag);
    const isWanted = isPrimitiveMerchant === true || rule.extendedMerchantValue !== undefined;
    return isWanted ? "MERCHANT_TAG_MISSING" : undefined;
  }
  if (primitiveMerchantTag !== undefined) {
    return (code) => present(objectInside(code.get(primitiveMerchantTag), extendedMerchantTag));
  }
  if (isMerchantAccountTemplate(extendedMerchantTag)) return (code) => valuesAt(code, extendedMerchantTag);
  return (code) =>
    [...code].flatMap(([tag, value]) =>
      isMerchantAccountTemplate(tag) ? present(objectInside(value, extendedMerchantTag)) : [],
    );
}

function valuesAt(code: DataObjects, rootTag: string): readonly string[] {
  const value = code.get(rootTag);
  if (!isMerchantAccountTemplate(rootTag)) return present(value);
  return [...present(value), ...present(objectInside(value, GLOBALLY_UNIQUE_IDENTIFIER_TAG))];
}

function objectInside(template: string | undefined, tag: string): string | undefined {
  return template === undefined ? undefined : parseDataObjects(template)?.get(tag);
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
