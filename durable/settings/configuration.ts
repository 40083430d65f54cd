/** The configuration of a deployment, read from its settings. */
import type { JsonObject } from "../../protocol/json.ts";
import type { AutoDebit } from "./auto-debit.ts";
import type { Core } from "./core.ts";
import type { SettingFault } from "./fault.ts";
import { type DeploymentKeys, readKeys } from "./keys.ts";
import type { Settings } from "./settings.ts";
import type { SmallestAmounts } from "./smallest-amounts.ts";
import { readVariables, type Values } from "./variables.ts";

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
  readonly locationHint: Values["LOCATION_HINT"];
  /** Where Alipay+ is reached. */
  readonly alipayPlusOrigin: string;
  /** What `${issuer}` stands for in the URLs that code rules make. */
  readonly issuer: string;
  /** The wallet's cashier URLs, as they are registered with Alipay+. */
  readonly cashierUrls: readonly string[];
  /** Where the page of the Cashier leads a customer to log in. */
  readonly cashierLoginUrl: string | undefined;
  /** Handed on to Alipay+ as it is. */
  readonly indirectMpp: JsonObject | undefined;
  /** Whether a payment code that this gateway did not issue may pay. */
  readonly acceptsForeignPaymentCodes: boolean;
  /** How many payment codes one getPaymentCode asks for. */
  readonly paymentCodeQuantity: number;
  /** How long after its expiry a payment code of ours still pays: a pay may arrive late. */
  readonly paymentCodeGraceMs: number;
  /** Whether an order whose amounts do not follow from quote, promotion and surcharge may be paid. */
  readonly acceptsDifferingAmounts: boolean;
  /** Whether Alipay+ registers its merchants with this wallet, and whether one must be approved before it is paid. */
  readonly merchantRegistration: Values["MERCHANT_REGISTRATION"];
  /** The smallest payments and refunds that this wallet makes. */
  readonly smallestAmounts: SmallestAmounts;
  /** How many days after it was stored a payment or refund keeps personal data. */
  readonly retentionDays: number;
  /** Undefined for a wallet that does not offer Auto Debit. */
  readonly autoDebit: AutoDebit | undefined;
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
  const variables = readVariables(settings);
  if ("faults" in variables && !variables.areText) {
    return { configuration: undefined, keys: undefined, faults: variables.faults };
  }
  const keys = readKeys(settings);
  const faults = [...("faults" in variables ? variables.faults : []), ...("faults" in keys ? keys.faults : [])];
  const read = { keys: "faults" in keys ? undefined : keys, faults };
  if ("faults" in variables || "faults" in keys) return { ...read, configuration: undefined };
  const { values, core, autoDebit } = variables;
  const configuration = {
    shardCount: values.SHARD_COUNT,
    clientId: keys.clientId,
    core,
    basePath: values.BASE_PATH,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    requestTimeWindowMs: values.REQUEST_TIME_WINDOW_MS,
    paymentTimeLimitMs: values.PAYMENT_TIME_LIMIT_MS,
    coreTimeoutMs: values.CORE_TIMEOUT_MS,
    locationHint: values.LOCATION_HINT,
    alipayPlusOrigin: values.ALIPAYPLUS_ORIGIN,
    issuer: values.ISSUER,
    cashierUrls: values.CASHIER_URLS,
    cashierLoginUrl: values.CASHIER_LOGIN_URL,
    indirectMpp: values.INDIRECT_MPP,
    acceptsForeignPaymentCodes: values.FOREIGN_PAYMENT_CODES === "ACCEPT",
    paymentCodeQuantity: values.PAYMENT_CODE_QUANTITY,
    paymentCodeGraceMs: values.PAYMENT_CODE_GRACE_MS,
    acceptsDifferingAmounts: values.DIFFERING_AMOUNTS === "ACCEPT",
    merchantRegistration: values.MERCHANT_REGISTRATION,
    smallestAmounts: values.SMALLEST_AMOUNTS,
    retentionDays: values.RETENTION_DAYS,
    autoDebit,
    inFlightLimit: values.IN_FLIGHT_LIMIT,
    shardInFlightLimit: values.SHARD_IN_FLIGHT_LIMIT,
  };
  return { ...read, configuration };
}
