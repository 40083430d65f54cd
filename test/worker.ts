/** The Worker under test: the product's own entry, with a ledger whose answers a test can hold back. */
export { default } from "../worker/index.ts";
