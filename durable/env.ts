/**
 * Bindings and variables of the gateway, parsed once. Fails closed: while a variable is wrong, the gateway takes no
 * payments.
 */
import * as z from "zod";
import { CLIENT_ID } from "../protocol/client-id.ts";
import { ALIPAYPLUS_ORIGINS, isAlipayPlusOrigin } from "../protocol/endpoints.ts";
import { checkKeyRing, type KeyRing, parseKeyRing } from "../protocol/signature/key-ring.ts";
import type { CodeRules } from "./code-rules/object.ts";
import type { Codes } from "./codes/object.ts";
import type { Customers } from "./customers/object.ts";
import type { Deployment } from "./deployment/object.ts";
import type { Directory } from "./directory/object.ts";
import type { Live } from "./live/object.ts";
import { type HttpCoreSettings, parseHttpCoreSettings } from "./wallet-core/http/settings.ts";

/** The bindings and variables that the runtime passes. Variables are text; docs/configuration.md lists them. */
export interface Env {
  readonly CUSTOMERS: DurableObjectNamespace<Customers>;
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  readonly DEPLOYMENT: DurableObjectNamespace<Deployment>;
  readonly CODES: DurableObjectNamespace<Codes>;
  readonly CODE_RULES: DurableObjectNamespace<CodeRules>;
  readonly LIVE: DurableObjectNamespace<Live>;
  /** The customers' stocks of payment codes; only durable/code-stock/client.ts calls them. */
  readonly CODE_STOCKS: DurableObjectNamespace;
  /** The sandbox's Alipay+ in development; without it calls go to `ALIPAYPLUS_ORIGIN` over HTTPS. */
  readonly ALIPAYPLUS?: Fetcher;
  readonly SHARD_COUNT: string;
  /** Secret: JSON `{clientId: {keyVersion: private key}}`, base64 PKCS#8 or PEM. */
  readonly SIGNING_KEYS: string;
  /** JSON `{clientId: {keyVersion: public key}}`, base64 SPKI or PEM. */
  readonly VERIFICATION_KEYS: string;
  readonly BASE_PATH?: string;
  readonly BODY_LIMIT_BYTES?: string;
  readonly REQUEST_TIME_WINDOW_MS?: string;
  readonly PAYMENT_TIME_LIMIT_MS?: string;
  readonly CORE_TIMEOUT_MS?: string;
  readonly LOCATION_HINT?: string;
  readonly CORE: string;
  readonly CORE_NAME?: string;
  /** Where the wallet's core answers over HTTPS; without it the embedded ledger is the core. */
  readonly CORE_URL?: string;
  /** Secret: signs what is sent to `CORE_URL`. */
  readonly CORE_SECRET?: string;
  /** One of the hosts of Alipay+, as an origin. */
  readonly ALIPAYPLUS_ORIGIN?: string;
  /** The Client-Id that the wallet calls Alipay+ as; may be left out when SIGNING_KEYS holds only one. */
  readonly CLIENT_ID?: string;
  /** The wallet's name in the URLs that code rules make. */
  readonly ISSUER?: string;
  /** Codes that this gateway did not issue: ACCEPT or REFUSE. */
  readonly FOREIGN_PAYMENT_CODES?: string;
  readonly PAYMENT_CODE_QUANTITY?: string;
  readonly PAYMENT_CODE_GRACE_MS?: string;
  /** Decoded orders whose amounts do not follow from quote, promotion and surcharge: REFUSE or ACCEPT. */
  readonly DIFFERING_AMOUNTS?: string;
  /** Secret: JSON `{name: token}`, the wallet's own services. */
  readonly WALLET_TOKENS?: string;
  /** JSON `{"issuer", "audience", "jwks"}`: the identity provider of the wallet's customers. */
  readonly WALLET_JWT?: string;
  /** Secret: signs the short-lived tokens of the live stream. */
  readonly LIVE_TOKEN_SECRET?: string;
  /** Secret: JSON `{name: token}`, the operators. */
  readonly OPS_TOKENS?: string;
}

