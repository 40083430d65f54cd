/** Amounts as they are on the wire, in minor units. */
export type Amount = { readonly currency: string; readonly value: string };

/** Hong Kong cents. */
export const hkd = (value: string): Amount => ({ currency: "HKD", value });

/** Yen. */
export const jpy = (value: string): Amount => ({ currency: "JPY", value });

/** US cents. */
export const usd = (value: string): Amount => ({ currency: "USD", value });
