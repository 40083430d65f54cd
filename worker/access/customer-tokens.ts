/**
 * Tokens of the wallet's customers: JWTs of the wallet's own identity provider.
 *
 * Its public keys are a setting and never fetched: with a fetch, an outage or a forged answer of another server would
 * decide which customers are admitted. Several keys, each with its `kid`, let the provider rotate without downtime.
 *
 * Source: RFC 7519, RFC 8725 (one algorithm per key, section 3.1; issuer and audience, 3.8 and 3.9).
 */
import { createLocalJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod";
import { customerIdentifier } from "../../protocol/parameters.ts";
import { parseJsonSetting, type SettingFault } from "./setting.ts";

/** The identity provider of the customers. */
export type CustomerIssuer = {
  readonly issuer: string;
  readonly audience: string;
  readonly keyOf: JWTVerifyGetKey;
};

/** The largest difference between the provider's clock and ours. */
const CLOCK_TOLERANCE_SECONDS = 30;

const RSA_SMALLEST_BITS = 2_048;

const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** Members that every key has; others (`use`, `x5c` …) are ignored. */
const named = { kid: z.string().min(1).max(256) };

const publicKey = z.discriminatedUnion("kty", [
  z.object({ ...named, kty: z.literal("RSA"), alg: z.enum(["RS256", "PS256"]), n: z.string(), e: z.string() }),
  z.object({ ...named, kty: z.literal("EC"), alg: z.literal("ES256"), crv: z.string(), x: z.string(), y: z.string() }),
  z.object({ ...named, kty: z.literal("OKP"), alg: z.literal("EdDSA"), crv: z.literal("Ed25519"), x: z.string() }),
]);

const setting = z.strictObject({
  issuer: z.string().min(1).max(2_048),
  audience: z.string().min(1).max(2_048),
  jwks: z.object({
    keys: z
      .array(
        z
          .looseObject({})
          .refine((key) => !("d" in key), "must be a public key")
          .pipe(publicKey),
      )
      .min(1)
      .max(16),
  }),
});

/**
 * Reads a setting `{"issuer", "audience", "jwks": {"keys": [public keys, each with its "kid" and "alg"]}}`.
 *
 * @param name of the setting, for the fault
 * @param text undefined when there is no such setting: then no customer has a token
 */
export async function parseCustomerIssuer(
  name: string,
  text: string | undefined,
): Promise<CustomerIssuer | SettingFault | undefined> {
  if (text === undefined) return undefined;
  const json = parseJsonSetting(name, text);
  if ("fault" in json) return json;
  const result = setting.safeParse(json.value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { fault: `${name}: ${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "is malformed"}` };
  }
  const { issuer, audience, jwks } = result.data;
  const keyOf = createLocalJWKSet(jwks);
  const kids = new Set(jwks.keys.map(({ kid }) => kid));
  if (kids.size < jwks.keys.length) return { fault: `${name}: two keys have the same kid` };
  for (const [index, { kid, alg }] of jwks.keys.entries()) {
    if (!(await isUsable(keyOf({ kid, alg }))))
      return { fault: `${name}: jwks.keys.${index} is not a key for its alg` };
  }
  return { issuer, audience, keyOf };
}

/** Imports a key as verification will; jose refuses RSA below 2048 bits only when it verifies a token. */
async function isUsable(key: Promise<CryptoKey>): Promise<boolean> {
  try {
    const { modulusLength = RSA_SMALLEST_BITS } = (await key).algorithm as { readonly modulusLength?: number };
    return modulusLength >= RSA_SMALLEST_BITS;
  } catch {
    return false;
  }
}

/** The customer of a token, or the reason why it is not valid (an error code of jose, fit for a log). */
export async function customerOfToken(
  { issuer, audience, keyOf }: CustomerIssuer,
  token: string,
  nowMs: number,
): Promise<{ readonly customerId: string } | { readonly reason: string }> {
  try {
    const { payload } = await jwtVerify(token, keyOf, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["sub", "exp"],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(nowMs),
    });
    const customerId = customerIdentifier.safeParse(payload.sub);
    return customerId.success ? { customerId: customerId.data } : { reason: "CUSTOMER_MALFORMED" };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { reason: error.code };
    throw error;
  }
}
