/**
 * The WebAssembly core: what a code is, exact arithmetic on amounts, and the signed content. No function here traps
 * or waits; a fault is a value. Source: docs/spec/signatures.md, docs/spec/amounts.md.
 */

export {
  type AmountFault,
  compareAmounts,
  currencyExponent,
  divideByQuote,
  formatAmount,
  multiplyByQuote,
  parseAmount,
  proportion,
} from "./amount.ts";
export { parseSignatureHeader, type SignatureHeaderFault, signedContent } from "./canonical.ts";
export { classifyCode } from "./code.ts";
export { type DataObjects, parseDataObjects } from "./data-objects.ts";
