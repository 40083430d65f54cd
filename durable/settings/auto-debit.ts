/**
 * The settings of Auto Debit: a wallet offers it when its authorisation page and the secrets of its tokens are set, and
 * both go together. Source: docs/spec/wallet/auto-debit.md.
 */
import { parseJsonBody } from "../../protocol/json.ts";
import { DAY_MS } from "../../protocol/time.ts";
import { isLoopback } from "../wallet-core/http/settings.ts";
import { type SettingFault, settingFault } from "./fault.ts";
import type { Settings } from "./settings.ts";

/** What a wallet that offers Auto Debit has set. */
export type AutoDebit = {
  /** The wallet's authorisation page; `preparedId` is added to its query. */
  readonly authorizationUrl: string;
  /** The same page by the scheme of the wallet's app, and by its app link. */
  readonly schemeUrl: string | undefined;
  readonly appLinkUrl: string | undefined;
  /** What every authCode and token begins with. */
  readonly tokenPrefix: string;
  /** The secrets that tokens are derived from, by version. */
  readonly tokenSecrets: ReadonlyMap<number, string>;
  /** The version that new tokens are derived from: the highest. */
  readonly tokenSecretVersion: number;
  /** How long a customer may take to agree. */
  readonly pageTimeLimitMs: number;
  readonly authCodeLifetimeMs: number;
  readonly accessTokenLifetimeMs: number;
  readonly refreshTokenLifetimeMs: number;
};

/** The variables that have a default, as they are read. */
type Lifetimes = {
  readonly TOKEN_PREFIX: string;
  readonly AUTHORIZATION_PAGE_TIME_LIMIT_MS: number;
  readonly AUTH_CODE_LIFETIME_MS: number;
  readonly ACCESS_TOKEN_LIFETIME_DAYS: number;
  readonly REFRESH_TOKEN_LIFETIME_DAYS: number;
};

const URL_LIMIT_CHARACTERS = 1_024;
const SECRET_LEAST_BYTES = 32;
const VERSION = /^[1-9][0-9]{0,8}$/;
const SECRETS_FORM = 'set {"<version>": "<secret of at least 32 bytes>"}, with versions from 1 to 999999999';
const PAGE_FORM =
  `set the https URL of the wallet's authorisation page, at most ${URL_LIMIT_CHARACTERS} characters, without preparedId ` +
  "and without a fragment";
const APP_FORM =
  "set a URL that opens the authorisation page in the wallet's app, without preparedId and without a fragment";

const encoder = new TextEncoder();

/**
 * Reads them; undefined for a wallet that does not offer Auto Debit.
 *
 * @param lifetimes undefined where variables are wrong: then only the faults of the others count
 */
export function readAutoDebit(
  settings: Settings,
  lifetimes: Lifetimes | undefined,
): { readonly autoDebit: AutoDebit | undefined } | { readonly faults: readonly SettingFault[] } {
  const { AUTHORIZATION_URL, AUTHORIZATION_SCHEME_URL, AUTHORIZATION_APP_LINK_URL, TOKEN_SECRETS } = settings;
  const secrets = TOKEN_SECRETS === undefined ? undefined : parseSecrets(TOKEN_SECRETS);
  const faults = [
    ...missingFaults(settings),
    ...urlFault("AUTHORIZATION_URL", AUTHORIZATION_URL, isPageUrl, PAGE_FORM),
    ...urlFault("AUTHORIZATION_SCHEME_URL", AUTHORIZATION_SCHEME_URL, isAppUrl, APP_FORM),
    ...urlFault("AUTHORIZATION_APP_LINK_URL", AUTHORIZATION_APP_LINK_URL, isPageUrl, PAGE_FORM),
    ...(typeof secrets === "string" ? [settingFault("TOKEN_SECRETS", secrets)] : []),
    ...(lifetimes ? lifetimeFaults(lifetimes) : []),
  ];
  if (faults.length > 0) return { faults };
  if (!lifetimes || AUTHORIZATION_URL === undefined || secrets === undefined || typeof secrets === "string") {
    return { autoDebit: undefined };
  }
  const autoDebit = {
    authorizationUrl: AUTHORIZATION_URL,
    schemeUrl: AUTHORIZATION_SCHEME_URL,
    appLinkUrl: AUTHORIZATION_APP_LINK_URL,
    tokenPrefix: lifetimes.TOKEN_PREFIX,
    tokenSecrets: secrets,
    tokenSecretVersion: Math.max(...secrets.keys()),
    pageTimeLimitMs: lifetimes.AUTHORIZATION_PAGE_TIME_LIMIT_MS,
    authCodeLifetimeMs: lifetimes.AUTH_CODE_LIFETIME_MS,
    accessTokenLifetimeMs: lifetimes.ACCESS_TOKEN_LIFETIME_DAYS * DAY_MS,
    refreshTokenLifetimeMs: lifetimes.REFRESH_TOKEN_LIFETIME_DAYS * DAY_MS,
  };
  return { autoDebit };
}

