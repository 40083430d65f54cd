/** The parameters of prepare. The message is kept as it came, and read again by a schema that refuses nothing. */
import * as z from "zod";
import { withoutNulls } from "../../protocol/absent-parameters.ts";
import { parseJsonBody } from "../../protocol/json.ts";
import { identifier, text, url } from "../../protocol/parameters.ts";

/** Longer lists have no meaning: there are six scopes. */
const SCOPES_LIMIT = 16;

/** Schemes that a browser would run, or that lead into the device. */
const NO_REDIRECT = /^(?:javascript|data|vbscript|blob|file|about):/i;

/** An absolute URL that a browser or an app can be sent to: https, http, or the scheme of an app. */
const redirectUrl = text(1_024)
  .refine((value) => URL.canParse(value) && !NO_REDIRECT.test(new URL(value).protocol), "must be a URL")
  // The merchant would read its own before the wallet's.
  .refine((value) => !hasOwnAnswer(value), "must not have authCode or authState");

/**
 * The parameters of prepare. Names and logo are only displayed, but the name is what the customer agrees to, so that it
 * is required. Source: docs/spec/wallet/auto-debit.md#prepare.
 */
export const prepareParameters = z.object({
  acquirerId: identifier,
  pspId: identifier,
  authClientId: identifier,
  authClientName: text(256),
  authClientDisplayName: text(256).optional().catch(undefined),
  authClientLogo: url.optional().catch(undefined),
  referenceAgreementId: identifier,
  referenceMerchantId: text(64).optional(),
  authRedirectUrl: redirectUrl,
  authState: text(256),
  scopes: z
    .array(text(64), "must be a list")
    .min(1, "must not be empty")
    .max(SCOPES_LIMIT, `must have at most ${SCOPES_LIMIT} scopes`),
  terminalType: z.enum(["WEB", "APP", "WAP"], "must be WEB, APP or WAP").optional(),
});

const keptText = z.string().catch("");
const optionalText = z.string().optional().catch(undefined);

/**
 * A prepare that is kept, read by the kinds of its members: what a release accepts, every later one reads, however
 * strict its own `prepareParameters` are. Display name and logo refuse nothing in either.
 */
const keptPrepare = z.object({
  acquirerId: keptText,
  pspId: keptText,
  authClientId: keptText,
  authClientName: optionalText,
  authClientDisplayName: prepareParameters.shape.authClientDisplayName,
  authClientLogo: prepareParameters.shape.authClientLogo,
  referenceAgreementId: keptText,
  referenceMerchantId: optionalText,
  authRedirectUrl: keptText,
  authState: keptText,
  scopes: z.array(z.string()).catch([]),
});

/** A prepare as it is read. */
type PrepareMessage = z.infer<typeof keptPrepare>;

const encoder = new TextEncoder();

function hasOwnAnswer(redirect: string): boolean {
  if (!URL.canParse(redirect)) return false;
  const { searchParams } = new URL(redirect);
  return searchParams.has("authCode") || searchParams.has("authState");
}

/** Reads a prepare that was checked before it was kept. Never throws. */
export function prepareMessageOf(message: string): PrepareMessage {
  const json = parseJsonBody(encoder.encode(message));
  return keptPrepare.parse(json.ok ? withoutNulls(json.value, message) : {});
}