const LOCATION_HINTS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;

/** A whole number from a variable, within limits. */
function wholeNumber(smallest: number, largest: number) {
  return z
    .string()
    .regex(/^[0-9]{1,10}$/)
    .transform(Number)
    .pipe(z.number().min(smallest).max(largest));
}

const variables = z.object({
  SHARD_COUNT: wholeNumber(1, 65_536),
  BASE_PATH: z
    .string()
    .regex(/^(\/[A-Za-z0-9._~-]+)+$/)
    .default("/aps/api/v1"),
  BODY_LIMIT_BYTES: wholeNumber(1_024, 262_144).default(131_072),
  REQUEST_TIME_WINDOW_MS: wholeNumber(1_000, 86_400_000).default(600_000),
  PAYMENT_TIME_LIMIT_MS: wholeNumber(1_000, 86_400_000).default(180_000),
  CORE_TIMEOUT_MS: wholeNumber(10, 30_000).default(4_000),
  LOCATION_HINT: z.enum(LOCATION_HINTS).optional(),
  ALIPAYPLUS_ORIGIN: z.string().refine(isAlipayPlusOrigin, "must be https://<host>").default(ALIPAYPLUS_ORIGINS.GLOBAL),
  CLIENT_ID: z.string().regex(CLIENT_ID).optional(),
  ISSUER: z
    .string()
    .regex(/^[ -~]{1,64}$/)
    .default("plusgate"),
  FOREIGN_PAYMENT_CODES: z.enum(["ACCEPT", "REFUSE"]).default("ACCEPT"),
  PAYMENT_CODE_QUANTITY: wholeNumber(2, 10).default(5),
  PAYMENT_CODE_GRACE_MS: wholeNumber(0, 60_000).default(5_000),
  DIFFERING_AMOUNTS: z.enum(["ACCEPT", "REFUSE"]).default("REFUSE"),
});

/** The variables of a deployment, typed. */
export type Configuration = {
  /** How many shards each kind of object has. Never changes for a deployment. */
  readonly shardCount: number;
  readonly basePath: string;
  readonly bodyLimitBytes: number;
  /** How far `Request-Time` may be from our clock, either way. */
  readonly requestTimeWindowMs: number;
  /** How long a payment may take when Alipay+ names no `paymentExpiryTime`. */
  readonly paymentTimeLimitMs: number;
  /** How long the wallet's core may take for one answer. */
  readonly coreTimeoutMs: number;
  /** Where new objects are created: near the wallet's core. */
  readonly locationHint: DurableObjectLocationHint | undefined;
  /** The wallet's core; each payment keeps the name of its own. */
  readonly core:
    | { readonly kind: "EMBEDDED"; readonly name: "EMBEDDED" }
    | ({ readonly kind: "HTTP"; readonly name: string } & HttpCoreSettings);
  /** Where Alipay+ is reached. */
  readonly alipayPlusOrigin: string;
  /** The wallet's Client-Id at Alipay+. */
  readonly clientId: string;
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
};

/** Which variable is wrong, and why; fit for a log, holds no secret. */
export type ConfigurationFault = { readonly fault: string };

const parsed = new WeakMap<object, Configuration | ConfigurationFault>();

/** The configuration of an environment; parsed once per isolate. */
function configurationOf(env: Env): Configuration | ConfigurationFault {
  const known = parsed.get(env);
  if (known) return known;
  const configuration = parseConfiguration(env);
  parsed.set(env, configuration);
  return configuration;
}

/** The configuration, for code that runs only after the edge has checked it. @throws Error when a variable is wrong */
export function requireConfiguration(env: Env): Configuration {
  const configuration = configurationOf(env);
  if ("fault" in configuration) throw new Error(configuration.fault);
  return configuration;
}