/** Page and secrets are set together, and the page's other forms only with both. */
function missingFaults(settings: Settings): SettingFault[] {
  const { AUTHORIZATION_URL, AUTHORIZATION_SCHEME_URL, AUTHORIZATION_APP_LINK_URL, TOKEN_SECRETS } = settings;
  if (AUTHORIZATION_URL !== undefined) {
    return TOKEN_SECRETS === undefined
      ? [settingFault("TOKEN_SECRETS", `is missing, and AUTHORIZATION_URL is set; ${SECRETS_FORM}`)]
      : [];
  }
  const others = { TOKEN_SECRETS, AUTHORIZATION_SCHEME_URL, AUTHORIZATION_APP_LINK_URL };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  return other === undefined
    ? []
    : [settingFault("AUTHORIZATION_URL", `is missing, and ${other} is set; ${PAGE_FORM}, or take ${other} out`)];
}

/** A refresh token that ends before its access token could not be used when it is needed. */
function lifetimeFaults({ ACCESS_TOKEN_LIFETIME_DAYS, REFRESH_TOKEN_LIFETIME_DAYS }: Lifetimes): SettingFault[] {
  if (REFRESH_TOKEN_LIFETIME_DAYS >= ACCESS_TOKEN_LIFETIME_DAYS) return [];
  const why = `is shorter than ACCESS_TOKEN_LIFETIME_DAYS; set at least ${ACCESS_TOKEN_LIFETIME_DAYS}`;
  return [settingFault("REFRESH_TOKEN_LIFETIME_DAYS", why)];
}

function urlFault(
  name: string,
  url: string | undefined,
  isRight: (url: string) => boolean,
  form: string,
): SettingFault[] {
  return url === undefined || isRight(url) ? [] : [settingFault(name, `has another form; ${form}`)];
}

function isPageUrl(url: string): boolean {
  if (!isAppUrl(url)) return false;
  const parsed = new URL(url);
  return parsed.protocol === "https:" || isLoopback(parsed);
}

/**
 * Any scheme, as `wallet://authorize`; never one that a browser runs. `preparedId` is appended to the query, so that it
 * has no fragment and no `preparedId` of its own, which a page would read first.
 */
function isAppUrl(url: string): boolean {
  if (url.length > URL_LIMIT_CHARACTERS || !URL.canParse(url)) return false;
  if (new URL(url).searchParams.has("preparedId")) return false;
  return !url.includes("#") && /^(?!javascript:|data:|vbscript:|blob:|file:)[a-z][a-z0-9+.-]*:/i.test(url);
}

/** The secrets by version; or what is wrong, without any of their text. */
function parseSecrets(text: string): ReadonlyMap<number, string> | string {
  const json = parseJsonBody(encoder.encode(text));
  if (!json.ok) return `is not one JSON object; ${SECRETS_FORM}`;
  const entries = Object.entries(json.value);
  if (entries.length === 0) return `has no secret; ${SECRETS_FORM}`;
  const secrets = new Map<number, string>();
  for (const [version, secret] of entries) {
    // What is not a version may be a secret in the wrong place: it is not shown.
    if (!VERSION.test(version)) return `has a name that is no version; ${SECRETS_FORM}`;
    if (typeof secret !== "string" || encoder.encode(secret).length < SECRET_LEAST_BYTES) {
      return `version ${version} is too short; ${SECRETS_FORM}`;
    }
    secrets.set(Number(version), secret);
  }
  return secrets;
}
