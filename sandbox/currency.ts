import { currencyExponent } from "../core-wasm/index.ts";
import { text } from "../worker/alipayplus/parameters.ts";

/** An ISO 4217 currency. */
export const currency = text(3).refine(
  (value) => currencyExponent(value) !== undefined,
  "must be an ISO 4217 currency",
);
