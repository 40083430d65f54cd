/**
 * Bindings and settings of the gateway, parsed once. Fails closed: while a setting is wrong, the gateway takes no
 * payments.
 */
import type { KeyRing } from "../protocol/signature/key-ring.ts";
import type { CodeRules } from "./code-rules/object.ts";
import type { Codes } from "./codes/object.ts";
import type { Customers } from "./customers/object.ts";
import type { Deployment } from "./deployment/object.ts";
import type { Directory } from "./directory/object.ts";
import type { Live } from "./live/object.ts";
import { type Configuration, readConfiguration } from "./settings/configuration.ts";
import type { MisconfigurationReason, SettingFault } from "./settings/fault.ts";
import { importFaults } from "./settings/keys.ts";
import type { Settings } from "./settings/settings.ts";

export type { Configuration } from "./settings/configuration.ts";

/** The bindings and settings that the runtime passes. */
export interface Env extends Settings {
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
}

/** What keeps a deployment from taking payments. */
export type ConfigurationFault = {
  /** The kind of the first fault: fit for an answer. */
  readonly reason: MisconfigurationReason;
  /** All faults in one text: fit for a log, holds no secret. */
  readonly fault: string;
  readonly faults: readonly SettingFault[];
};

/** What every request needs, made once per isolate. */
export type Gateway = {
  readonly env: Env;
  readonly configuration: Configuration;
  readonly ring: KeyRing;
  /** The wallet's Client-Id at Alipay+. */
  readonly clientId: string;
};

type Read = ReturnType<typeof readConfiguration>;

const read = new WeakMap<object, Read>();

/** What the settings of an environment say; read once per isolate. */
function readOf(env: Env): Read {
  const known = read.get(env);
  if (known) return known;
  const made = readConfiguration(env);
  read.set(env, made);
  return made;
}

/** The configuration, for code that runs only after the edge has checked it. @throws Error when a setting is wrong */
export function requireConfiguration(env: Env): Configuration {
  const { configuration, faults } = readOf(env);
  if (!configuration) throw new Error(textOf(faults));
  return configuration;
}

const gateways = new WeakMap<object, Gateway | ConfigurationFault>();

/** Everything that a request needs, or the faults that keep the gateway from working; a promise only the first time. */
export function gatewayOf(env: Env): Gateway | ConfigurationFault | Promise<Gateway | ConfigurationFault> {
  return gateways.get(env) ?? rememberGateway(env);
}

async function rememberGateway(env: Env): Promise<Gateway | ConfigurationFault> {
  const gateway = await makeGateway(env);
  gateways.set(env, gateway);
  return gateway;
}

async function makeGateway(env: Env): Promise<Gateway | ConfigurationFault> {
  const { configuration, keys, faults: found } = readOf(env);
  const faults = [...found, ...(keys ? await importFaults(keys) : [])];
  const [first] = faults;
  if (first) return { reason: first.reason, fault: textOf(faults), faults };
  if (!configuration || !keys) throw new Error("Settings without a fault make no configuration");
  return { env, configuration, ring: keys.ring, clientId: keys.clientId };
}

function textOf(faults: readonly SettingFault[]): string {
  return faults.map(({ fault }) => `${fault}.`).join(" ");
}
