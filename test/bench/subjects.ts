/**
 * The servers that are measured, each in a workerd of its own: gateways, from the bundles that wrangler builds, with
 * the embedded core and with one over HTTP; and the floor.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { type Bundle, bundleWorker } from "../../scripts/bundle/bundle.ts";
import { loadWrangler } from "../../scripts/bundle/wrangler.ts";
import { type DevelopmentKeys, gatewayKeyVariables } from "../../scripts/development/keys.ts";
import { BUILD_DIRECTORY } from "../../scripts/project.ts";
import { SAMPLE_CURRENCY } from "../support/end-to-end/alipayplus-messages.ts";
import { type BuiltGateway, compatibilityDateOf } from "./checkout.ts";
import { type RawWorker, type RawWorkerd, startRawWorkerd } from "./raw-workerd.ts";
import { CallMaker, type Core } from "./scenarios.ts";

/** The configuration of the benchmark's own Workers. */
const BENCH_CONFIGURATION = join(import.meta.dirname, "workers/wrangler.toml");

const CUSTOMER_BALANCE_MINOR = 10n ** 15n;

/** The core's address; its Worker gets whatever the gateway sends out. */
const CORE_URL = "https://core.example.com";

type BuiltWorker = Pick<RawWorker, "bundle" | "compatibilityDate">;

const benchWorkers = new Map<string, Promise<BuiltWorker>>();

/** One of the benchmark's own Workers, built once. */
function benchWorker(name: string): Promise<BuiltWorker> {
  const worker = benchWorkers.get(name) ?? buildBenchWorker(name);
  benchWorkers.set(name, worker);
  return worker;
}

async function buildBenchWorker(name: string): Promise<BuiltWorker> {
  const configuration = loadWrangler().unstable_readConfig({ config: BENCH_CONFIGURATION });
  const bundle = await bundleWorker(join(BUILD_DIRECTORY, `bench-${name}`), BENCH_CONFIGURATION, {
    entry: join(import.meta.dirname, `workers/${name}-worker.ts`),
  });
  return { bundle, compatibilityDate: compatibilityDateOf(configuration, BENCH_CONFIGURATION) };
}

/** The settings that every measured gateway gets; one that does not know a variable ignores it. */
function gatewayVariables(core: Core, keys: DevelopmentKeys): Readonly<Record<string, string>> {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return {
    ...gatewayKeyVariables(keys),
    FOREIGN_PAYMENT_CODES: "ACCEPT",
    CORE: core,
    CORE_NAME: core === "HTTP" ? "bench" : core,
    ...(core === "HTTP" && { CORE_URL, CORE_SECRET: secret }),
  };
}

/** A gateway that can be started. */
type GatewayOptions = {
  readonly built: BuiltGateway;
  readonly core: Core;
  readonly keys: DevelopmentKeys;
  /** Variables that differ from the configuration, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether its code counts what it asks of the platform; that costs time. */
  readonly counts: boolean;
  /** Takes configuration and storage; must be fresh. */
  readonly directory: string;
};

/**
 * Starts a gateway with an empty store, with the Worker that prepares customers and codes and the one that plays a core
 * beside it. With the embedded core the customers of the benchmark are open.
 */
export async function startGateway(options: GatewayOptions): Promise<RawWorkerd> {
  const { built, core, keys, variables, counts, directory } = options;
  const gateway: RawWorker = {
    name: "gateway",
    ...built,
    bundle: counts ? await countedBundle(built, directory) : built.bundle,
    variables: { ...built.variables, ...gatewayVariables(core, keys), ...variables },
    ...(core === "HTTP" && { outgoingTo: "core" }),
  };
  const preparing: RawWorker = {
    name: "preparing",
    ...(await benchWorker("preparing")),
    variables: { SHARD_COUNT: variables.SHARD_COUNT ?? built.variables.SHARD_COUNT ?? "" },
    durableObjects: built.durableObjects,
  };
  const corePlayer: RawWorker = { name: "core", ...(await benchWorker("core")), variables: {}, durableObjects: [] };
  const workerd = await startRawWorkerd([gateway, preparing, corePlayer], directory);
  if (core === "EMBEDDED") await openCustomers(workerd);
  return workerd;
}

/** The gateway's bundle behind an entry that exports the same names, wrapped by the counting Worker's code. */
async function countedBundle({ bundle, durableObjects }: BuiltGateway, directory: string): Promise<Bundle> {
  const { bundle: counting } = await benchWorker("counting");
  const bindings = JSON.stringify(durableObjects.map(({ binding }) => binding));
  const classes = durableObjects.map(
    ({ className }) => `export const ${className} = counting.countedClass(product.${className}, ${bindings});`,
  );
  const lines = [
    `import * as product from ${JSON.stringify(`./${bundle.modules[0].name}`)};`,
    `import counting from ${JSON.stringify(`./${counting.modules[0].name}`)};`,
    `export default counting.countedHandler(product.default, ${bindings});`,
    ...classes,
  ];
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "counted-entry.js");
  writeFileSync(path, lines.join("\n"));
  return {
    directory: bundle.directory,
    modules: [{ kind: "ESModule", name: "counted-entry.js", path }, ...bundle.modules, ...counting.modules],
  };
}

async function openCustomers(workerd: RawWorkerd): Promise<void> {
  const faults = await postToPreparing(workerd, "customers", {
    customerIds: CallMaker.customerIds(),
    currency: SAMPLE_CURRENCY,
    balance: String(CUSTOMER_BALANCE_MINOR),
  });
  if (faults !== "[]") throw new Error(`customers could not be opened: ${faults}`);
}

/** How long an issued code is valid: longer than a run of the benchmark. */
const CODE_VALIDITY_MS = 3_600_000;

/** Has codes issued, those of a customer together. @returns how many calls of objects that took */
export async function issueCodes(
  workerd: RawWorkerd,
  codes: readonly { readonly paymentCode: string; readonly customerId: string }[],
): Promise<number> {
  const expiryTimeMs = Date.now() + CODE_VALIDITY_MS;
  let hops = 0;
  for (const [customerId, ofCustomer] of Map.groupBy(codes, ({ customerId }) => customerId)) {
    const issued = ofCustomer.map(({ paymentCode }) => ({ paymentCode, expiryTimeMs }));
    hops += Number(await postToPreparing(workerd, "codes", { customerId, codes: issued }));
  }
  return hops;
}

/** Posts to the Worker that prepares customers and codes. @returns its answer as text. @throws Error with its reason */
async function postToPreparing(workerd: RawWorkerd, what: string, body: object): Promise<string> {
  const address = `${workerd.originOf("preparing")}/${what}`;
  const response = await fetch(address, { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
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
  await buildWasm();
  const comparison = {
    name: "comparison",
    ...(await benchWorker("comparison")),
    variables: {},
    durableObjects: [],
  };
  return startRawWorkerd([comparison], join(directory, "comparison"));
}
