/** The settings that the Worker has written into the document. */
import type { PageSettings } from "../settings.ts";

/** The settings of this document. */
export const settings = JSON.parse(document.body.dataset.settings ?? "{}") as PageSettings;

const exponents = new Map(settings.currencies.map(({ currency, exponent }) => [currency, exponent]));

/** Digits after the point of a currency (ISO 4217); undefined for one that the sandbox does not convert. */
export function exponentOf(currency: string): number | undefined {
  return exponents.get(currency);
}
