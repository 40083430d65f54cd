/**
 * The variables of a deployment: their forms, their defaults, and what is wrong with them. Keys and tokens are apart.
 */
import * as z from "zod";
import { isCashierUrl, opensAppAlone } from "../../protocol/cashier-url.ts";
import { cutTo } from "../../protocol/characters.ts";
import { ALIPAYPLUS_ORIGINS, isAlipayPlusOrigin } from "../../protocol/endpoints.ts";
import { type JsonObject, parseJsonBody } from "../../protocol/json.ts";
import { type AutoDebit, readAutoDebit } from "./auto-debit.ts";
import { type Core, readCore } from "./core.ts";
import { type SettingFault, settingFault } from "./fault.ts";
import { type Settings, settingKind } from "./settings.ts";
import { smallestAmounts } from "./smallest-amounts.ts";

/** Where Cloudflare can create objects. */
const LOCATION_HINTS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;

/** The first segments of the other APIs, and of the pages of local development. */
const OTHER_PATHS = ["healthz", "ops", "wallet/v1", "sandbox"].map((path) => `/${path}`);

/** A whole number from a variable, within limits. */
function wholeNumber(smallest: number, largest: number) {
  return z
    .string()
    .regex(/^[0-9]{1,10}$/)
    .transform(Number)
    .pipe(z.number().min(smallest).max(largest))
    .describe(`a whole number from ${smallest} to ${largest}, in digits alone`);
}

function oneOf<const Names extends readonly string[]>(...names: Names) {
  return z.enum(names).describe(`one of ${names.join(", ")}`);
}

/** An object as Alipay+ gets it: scalars are strings. */
function readObject(text: string, context: z.RefinementCtx): JsonObject {
  const json = parseJsonBody(new TextEncoder().encode(text));
  if (json.ok) return json.value;
  context.addIssue("must be a JSON object");
  return z.NEVER;
}

const INDIRECT_MPP_LIMIT_CHARACTERS = 4_096;
const CASHIER_URL_LIMIT_CHARACTERS = 1_024;
const CASHIER_URLS_LIMIT = 8;
/** A part named in a fault is cut to this length. */
const PART_LIMIT_CHARACTERS = 64;

const cashierUrl = z.string().max(CASHIER_URL_LIMIT_CHARACTERS).refine(isCashierUrl);

/** Each variable's form; its description completes the sentence "set …". */
const FORMS = {
  SHARD_COUNT: wholeNumber(1, 65_536),
  BASE_PATH: z
    .string()
    .regex(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/)
    .describe("a path such as /aps/api/v1, without a slash at its end"),
  BODY_LIMIT_BYTES: wholeNumber(1_024, 262_144),
  REQUEST_TIME_WINDOW_MS: wholeNumber(1_000, 86_400_000),
  PAYMENT_TIME_LIMIT_MS: wholeNumber(1_000, 86_400_000),
  CORE_TIMEOUT_MS: wholeNumber(10, 30_000),
  LOCATION_HINT: oneOf(...LOCATION_HINTS),
  ALIPAYPLUS_ORIGIN: z.string().refine(isAlipayPlusOrigin).describe("https://<host>"),
  ISSUER: z
    .string()
    .regex(/^[ -~]{1,64}$/)
    .describe("1 to 64 printable ASCII characters"),
  CASHIER_URLS: z
    .string()
    .transform((text) => text.split(" "))
    .pipe(z.array(cashierUrl).max(CASHIER_URLS_LIMIT))
    .describe("1 to 8 https URLs or URLs of an app, without codeValue, with one space between them"),
  CASHIER_LOGIN_URL: cashierUrl.refine((url) => !opensAppAlone(url)).describe("an https URL without codeValue"),
  INDIRECT_MPP: z
    .string()
    .max(INDIRECT_MPP_LIMIT_CHARACTERS)
    .transform(readObject)
    .describe("one JSON object, as agreed with Alipay+"),
  FOREIGN_PAYMENT_CODES: oneOf("ACCEPT", "REFUSE"),
  PAYMENT_CODE_QUANTITY: wholeNumber(2, 10),
  PAYMENT_CODE_GRACE_MS: wholeNumber(0, 60_000),
  DIFFERING_AMOUNTS: oneOf("ACCEPT", "REFUSE"),
  MERCHANT_REGISTRATION: oneOf("NONE", "REPORTING", "APPROVAL"),
  SMALLEST_AMOUNTS: smallestAmounts,
  RETENTION_DAYS: wholeNumber(1, 3_650),
  AUTHORIZATION_PAGE_TIME_LIMIT_MS: wholeNumber(60_000, 86_400_000),
  AUTH_CODE_LIFETIME_MS: wholeNumber(10_000, 3_600_000),
  ACCESS_TOKEN_LIFETIME_DAYS: wholeNumber(1, 3_650),
  REFRESH_TOKEN_LIFETIME_DAYS: wholeNumber(1, 3_650),
  TOKEN_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9]{0,32}$/)
    .describe("at most 32 letters and digits"),
  IN_FLIGHT_LIMIT: wholeNumber(1, 100_000),
  SHARD_IN_FLIGHT_LIMIT: wholeNumber(1, 100_000),
};

