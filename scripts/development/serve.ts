/** Runs the gateway and the sandbox in one Miniflare on one port, for `npm start` and the end-to-end tests. */
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import type { Miniflare, WorkerOptions } from "miniflare";
import type { Bundle, DevelopmentBundles } from "../bundle/bundle.ts";
import { loadMiniflare, loadWrangler } from "../bundle/wrangler.ts";
import { ACQUIRER_CLIENT_ID, GATEWAY_CONFIGURATION, MPP_CLIENT_ID, SANDBOX_CONFIGURATION } from "../project.ts";
import { firstTokenOf } from "./chosen-settings.ts";
import { type Front, startFront } from "./front.ts";
import { gatewayVariablesOf } from "./gateway-variables.ts";
import { type DevelopmentKeys, sandboxKeyVariables } from "./keys.ts";
import { HOST, originOf } from "./port.ts";
import { faultOfGateway, GatewayLog } from "./readiness.ts";
import { guardRuntimes } from "./runtime-guard.ts";
import { lockState } from "./state-lock.ts";

const CRON_INTERVAL_MS = 60_000;

/** A socket of a Worker alone that takes requests in absolute form. */
const PROXY_SOCKET = { host: HOST, proxy: true };

/** The whole URL of a request to the sandbox. */
const SANDBOX_URL = /^[a-z]+:\/\/[^/?#]*\/sandbox(?:[/?#]|$)/i;

/** The parameters of `servePlusgate`. */
export type ServeOptions = {
  readonly port: number;
  /** Where the Durable Objects are stored. */
  readonly stateDirectory: string;
  readonly keys: DevelopmentKeys;
  readonly bundles: DevelopmentBundles;
  /** Settings of the gateway in place of those of development and of wrangler.toml. */
  readonly gatewayVariables?: Readonly<Record<string, string>>;
};

/** A running gateway with its sandbox. */
type RunningPlusgate = {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly origin: string;
  /** Ends workerd and releases the port and the state directory. */
  readonly stop: () => Promise<void>;
};

/** Why nothing is running. */
type ServeFault =
  | { readonly reason: "STATE_IN_USE"; readonly message: string }
  | { readonly reason: "NOT_READY"; readonly message: string };

/** A Worker for Miniflare. */
type NamedWorker = WorkerOptions & { readonly name: string };

/** A Worker: its bundle, with its variables and the other bindings of its wrangler.toml. */
function workerOptions(
  configurationPath: string,
  bundle: Bundle,
  variables: Readonly<Record<string, string>>,
): NamedWorker {
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = loadWrangler();
  const { workerOptions: configured } = unstable_getMiniflareWorkerOptions(configurationPath);
  const { name } = unstable_readConfig({ config: configurationPath });
  if (name === undefined) throw new Error(`${configurationPath} has no name`);
  return {
    ...configured,
    name,
    modulesRoot: bundle.directory,
    modules: bundle.modules.map((module) => ({ type: module.kind, path: module.path })),
    // Not those of `configured`, which has .dev.vars, too: the caller decides whether that counts.
    bindings: variables,
  };
}

/** Where the runtime stores the Durable Objects. */
function objectsDirectory({ stateDirectory }: ServeOptions): string {
  return join(stateDirectory, "durable-objects");
}

/** Both Workers: the sandbox answers /sandbox, the gateway everything else. */
function bothWorkers(options: ServeOptions): [gateway: NamedWorker, sandbox: NamedWorker] {
  const { bundles, keys, gatewayVariables = {} } = options;
  const variables = gatewayVariablesOf(keys, gatewayVariables, options.port);
  const gateway = workerOptions(GATEWAY_CONFIGURATION, bundles.gateway, variables);
  const shardCount = variables.SHARD_COUNT;
  if (shardCount === undefined) throw new Error("wrangler.toml has no SHARD_COUNT");
  const [walletToken, operatorToken] = [variables.WALLET_TOKENS, variables.OPS_TOKENS].map(firstTokenOf);
  const sandbox = workerOptions(SANDBOX_CONFIGURATION, bundles.sandbox, {
    ...sandboxKeyVariables(keys),
    MPP_CLIENT_ID,
    ACQUIRER_CLIENT_ID,
    SHARD_COUNT: shardCount,
    ...(walletToken === undefined ? {} : { WALLET_TOKEN: walletToken }),
    ...(operatorToken === undefined ? {} : { OPERATOR_TOKEN: operatorToken }),
    ...sharedVariablesOf(variables),
  });
  const serviceBindings = { ...sandbox.serviceBindings, PAGE: { disk: { path: bundles.page, writable: false } } };
  const state = { disk: { path: objectsDirectory(options), writable: false } };
  // Calls to Alipay+ go to the sandbox; a deployed gateway has no such binding, and calls Alipay+ itself.
  const gatewayBindings = {
    ...gateway.serviceBindings,
    STATE: state,
    ALIPAYPLUS: sandbox.name,
    CORE_FAULTS: { name: sandbox.name, entrypoint: "CoreFaults" },
  };
  // What goes to the wallet's own core passes through the sandbox, which records it and applies faults.
  const outgoing = variables.CORE === "HTTP" && { outboundService: { name: sandbox.name, entrypoint: "CoreLink" } };
  return [
    { ...gateway, ...outgoing, serviceBindings: gatewayBindings, unsafeDirectSockets: [PROXY_SOCKET] },
    { ...sandbox, serviceBindings, routes: ["*/sandbox*"], unsafeDirectSockets: [PROXY_SOCKET] },
  ];
}

/**
 * Which core the gateway has, as the sandbox shows that core's customers, and its cashier URLs, to which the sandbox's
 * Alipay+ leads a customer.
 */
function sharedVariablesOf(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    ["CORE", "CORE_NAME", "CORE_URL", "CORE_SECRET", "CASHIER_URLS"].flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The port of each form of a request: one for paths, which Miniflare routes, and one of each Worker for whole URLs. */
async function portsOf(
  miniflare: Miniflare,
  gateway: NamedWorker,
  sandbox: NamedWorker,
): Promise<(target: string) => number> {
  const routed = Number((await miniflare.ready).port);
  const ofGateway = Number((await miniflare.unsafeGetDirectURL(gateway.name)).port);
  const ofSandbox = Number((await miniflare.unsafeGetDirectURL(sandbox.name)).port);
  return (target) => {
    if (!target.includes("://") || target.startsWith("/")) return routed;
    return SANDBOX_URL.test(target) ? ofSandbox : ofGateway;
  };
}

/** Writes the Workers' log lines unchanged, and lets the log follow their faults. */
function forwardOutput(log: GatewayLog): (stdout: Readable, stderr: Readable) => void {
  return (stdout, stderr) => {
    stdout.pipe(process.stdout, { end: false });
    stderr.pipe(process.stderr, { end: false });
    log.follow(stderr);
  };
}

/**
 * Calls the gateway's scheduled handler every minute, as Cloudflare does for `triggers.crons`; Miniflare does not. By
 * HTTP: Miniflare's own `getWorker` blocks this thread until workerd answers, and workerd blocks while this thread does
 * not read its log lines.
 */
function startCron(origin: string): () => void {
  const crons = loadWrangler().unstable_readConfig({ config: GATEWAY_CONFIGURATION }).triggers.crons ?? [];
  const run = async (): Promise<void> => {
    for (const cron of crons) {
      const response = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`);
      await response.body?.cancel();
      if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    }
  };
  const timer = setInterval(() => {
    run().catch((error: unknown) => console.error("The scheduled handler could not be called:", error));
  }, CRON_INTERVAL_MS);
  return () => clearInterval(timer);
}

/**
 * Starts the gateway and the sandbox and waits until `/healthz` answers.
 *
 * @returns the running pair, or why there is none; then nothing is left running.
 * @throws when workerd itself cannot be started.
 */
export async function servePlusgate(options: ServeOptions): Promise<RunningPlusgate | ServeFault> {
  const lock = lockState(options.stateDirectory);
  if (lock === "IN_USE") {
    const state = relative(process.cwd(), options.stateDirectory);
    return { reason: "STATE_IN_USE", message: `${state} is in use by another running gateway; stop that one first.` };
  }
  const origin = originOf(options.port);
  // The gateway's binding STATE serves it, and workerd does not start without it.
  mkdirSync(objectsDirectory(options), { recursive: true });
  const [gateway, sandbox] = bothWorkers(options);
  const stopGuarding = guardRuntimes();
  const log = new GatewayLog();
  const { Log, LogLevel, Miniflare } = loadMiniflare();
  const miniflare = new Miniflare({
    workers: [gateway, sandbox],
    host: HOST,
    port: 0,
    // Otherwise Miniflare fetches the developer's `request.cf` from the network.
    cf: false,
    telemetry: { enabled: false },
    // Lets startCron call the scheduled handler.
    unsafeTriggerHandlers: true,
    log: new Log(LogLevel.ERROR),
    handleRuntimeStdio: forwardOutput(log),
    durableObjectsPersist: objectsDirectory(options),
  });
  let stopCron = (): void => undefined;
  let front: Front | undefined;
  const stop = async (): Promise<void> => {
    stopCron();
    stopGuarding();
    await front?.close();
    await miniflare.dispose();
    lock.release();
  };
  try {
    front = await startFront(options.port, await portsOf(miniflare, gateway, sandbox));
    const fault = await faultOfGateway(origin, log);
    if (fault !== undefined) {
      await stop();
      return { reason: "NOT_READY", message: fault };
    }
    stopCron = startCron(origin);
    return { origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
