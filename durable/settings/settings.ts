/** The settings of a deployment, as text: their names, and where each is put. docs/configuration.md explains them. */

/** The settings that the runtime passes. Each is text. */
export interface Settings {
  readonly SHARD_COUNT: string;
  /** Which core moves the money: EMBEDDED or HTTP. */
  readonly CORE: string;
  /** The name of a core over HTTP. */
  readonly CORE_NAME?: string;
  /** Where a core over HTTP answers. */
  readonly CORE_URL?: string;
  /** Signs what is sent to `CORE_URL`. */
  readonly CORE_SECRET?: string;
  /** JSON `{clientId: {keyVersion: private key}}`, base64 PKCS#8 or PEM. */
  readonly SIGNING_KEYS: string;
  /** More versions of the same client: `SIGNING_KEYS_2`, `SIGNING_KEYS_3` … */
  readonly [part: `SIGNING_KEYS_${number}`]: string | undefined;
  /** JSON `{clientId: {keyVersion: public key}}`, base64 SPKI or PEM. */
  readonly VERIFICATION_KEYS: string;
  /** More versions of the same client. */
  readonly [part: `VERIFICATION_KEYS_${number}`]: string | undefined;
  readonly BASE_PATH?: string;
  readonly BODY_LIMIT_BYTES?: string;
  readonly REQUEST_TIME_WINDOW_MS?: string;
  readonly PAYMENT_TIME_LIMIT_MS?: string;
  readonly CORE_TIMEOUT_MS?: string;
  readonly LOCATION_HINT?: string;
  /** One of the hosts of Alipay+, as an origin. */
  readonly ALIPAYPLUS_ORIGIN?: string;
  /** The wallet's name in the URLs that code rules make. */
  readonly ISSUER?: string;
  /** The wallet's cashier URLs, as they are registered with Alipay+, with a space between them. */
  readonly CASHIER_URLS?: string;
  /** Where the page of the Cashier leads a customer to log in. */
  readonly CASHIER_LOGIN_URL?: string;
  /** JSON object, handed on to Alipay+ as `indirectMpp`. */
  readonly INDIRECT_MPP?: string;
  /** Codes that this gateway did not issue: ACCEPT or REFUSE. */
  readonly FOREIGN_PAYMENT_CODES?: string;
  readonly PAYMENT_CODE_QUANTITY?: string;
  readonly PAYMENT_CODE_GRACE_MS?: string;
  /** Decoded orders whose amounts do not follow from quote, promotion and surcharge: REFUSE or ACCEPT. */
  readonly DIFFERING_AMOUNTS?: string;
  /** Whether Alipay+ registers its merchants with this wallet: NONE, REPORTING or APPROVAL. */
  readonly MERCHANT_REGISTRATION?: string;
  /** JSON `{product: {currency: {"payment", "refund"}}}`, the smallest amounts of this wallet. */
  readonly SMALLEST_AMOUNTS?: string;
  readonly RETENTION_DAYS?: string;
  /** Auto Debit: the https URL of the wallet's authorisation page. */
  readonly AUTHORIZATION_URL?: string;
  /** The same page in the wallet's app: by its scheme, and by its app link. */
  readonly AUTHORIZATION_SCHEME_URL?: string;
  readonly AUTHORIZATION_APP_LINK_URL?: string;
  readonly AUTHORIZATION_PAGE_TIME_LIMIT_MS?: string;
  readonly AUTH_CODE_LIFETIME_MS?: string;
  readonly ACCESS_TOKEN_LIFETIME_DAYS?: string;
  readonly REFRESH_TOKEN_LIFETIME_DAYS?: string;
  /** What every authCode and token begins with. */
  readonly TOKEN_PREFIX?: string;
  /** JSON `{version: secret}`: what authCodes and tokens are derived from. */
  readonly TOKEN_SECRETS?: string;
  readonly IN_FLIGHT_LIMIT?: string;
  readonly SHARD_IN_FLIGHT_LIMIT?: string;
  /** JSON `{name: token}`, the wallet's own services. */
  readonly WALLET_TOKENS?: string;
  /** JSON `{"issuer", "audience", "jwks"}`: the identity provider of the wallet's customers. */
  readonly WALLET_JWT?: string;
  /** Signs the short-lived tokens of the live stream. */
  readonly LIVE_TOKEN_SECRET?: string;
  /** JSON `{name: token}`, the operators. */
  readonly OPS_TOKENS?: string;
}