const variables = z.object({
  ...FORMS,
  BASE_PATH: FORMS.BASE_PATH.default("/aps/api/v1"),
  BODY_LIMIT_BYTES: FORMS.BODY_LIMIT_BYTES.default(131_072),
  REQUEST_TIME_WINDOW_MS: FORMS.REQUEST_TIME_WINDOW_MS.default(600_000),
  PAYMENT_TIME_LIMIT_MS: FORMS.PAYMENT_TIME_LIMIT_MS.default(180_000),
  CORE_TIMEOUT_MS: FORMS.CORE_TIMEOUT_MS.default(4_000),
  LOCATION_HINT: FORMS.LOCATION_HINT.optional(),
  ALIPAYPLUS_ORIGIN: FORMS.ALIPAYPLUS_ORIGIN.default(ALIPAYPLUS_ORIGINS.GLOBAL),
  ISSUER: FORMS.ISSUER.default("plusgate"),
  CASHIER_URLS: FORMS.CASHIER_URLS.default([]),
  CASHIER_LOGIN_URL: FORMS.CASHIER_LOGIN_URL.optional(),
  INDIRECT_MPP: FORMS.INDIRECT_MPP.optional(),
  FOREIGN_PAYMENT_CODES: FORMS.FOREIGN_PAYMENT_CODES.default("REFUSE"),
  PAYMENT_CODE_QUANTITY: FORMS.PAYMENT_CODE_QUANTITY.default(5),
  PAYMENT_CODE_GRACE_MS: FORMS.PAYMENT_CODE_GRACE_MS.default(5_000),
  DIFFERING_AMOUNTS: FORMS.DIFFERING_AMOUNTS.default("REFUSE"),
  MERCHANT_REGISTRATION: FORMS.MERCHANT_REGISTRATION.default("NONE"),
  SMALLEST_AMOUNTS: FORMS.SMALLEST_AMOUNTS.prefault("{}"),
  RETENTION_DAYS: FORMS.RETENTION_DAYS.default(400),
  AUTHORIZATION_PAGE_TIME_LIMIT_MS: FORMS.AUTHORIZATION_PAGE_TIME_LIMIT_MS.default(1_800_000),
  AUTH_CODE_LIFETIME_MS: FORMS.AUTH_CODE_LIFETIME_MS.default(600_000),
  ACCESS_TOKEN_LIFETIME_DAYS: FORMS.ACCESS_TOKEN_LIFETIME_DAYS.default(365),
  REFRESH_TOKEN_LIFETIME_DAYS: FORMS.REFRESH_TOKEN_LIFETIME_DAYS.default(1_095),
  TOKEN_PREFIX: FORMS.TOKEN_PREFIX.default("281010"),
  IN_FLIGHT_LIMIT: FORMS.IN_FLIGHT_LIMIT.default(256),
  SHARD_IN_FLIGHT_LIMIT: FORMS.SHARD_IN_FLIGHT_LIMIT.default(128),
});

/** The values of the variables, by name. */
export type Values = z.output<typeof variables>;

/** The variables of a deployment, checked, with its core and its Auto Debit. */
type ReadVariables =
  | { readonly values: Values; readonly core: Core; readonly autoDebit: AutoDebit | undefined }
  | { readonly faults: readonly SettingFault[]; readonly areText: boolean };

/**
 * Reads every variable but keys and tokens.
 *
 * @returns with faults, `areText` says whether all settings are text: others are not to be looked at
 */
export function readVariables(settings: Settings): ReadVariables {
  const notText = Object.entries(settings)
    .filter(([name, value]) => settingKind(name) !== undefined && value !== undefined && typeof value !== "string")
    .map(([name]) => settingFault(name, "is not text; put it in quotes"));
  if (notText.length > 0) return { faults: notText, areText: false };

  const checked = variables.safeParse(settings);
  const core = readCore(settings);
  const debit = readAutoDebit(settings, checked.success ? checked.data : undefined);
  const faults = [
    ...(checked.success ? pathFaults(checked.data.BASE_PATH) : variableFaults(checked.error, settings)),
    ...("faults" in core ? core.faults : []),
    ...("faults" in debit ? debit.faults : []),
  ];
  if (!checked.success || "faults" in core || "faults" in debit || faults.length > 0) return { faults, areText: true };
  return { values: checked.data, core: core.core, autoDebit: debit.autoDebit };
}

/** One fault for each variable, however many of its rules it breaks. */
function variableFaults({ issues }: z.ZodError, settings: Settings): SettingFault[] {
  const names = new Set(issues.map(({ path }) => path[0] as keyof typeof FORMS));
  return [...names].map((name) => {
    const state = settings[name] === undefined ? "is missing" : `has another form${partOf(issues, name)}`;
    return settingFault(name, `${state}; set ${FORMS[name].description}`);
  });
}

/** The member of a JSON setting that is wrong, where the fault names one. */
function partOf(issues: z.core.$ZodIssue[], name: string): string {
  const path = issues.find(({ path: [first] }) => first === name)?.path.slice(1) ?? [];
  const members = path.filter((member) => typeof member === "string");
  return members.length === 0 ? "" : ` at ${cutTo(members.join("."), PART_LIMIT_CHARACTERS)}`;
}

/** A base path that lies in another API is never reached, and one above another API hides it. */
function pathFaults(basePath: string): SettingFault[] {
  const taken = OTHER_PATHS.find(
    (path) => `${path}/`.startsWith(`${basePath}/`) || `${basePath}/`.startsWith(`${path}/`),
  );
  if (taken === undefined) return [];
  const why = `overlaps ${taken}, which has its own calls; set another path, such as /aps/api/v1`;
  return [settingFault("BASE_PATH", why, "PATH_TAKEN")];
}
