/** Finds what is wrong with a deployment before it is made: wrangler.toml, and the secrets that are to be put. */
import { join } from "node:path";
import { settingKind } from "../../durable/settings/settings.ts";
import { askWorker } from "../bundle/ask-worker.ts";
import { loadWrangler } from "../bundle/wrangler.ts";
import { GATEWAY_CONFIGURATION } from "../project.ts";
import { StageFailure } from "../tool.ts";
import type { Secrets } from "./secrets-file.ts";
import type { SettingsReport } from "./settings-report.ts";

/** Cloudflare's limit for one variable or secret. */
const SETTING_LIMIT_BYTES = 5_000;

/** What is missing without a setting that a deployment may do without. */
const WITHOUT: Readonly<Record<string, string>> = {
  WALLET_TOKENS: "no service of the wallet is admitted at /wallet/v1",
  WALLET_JWT: "no app is admitted at /wallet/v1 by a token of its own",
  LIVE_TOKEN_SECRET: "there is no live stream",
  OPS_TOKENS: "no operator is admitted at /ops",
  CASHIER_URLS: "a cashier URL that a customer scans is not recognised",
  AUTHORIZATION_URL: "there is no Auto Debit",
};

/** The part of wrangler's configuration that is read; wrangler publishes no type for it. */
type WranglerConfiguration = {
  readonly name?: string | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly services?: readonly unknown[] | undefined;
  readonly durable_objects: { readonly bindings: readonly unknown[] };
};

/** What was found. Every line names a setting, and none holds a secret. */
export type DeploymentReport = {
  readonly name: string;
  /** What must be changed before the deployment. */
  readonly wrong: readonly string[];
  /** The secrets that must be put; empty when they were given. */
  readonly toPut: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
  readonly deployment: SettingsReport["deployment"];
};

/**
 * Reads an environment of wrangler.toml as wrangler would deploy it, and lets the gateway judge its settings.
 *
 * @param secrets those that will be put; without them the variables alone are judged
 * @param path the wrangler.toml
 * @throws StageFailure when wrangler does not read the environment
 */
export async function checkDeployment(
  environment: string,
  secrets: Secrets | undefined,
  path = GATEWAY_CONFIGURATION,
): Promise<DeploymentReport> {
  const configuration = readConfiguration(path, environment);
  const { vars, name = "without a name" } = configuration;
  const settings = { ...vars, ...secrets };
  const { faults, deployment } = await askGateway(path, environment, settings);
  const isToPut = (setting: string) => !secrets && !Object.hasOwn(vars, setting) && settingKind(setting) !== "VARIABLE";
  const [toPut, refused] = [true, false].map((put) =>
    faults.filter(({ setting }) => isToPut(setting) === put).map(({ fault }) => fault),
  );
  return {
    name,
    wrong: [...bindingFaults(path, configuration), ...placeFaults(vars, secrets ?? {}), ...(refused ?? [])],
    toPut: toPut ?? [],
    notes: [...sizeNotes(settings), ...absenceNotes(settings)],
    deployment,
  };
}

function readConfiguration(path: string, environment: string): WranglerConfiguration {
  try {
    return loadWrangler().unstable_readConfig({ config: path, env: environment });
  } catch (error) {
    throw new StageFailure(error instanceof Error ? error.message : String(error));
  }
}

/** The gateway's own report, from the runtime that will run it. */
async function askGateway(
  path: string,
  environment: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<SettingsReport> {
  const entry = join(import.meta.dirname, "settings-worker.ts");
  const worker = { entry, configuration: path, environment, bindings: settings };
  return (await askWorker(worker)) as SettingsReport;
}

/** Every environment binds the classes that local development and the tests run with, and no other Worker. */
function bindingFaults(path: string, { services = [], durable_objects: objects }: WranglerConfiguration): string[] {
  const { durable_objects: expected } = readConfiguration(path, "");
  const text = ({ bindings }: WranglerConfiguration["durable_objects"]) =>
    bindings.map((bound) => JSON.stringify(bound)).sort();
  return [
    ...(text(objects).join() === text(expected).join()
      ? []
      : ["durable_objects: differ from those of the top level; repeat them"]),
    ...(services.length === 0 ? [] : ["services: the deployed gateway calls no other Worker; take them out"]),
  ];
}

/** Settings that do not exist, and those that are in the wrong place. */
function placeFaults(vars: Readonly<Record<string, unknown>>, secrets: Secrets): string[] {
  const unknown = Object.keys({ ...vars, ...secrets }).filter((name) => settingKind(name) === undefined);
  return [
    ...unknown.map((name) => `${name}: is no setting; docs/configuration.md has their names`),
    ...Object.keys(vars)
      .filter((name) => settingKind(name) === "SECRET")
      .map((name) => `${name}: is a secret among the variables of wrangler.toml; put it as a secret`),
    ...Object.keys(secrets)
      .filter((name) => Object.hasOwn(vars, name))
      .map((name) => `${name}: is a variable and a secret; keep one`),
  ];
}

function sizeNotes(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings)
    .map(([name, value]) => [name, Buffer.byteLength(String(value))] as const)
    .filter(([, bytes]) => bytes > SETTING_LIMIT_BYTES)
    .map(
      ([name, bytes]) =>
        `${name}: has ${bytes} bytes, and Cloudflare takes about ${SETTING_LIMIT_BYTES}${spread(name)}`,
    );
}

function spread(name: string): string {
  const [, keys] = /^((?:SIGNING|VERIFICATION)_KEYS)/.exec(name) ?? [];
  return keys === undefined ? "" : `; spread the versions over ${keys}, ${keys}_2, ${keys}_3 …`;
}

function absenceNotes(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(WITHOUT)
    .filter(([name]) => !Object.hasOwn(settings, name))
    .map(([name, consequence]) => `${name}: is not set; ${consequence}`);
}