/** Where a setting is put: among the variables of wrangler.toml, as a secret, or either. */
type SettingKind = "VARIABLE" | "SECRET" | "EITHER";

const KINDS: Record<Exclude<keyof Settings, `${string}_${number}`>, SettingKind> = {
  SHARD_COUNT: "VARIABLE",
  CORE: "VARIABLE",
  CORE_NAME: "VARIABLE",
  CORE_URL: "VARIABLE",
  CORE_SECRET: "SECRET",
  SIGNING_KEYS: "SECRET",
  VERIFICATION_KEYS: "EITHER",
  BASE_PATH: "VARIABLE",
  BODY_LIMIT_BYTES: "VARIABLE",
  REQUEST_TIME_WINDOW_MS: "VARIABLE",
  PAYMENT_TIME_LIMIT_MS: "VARIABLE",
  CORE_TIMEOUT_MS: "VARIABLE",
  LOCATION_HINT: "VARIABLE",
  ALIPAYPLUS_ORIGIN: "VARIABLE",
  ISSUER: "VARIABLE",
  CASHIER_URLS: "VARIABLE",
  CASHIER_LOGIN_URL: "VARIABLE",
  INDIRECT_MPP: "VARIABLE",
  FOREIGN_PAYMENT_CODES: "VARIABLE",
  PAYMENT_CODE_QUANTITY: "VARIABLE",
  PAYMENT_CODE_GRACE_MS: "VARIABLE",
  DIFFERING_AMOUNTS: "VARIABLE",
  MERCHANT_REGISTRATION: "VARIABLE",
  SMALLEST_AMOUNTS: "VARIABLE",
  RETENTION_DAYS: "VARIABLE",
  AUTHORIZATION_URL: "VARIABLE",
  AUTHORIZATION_SCHEME_URL: "VARIABLE",
  AUTHORIZATION_APP_LINK_URL: "VARIABLE",
  AUTHORIZATION_PAGE_TIME_LIMIT_MS: "VARIABLE",
  AUTH_CODE_LIFETIME_MS: "VARIABLE",
  ACCESS_TOKEN_LIFETIME_DAYS: "VARIABLE",
  REFRESH_TOKEN_LIFETIME_DAYS: "VARIABLE",
  TOKEN_PREFIX: "VARIABLE",
  TOKEN_SECRETS: "SECRET",
  IN_FLIGHT_LIMIT: "VARIABLE",
  SHARD_IN_FLIGHT_LIMIT: "VARIABLE",
  WALLET_TOKENS: "SECRET",
  WALLET_JWT: "EITHER",
  LIVE_TOKEN_SECRET: "SECRET",
  OPS_TOKENS: "SECRET",
};

/** `SIGNING_KEYS_2` is a part of `SIGNING_KEYS`. The first part has no number. */
const KEY_PART = /^((?:SIGNING|VERIFICATION)_KEYS)_(?:[2-9]|[1-9][0-9])$/;

/** The settings over which one kind of keys may be spread: the name itself, then `_2` to `_99`. */
export function isPartOf(name: string, setting: "SIGNING_KEYS" | "VERIFICATION_KEYS"): boolean {
  return name === setting || KEY_PART.exec(name)?.[1] === setting;
}

/** Where a setting is put; undefined where no setting has that name. */
export function settingKind(name: string): SettingKind | undefined {
  const known = KEY_PART.exec(name)?.[1] ?? name;
  return Object.hasOwn(KINDS, known) ? KINDS[known as keyof typeof KINDS] : undefined;
}
