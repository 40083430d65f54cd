/**
 * The WebAssembly core: what a code is, exact arithmetic on amounts, and the signed content. No function here traps
 * or waits; a fault is a value. Source: spec/01, spec/03.
 */

export {
  type AmountFault,
  addAmounts,
  compareAmounts,
  currencyExponent,
  divideByQuote,
  formatAmount,
  multiplyByQuote,
  parseAmount,
  proportion,
  subtractAmounts,
} from "./amount.ts";
export {
  CONTENT_CAPACITY_BYTES,
  parseSignatureHeader,
  type SignatureHeader,
  type SignatureHeaderFault,
  signedContent,
} from "./canonical.ts";
export { type CodeKind, classifyCode } from "./code.ts";
