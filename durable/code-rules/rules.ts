/**
 * The code rules that inquiryCodeRules answers with, as they are received: text in, checked data out. Parameters that
 * are not named here are ignored; `null` and `""` count as left out.
 *
 * Source: docs/spec/code-rules.md; EMV QRCPS, Merchant-Presented Mode, for the tags.
 */
import * as z from "zod";
import { hasAtMost } from "../../protocol/characters.ts";

/** The priority of a rule that names none; the lowest number wins. */
export const PRIORITY_WHEN_MISSING = 10_000;
/** A code has at most 512 characters, so no useful prefix or value pattern is longer. */
const RULE_TEXT_LIMIT_CHARACTERS = 512;
/** The longest URL, and the longest expression that makes one. */
export const URL_LIMIT_CHARACTERS = 2_048;
/** How many alternatives one EMVCO rule may list. */
const EMV_MATCH_RULES_LIMIT = 64;

/** Root tags that an `emvMatchRules` element may compare, beside the merchant account. */
export const COMPARED_ROOT_TAGS = [
  "00",
  "01",
  "52",
  "53",
  "54",
  "55",
  "56",
  "57",
  "58",
  "59",
  "60",
  "61",
  "62",
] as const;

type ComparedRootTag = (typeof COMPARED_ROOT_TAGS)[number];

function leftOut(value: unknown): boolean {
  return value === null || value === "";
}

/** An optional parameter. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (leftOut(value) ? undefined : value), schema.optional());
}

function text(limitCharacters: number) {
  return z
    .string()
    .min(1)
    .refine((value) => hasAtMost(value, limitCharacters));
}

const ruleText = text(RULE_TEXT_LIMIT_CHARACTERS);
const tag = z.string().regex(/^[0-9]{2}$/);

const priority = z
  .string()
  .regex(/^[0-9]{1,9}$/)
  .transform(Number);

/** It goes into the header of a request, so it is visible ASCII and blanks. */
const userAgent = text(1_024).regex(/^[ -~]+$/);

const rootTagPatterns = Object.fromEntries(COMPARED_ROOT_TAGS.map((root) => [root, optional(ruleText)])) as Record<
  ComparedRootTag,
  ReturnType<typeof optional<typeof ruleText>>
>;

const emvMatchRule = z.object({
  isPrimitiveMerchant: optional(z.enum(["true", "false"]).transform((value) => value === "true")),
  primitiveMerchantTag: optional(tag),
  extendedMerchantTag: optional(tag),
  extendedMerchantValue: optional(ruleText),
  ...rootTagPatterns,
});

const codeMatchPattern = z.discriminatedUnion("matchMethod", [
  z.object({ matchMethod: z.literal("PREFIX"), prefix: ruleText, priority: optional(priority) }),
  z.object({ matchMethod: z.literal("REGEX"), regex: z.string().min(1), priority: optional(priority) }),
  z.object({
    matchMethod: z.literal("EMVCO"),
    emvMatchRules: optional(z.array(emvMatchRule).max(EMV_MATCH_RULES_LIMIT)),
    priority: optional(priority),
  }),
]);

const openUrl = { postCodeMatchActionType: z.literal("OPEN_URL"), userAgent: optional(userAgent) };

const postCodeMatchAction = z.union([
  z.object({ postCodeMatchActionType: z.literal("DECODE") }),
  z.object({ ...openUrl, urlConstructionMethod: z.literal("USE_DIRECTLY") }),
  z.object({
    ...openUrl,
    urlConstructionMethod: z.literal("EXTRACT_URL_FROM_EMVCODE"),
    emvUrlTag: z.string().regex(/^[0-9]{2}(?:\.?[0-9]{2})?$/),
  }),
  z.object({
    ...openUrl,
    urlConstructionMethod: z.literal("CONSTRUCT_DYNAMIC_URL"),
    dynamicUrlExpression: text(URL_LIMIT_CHARACTERS),
  }),
]);

/** One element of `codeIdentificationRules`. */
export const codeIdentificationRule = z.object({ codeMatchPattern, postCodeMatchAction });

/** A rule as it is read: which codes it matches, and what follows. */
export type CodeIdentificationRule = z.infer<typeof codeIdentificationRule>;
/** Which codes a rule matches (docs/spec/code-rules.md#matching). */
export type CodeMatchPattern = z.infer<typeof codeMatchPattern>;
/** One alternative of an EMVCO pattern: what a code's merchant account and root tags must be. */
export type EmvMatchRule = z.infer<typeof emvMatchRule>;
/** What the wallet does with a code that a rule has matched (docs/spec/code-rules.md#action). */
export type PostCodeMatchAction = z.infer<typeof postCodeMatchAction>;
