/**
 * The two servers that are measured, each in a workerd of its own: the gateway, from the bundle that wrangler builds,
 * and the floor.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { bundleWorker } from "../../scripts/bundle/bundle.ts";
import { type DevelopmentKeys, ensureDevelopmentKeys, gatewayKeyVariables } from "../../scripts/development/keys.ts";
import { BUILD_DIRECTORY, DEVELOPMENT_SETTINGS, GATEWAY_CONFIGURATION } from "../../scripts/project.ts";
import { SAMPLE_CURRENCY } from "../support/end-to-end/alipayplus-messages.ts";
import { type RawWorker, type RawWorkerd, startRawWorkerd } from "./raw-workerd.ts";

/** The configuration of the benchmark's own Workers. */
const BENCH_CONFIGURATION = join(import.meta.dirname, "wrangler.toml");

const CUSTOMER_BALANCE_MINOR = 10n ** 15n;

/** The part of a binding in wrangler.toml that is used; wrangler publishes no type for it. */
type ConfiguredObject = { readonly name: string; readonly class_name: string };

/** The gateway with fresh keys and an empty store. */
type GatewaySubject = {
  readonly workerd: RawWorkerd;
  /** Signs calls to the gateway. */
  readonly alipayplusKey: KeyObject;
  readonly keys: DevelopmentKeys;
};

function benchWorker(name: string): Promise<Pick<RawWorker, "bundle" | "compatibilityDate">> {
  return bundled(`bench-${name}`, BENCH_CONFIGURATION, join(import.meta.dirname, `${name}-worker.ts`));
}

async function bundled(
  name: string,
  configurationPath: string,
  entry?: string,
): Promise<Pick<RawWorker, "bundle" | "compatibilityDate">> {
  const { compatibility_date: compatibilityDate } = unstable_readConfig({ config: configurationPath });
  if (compatibilityDate === undefined) throw new Error(`${configurationPath} has no compatibility_date`);
  const bundle = await bundleWorker(
    join(BUILD_DIRECTORY, name),
    configurationPath,
    entry === undefined ? {} : { entry },
  );
  return { bundle, compatibilityDate };
}

/** Starts the gateway as wrangler.toml describes it, with the Worker that opens customers beside it. */
export async function startGateway(directory: string, customerIds: readonly string[]): Promise<GatewaySubject> {
  await buildWasm();
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const { vars, durable_objects: objects } = unstable_readConfig({ config: GATEWAY_CONFIGURATION });
  const shardCount = { SHARD_COUNT: String(vars.SHARD_COUNT) };
  const gateway: RawWorker = {
    name: "gateway",
    ...(await bundled("gateway", GATEWAY_CONFIGURATION)),
    variables: { ...shardCount, ...DEVELOPMENT_SETTINGS, ...gatewayKeyVariables(keys) },
    durableObjects: (objects.bindings as readonly ConfiguredObject[]).map((object) => {
      return { binding: object.name, className: object.class_name, worker: "gateway" };
    }),
  };
  const opener: RawWorker = {
    name: "opener",
    ...(await benchWorker("opener")),
    variables: shardCount,
    durableObjects: [{ binding: "LEDGER", className: "Ledger", worker: "gateway" }],
  };
  const workerd = await startRawWorkerd([gateway, opener], join(directory, "gateway"));
  const balance = String(CUSTOMER_BALANCE_MINOR);
  const response = await fetch(workerd.originOf("opener"), {
    method: "POST",
    body: JSON.stringify({ customerIds, currency: SAMPLE_CURRENCY, balance }),
  });
  const faults = await response.text();
  if (faults !== "[]") throw new Error(`customers could not be opened: ${faults}`);
  return { workerd, alipayplusKey: createPrivateKey(keys.alipayplus.privateKey), keys };
}

/** A PEM text's base64 on one line. */
function withoutArmour(pem: string): string {
  return pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
}

/** Starts the floor with the gateway's keys. Every call is answered with `answer`. */
export async function startFloor(directory: string, keys: DevelopmentKeys, answer: string): Promise<RawWorkerd> {
  const floor: RawWorker = {
    name: "floor",
    ...(await benchWorker("floor")),
    variables: {
      VERIFICATION_KEY: withoutArmour(keys.alipayplus.publicKey),
      SIGNING_KEY: withoutArmour(keys.mpp.privateKey),
      ANSWER: answer,
    },
    durableObjects: [],
  };
  return startRawWorkerd([floor], join(directory, "floor"));
}

/** Starts the Worker of the comparison between the WebAssembly core and its twins. */
export async function startComparison(directory: string): Promise<RawWorkerd> {
  const comparison = {
    name: "comparison",
    ...(await benchWorker("comparison")),
    variables: {},
    durableObjects: [],
  };
  return startRawWorkerd([comparison], join(directory, "comparison"));
}