function parseConfiguration(env: Env): Configuration | ConfigurationFault {
  const result = variables.safeParse(env);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { fault: `Variable ${issue?.path.join(".") ?? "unknown"}: ${issue?.message ?? "invalid"}` };
  }
  const httpCore = httpCoreOf(env);
  if (httpCore && "fault" in httpCore) return httpCore;
  const values = result.data;
  return {
    core: httpCore ? { kind: "HTTP", name: "HTTP", ...httpCore } : { kind: "EMBEDDED", name: "EMBEDDED" },
    shardCount: values.SHARD_COUNT,
    basePath: values.BASE_PATH,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    requestTimeWindowMs: values.REQUEST_TIME_WINDOW_MS,
    paymentTimeLimitMs: values.PAYMENT_TIME_LIMIT_MS,
    coreTimeoutMs: values.CORE_TIMEOUT_MS,
    locationHint: values.LOCATION_HINT,
    alipayPlusOrigin: values.ALIPAYPLUS_ORIGIN,
    clientId: values.CLIENT_ID ?? Object.keys(JSON.parse(env.SIGNING_KEYS))[0] ?? "",
    issuer: values.ISSUER,
    acceptsForeignPaymentCodes: values.FOREIGN_PAYMENT_CODES === "ACCEPT",
    paymentCodeQuantity: values.PAYMENT_CODE_QUANTITY,
    paymentCodeGraceMs: values.PAYMENT_CODE_GRACE_MS,
    acceptsDifferingAmounts: values.DIFFERING_AMOUNTS === "ACCEPT",
  };
}

/** The two settings of an HTTP core belong together: one alone must not fall back to the embedded ledger. */
function httpCoreOf({ CORE_URL, CORE_SECRET }: Env): HttpCoreSettings | ConfigurationFault | undefined {
  if (CORE_URL === undefined && CORE_SECRET === undefined) return undefined;
  if (CORE_URL === undefined || CORE_SECRET === undefined) return { fault: "CORE_URL and CORE_SECRET go together" };
  return parseHttpCoreSettings(CORE_URL, CORE_SECRET);
}

/** What every request needs, made once per isolate. */
export type Gateway = {
  readonly env: Env;
  readonly configuration: Configuration;
  readonly ring: KeyRing;
  /** The Client-Id of calls to Alipay+; undefined when SIGNING_KEYS holds several clients and CLIENT_ID names none. */
  readonly clientId: string | undefined;
};

const gateways = new WeakMap<object, Gateway | ConfigurationFault>();

/** Everything that a request needs, or the fault that keeps the gateway from working; a promise only the first time. */
export function gatewayOf(env: Env): Gateway | ConfigurationFault | Promise<Gateway | ConfigurationFault> {
  return gateways.get(env) ?? rememberGateway(env);
}

async function rememberGateway(env: Env): Promise<Gateway | ConfigurationFault> {
  const gateway = await makeGateway(env);
  gateways.set(env, gateway);
  return gateway;
}

async function makeGateway(env: Env): Promise<Gateway | ConfigurationFault> {
  const configuration = configurationOf(env);
  if ("fault" in configuration) return configuration;
  const ring = parseKeyRing(env.SIGNING_KEYS ?? "", env.VERIFICATION_KEYS ?? "");
  const fault = "fault" in ring ? ring : await checkKeyRing(ring);
  if (fault) return { fault: `${fault.entry}: ${fault.fault}` };
  if ("fault" in ring) return { fault: ring.fault };
  const { clientId = onlyClientOf(ring) } = configuration;
  if (clientId !== undefined && !ring.signing.has(clientId)) return { fault: "SIGNING_KEYS has no key of CLIENT_ID" };
  return { env, configuration, ring, clientId };
}

function onlyClientOf({ signing }: KeyRing): string | undefined {
  const [only, ...others] = signing.keys();
  return others.length === 0 ? only : undefined;
}
