/** Runs the gateway and the sandbox in one Miniflare on one port, for `npm start` and the end-to-end tests. */
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import { Log, LogLevel, Miniflare, type WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import type { Bundle, DevelopmentBundles } from "../bundle/bundle.ts";
import {
  ACQUIRER_CLIENT_ID,
  DEVELOPMENT_LIVE_TOKEN_SECRET,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_SETTINGS,
  DEVELOPMENT_WALLET_TOKEN,
  GATEWAY_CONFIGURATION,
  MPP_CLIENT_ID,
  SANDBOX_CONFIGURATION,
} from "../project.ts";
import { type DevelopmentKeys, gatewayKeyVariables, sandboxKeyVariables } from "./keys.ts";
import { HOST, originOf } from "./port.ts";
import { guardRuntimes } from "./runtime-guard.ts";
import { lockState } from "./state-lock.ts";

const READY_TIMEOUT_MS = 30_000;
const READY_POLL_INTERVAL_MS = 50;
const CRON_INTERVAL_MS = 60_000;

/** Who may call in local development. In production these are secrets, and wrangler.toml never has them. */
const DEVELOPMENT_TOKENS = {
  WALLET_TOKENS: JSON.stringify({ development: DEVELOPMENT_WALLET_TOKEN }),
  OPS_TOKENS: JSON.stringify({ development: DEVELOPMENT_OPERATOR_TOKEN }),
  LIVE_TOKEN_SECRET: DEVELOPMENT_LIVE_TOKEN_SECRET,
};

/** The parameters of `servePlusgate`. */
export type ServeOptions = {
  readonly port: number;
  /** Where the Durable Objects are stored. */
  readonly stateDirectory: string;
  readonly keys: DevelopmentKeys;
  readonly bundles: DevelopmentBundles;
  /** Variables of the gateway in place of wrangler.toml's. */
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

/** A Worker: its bundle, with the bindings of its wrangler.toml and more variables. */
function workerOptions(configurationPath: string, bundle: Bundle, variables: Record<string, string>): NamedWorker {
  const { workerOptions: configured } = unstable_getMiniflareWorkerOptions(configurationPath);
  const { name } = unstable_readConfig({ config: configurationPath });
  if (name === undefined) throw new Error(`${configurationPath} has no name`);
  return {
    ...configured,
    name,
    modulesRoot: bundle.directory,
    modules: bundle.modules.map((module) => ({ type: module.kind, path: module.path })),
    bindings: { ...configured.bindings, ...variables },
  };
}

/** Where the runtime stores the Durable Objects. */
function objectsDirectory({ stateDirectory }: ServeOptions): string {
  return join(stateDirectory, "durable-objects");
}

/** Both Workers: the sandbox answers /sandbox, the gateway everything else. */
function bothWorkers(options: ServeOptions): [gateway: NamedWorker, sandbox: NamedWorker] {
  const { bundles, keys, gatewayVariables = {} } = options;
  const gateway = workerOptions(GATEWAY_CONFIGURATION, bundles.gateway, {
    ...gatewayKeyVariables(keys),
    ...DEVELOPMENT_SETTINGS,
    ...DEVELOPMENT_TOKENS,
    ...gatewayVariables,
  });
  const shardCount = gateway.bindings?.SHARD_COUNT;
  if (typeof shardCount !== "string") throw new Error("wrangler.toml has no SHARD_COUNT");
  const sandbox = workerOptions(SANDBOX_CONFIGURATION, bundles.sandbox, {
    ...sandboxKeyVariables(keys),
    MPP_CLIENT_ID,
    ACQUIRER_CLIENT_ID,
    SHARD_COUNT: shardCount,
    WALLET_TOKEN: DEVELOPMENT_WALLET_TOKEN,
  });
  const serviceBindings = { ...sandbox.serviceBindings, PAGE: { disk: { path: bundles.page, writable: false } } };
  const state = { disk: { path: objectsDirectory(options), writable: false } };
  // Calls to Alipay+ go to the sandbox; a deployed gateway has no such binding, and calls Alipay+ itself.
  const gatewayBindings = { ...gateway.serviceBindings, STATE: state, ALIPAYPLUS: sandbox.name };
  return [
    { ...gateway, serviceBindings: gatewayBindings },
    { ...sandbox, serviceBindings, routes: ["*/sandbox*"] },
  ];
}

/** Writes the Workers' log lines unchanged. */
function forwardOutput(stdout: Readable, stderr: Readable): void {
  stdout.pipe(process.stdout, { end: false });
  stderr.pipe(process.stderr, { end: false });
}

/** Polls `/healthz` until it answers 200; false when it does not in time. */
async function waitUntilReady(origin: string): Promise<boolean> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const response = await fetch(`${origin}/healthz`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_INTERVAL_MS));
  }
  return false;
}

/**
 * Calls the gateway's scheduled handler every minute, as Cloudflare does for `triggers.crons`; Miniflare does not. By
 * HTTP: Miniflare's own `getWorker` blocks this thread until workerd answers, and workerd blocks while this thread does
 * not read its log lines.
 */
function startCron(origin: string): () => void {
  const crons = unstable_readConfig({ config: GATEWAY_CONFIGURATION }).triggers.crons ?? [];
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
  const miniflare = new Miniflare({
    workers: [gateway, sandbox],
    host: HOST,
    port: options.port,
    // Otherwise Miniflare fetches the developer's `request.cf` from the network.
    cf: false,
    telemetry: { enabled: false },
    // Lets startCron call the scheduled handler.
    unsafeTriggerHandlers: true,
    log: new Log(LogLevel.ERROR),
    handleRuntimeStdio: forwardOutput,
    durableObjectsPersist: objectsDirectory(options),
  });
  let stopCron = (): void => undefined;
  const stop = async (): Promise<void> => {
    stopCron();
    stopGuarding();
    await miniflare.dispose();
    lock.release();
  };
  try {
    await miniflare.ready;
    if (!(await waitUntilReady(origin))) {
      await stop();
      return { reason: "NOT_READY", message: `${origin}/healthz did not answer 200 in ${READY_TIMEOUT_MS} ms.` };
    }
    stopCron = startCron(origin);
    return { origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
