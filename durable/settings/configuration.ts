/** The configuration of a deployment, read from its settings. */
import * as z from "zod";
import { ALIPAYPLUS_ORIGINS, isAlipayPlusOrigin } from "../../protocol/endpoints.ts";
import { type Core, readCore } from "./core.ts";
import { type SettingFault, settingFault } from "./fault.ts";
import { type DeploymentKeys, readKeys } from "./keys.ts";
import { type Settings, settingKind } from "./settings.ts";

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
  FOREIGN_PAYMENT_CODES: oneOf("ACCEPT", "REFUSE"),
  PAYMENT_CODE_QUANTITY: wholeNumber(2, 10),
  PAYMENT_CODE_GRACE_MS: wholeNumber(0, 60_000),
  DIFFERING_AMOUNTS: oneOf("ACCEPT", "REFUSE"),
  RETENTION_DAYS: wholeNumber(1, 3_650),
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
  FOREIGN_PAYMENT_CODES: FORMS.FOREIGN_PAYMENT_CODES.default("REFUSE"),
  PAYMENT_CODE_QUANTITY: FORMS.PAYMENT_CODE_QUANTITY.default(5),
  PAYMENT_CODE_GRACE_MS: FORMS.PAYMENT_CODE_GRACE_MS.default(5_000),
  DIFFERING_AMOUNTS: FORMS.DIFFERING_AMOUNTS.default("REFUSE"),
  RETENTION_DAYS: FORMS.RETENTION_DAYS.default(400),
  IN_FLIGHT_LIMIT: FORMS.IN_FLIGHT_LIMIT.default(256),
  SHARD_IN_FLIGHT_LIMIT: FORMS.SHARD_IN_FLIGHT_LIMIT.default(128),
});

/** The settings of a deployment, typed. */
export type Configuration = {
  /** How many shards each kind of object has. Never changes for a deployment. */
  readonly shardCount: number;
  /** The Client-Id of all keys: the wallet's at Alipay+. */
  readonly clientId: string;
  /** The core that moves the money. */
  readonly core: Core;
  readonly basePath: string;
  readonly bodyLimitBytes: number;
  /** How far `Request-Time` may be from our clock, either way. */
  readonly requestTimeWindowMs: number;
  /** How long a payment may take when Alipay+ names no `paymentExpiryTime`. */
  readonly paymentTimeLimitMs: number;
  /** How long the wallet's core may take for one answer. */
  readonly coreTimeoutMs: number;
  /** Where new objects are created: near the wallet's core. */
  readonly locationHint: (typeof LOCATION_HINTS)[number] | undefined;
  /** Where Alipay+ is reached. */
  readonly alipayPlusOrigin: string;
  /** What `${issuer}` stands for in the URLs that code rules make. */
  readonly issuer: string;
  /** Whether a payment code that this gateway did not issue may pay. */
  readonly acceptsForeignPaymentCodes: boolean;
  /** How many payment codes one getPaymentCode asks for. */
  readonly paymentCodeQuantity: number;
  /** How long after its expiry a payment code of ours still pays: a pay may arrive late. */
  readonly paymentCodeGraceMs: number;
  /** Whether an order whose amounts do not follow from quote, promotion and surcharge may be paid. */
  readonly acceptsDifferingAmounts: boolean;
  /** How many days after it was stored a payment or refund keeps personal data. */
  readonly retentionDays: number;
  /** How many calls one isolate may have in flight. */
  readonly inFlightLimit: number;
  /** How many calls one shard may have in flight. */
  readonly shardInFlightLimit: number;
};

/** What the settings say; with faults there is no configuration. */
type ReadConfiguration = {
  readonly configuration: Configuration | undefined;
  /** The keys, where they can be read. They are not imported yet. */
  readonly keys: DeploymentKeys | undefined;
  readonly faults: readonly SettingFault[];
};

/** Reads every setting of Alipay+'s calls and of the objects; not the credentials of the other APIs. */
export function readConfiguration(settings: Settings): ReadConfiguration {
  const notText = Object.entries(settings)
    .filter(([name, value]) => settingKind(name) !== undefined && value !== undefined && typeof value !== "string")
    .map(([name]) => settingFault(name, "is not text; put it in quotes"));
  if (notText.length > 0) return { configuration: undefined, keys: undefined, faults: notText };

  const checked = variables.safeParse(settings);
  const core = readCore(settings);
  const keys = readKeys(settings);
  const faults = [
    ...(checked.success ? pathFaults(checked.data.BASE_PATH) : variableFaults(checked.error, settings)),
    ...("faults" in core ? core.faults : []),
    ...("faults" in keys ? keys.faults : []),
  ];
  const read = { keys: "faults" in keys ? undefined : keys, faults };
  if (!checked.success || "faults" in core || "faults" in keys || faults.length > 0) {
    return { ...read, configuration: undefined };
  }
  const values = checked.data;
  const configuration = {
    shardCount: values.SHARD_COUNT,
    clientId: keys.clientId,
    core: core.core,
    basePath: values.BASE_PATH,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    requestTimeWindowMs: values.REQUEST_TIME_WINDOW_MS,
    paymentTimeLimitMs: values.PAYMENT_TIME_LIMIT_MS,
    coreTimeoutMs: values.CORE_TIMEOUT_MS,
    locationHint: values.LOCATION_HINT,
    alipayPlusOrigin: values.ALIPAYPLUS_ORIGIN,
    issuer: values.ISSUER,
    acceptsForeignPaymentCodes: values.FOREIGN_PAYMENT_CODES === "ACCEPT",
    paymentCodeQuantity: values.PAYMENT_CODE_QUANTITY,
    paymentCodeGraceMs: values.PAYMENT_CODE_GRACE_MS,
    acceptsDifferingAmounts: values.DIFFERING_AMOUNTS === "ACCEPT",
    retentionDays: values.RETENTION_DAYS,
    inFlightLimit: values.IN_FLIGHT_LIMIT,
    shardInFlightLimit: values.SHARD_IN_FLIGHT_LIMIT,
  };
  return { ...read, configuration };
}

/** One fault for each variable, however many of its rules it breaks. */
function variableFaults({ issues }: z.ZodError, settings: Settings): SettingFault[] {
  const names = new Set(issues.map(({ path }) => path[0] as keyof typeof FORMS));
  return [...names].map((name) => {
    const state = settings[name] === undefined ? "is missing" : "has another form";
    return settingFault(name, `${state}; set ${FORMS[name].description}`);
  });
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
