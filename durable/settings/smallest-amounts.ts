/**
 * The setting SMALLEST_AMOUNTS. Settings are also read by commands in Node.js, where the WebAssembly core is not
 * loaded: currencies are those that the runtime knows. Source: docs/spec/amounts.md#smallest-amounts.
 */
import * as z from "zod";
import { parseJsonBody } from "../../protocol/json.ts";
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";
import { PRODUCT_CODES } from "../../protocol/product-code.ts";

/** Much more than every currency of every product needs. */
const LIMIT_CHARACTERS = 32_768;

const encoder = new TextEncoder();

const currencies = new Set(Intl.supportedValuesOf("currency"));

const currency = z.string().refine((code) => currencies.has(code));

const minorUnits = z
  .string()
  .regex(/^[0-9]{1,19}$/)
  .transform(BigInt)
  .refine((amountMinor) => amountMinor <= AMOUNT_MAX_MINOR);

const ofCurrency = z.strictObject({ payment: minorUnits.optional(), refund: minorUnits.optional() });

const byProduct = z.partialRecord(z.enum(PRODUCT_CODES), z.record(currency, ofCurrency));

/**
 * The smallest payment and refund by product and currency of the wallet, in minor units. What is missing has no limit.
 */
export type SmallestAmounts = z.output<typeof byProduct>;

/** Reads the setting. */
export const smallestAmounts = z
  .string()
  .max(LIMIT_CHARACTERS)
  .transform((text, context): SmallestAmounts => {
    const json = parseJsonBody(encoder.encode(text));
    const read = json.ok ? byProduct.safeParse(json.value) : undefined;
    if (read?.success) return read.data;
    const [issue] = read?.error.issues ?? [];
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    context.addIssue({ code: "custom", message: "is malformed", path: [...(issue?.path ?? []), ...unknown] });
    return z.NEVER;
  })
  .describe(
    `JSON such as {"IN_STORE_PAYMENT":{"HKD":{"payment":"10","refund":"10"}}}, with the products ${PRODUCT_CODES.join(", ")}, ` +
      "currencies of three capital letters, and digits of the smallest unit",
  );
