/**
 * workerd as it is, without Miniflare's front: writes a configuration around bundled Workers, starts the binary of
 * node_modules, and reads what it costs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Bundle } from "../../scripts/bundle/bundle.ts";
import { ROOT } from "../../scripts/project.ts";

const WORKERD = join(ROOT, "node_modules/workerd/bin/workerd");

/** Linux counts processor time in hundredths of a second. */
const CLOCK_TICK_MS = 10;

/** A Worker in a configuration. Its socket has its name. */
export type RawWorker = {
  readonly name: string;
  readonly bundle: Bundle;
  readonly compatibilityDate: string;
  readonly compatibilityFlags?: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Binding name to class; `worker` names the Worker that has the class. */
  readonly durableObjects: readonly { readonly binding: string; readonly className: string; readonly worker: string }[];
  /** The Worker that answers whatever this one sends out; the network when left out. */
  readonly outgoingTo?: string;
};

/** What a process has used since it began. */
export type ProcessCost = { readonly processorMs: number; readonly writeCalls: number; readonly writtenBytes: number };

/** A running workerd. */
export type RawWorkerd = {
  /** The address of a Worker: `http://127.0.0.1:<port>`. */
  readonly originOf: (worker: string) => string;
  /** Where the Durable Objects are stored: a directory a class, a SQLite database an object. */
  readonly storageDirectory: string;
  /** What the process has used, or nothing where there is no /proc. */
  readonly cost: () => ProcessCost | undefined;
  readonly stop: () => void;
};

/** A Cap'n Proto text literal: JSON's escapes are a subset of its own. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function moduleEntries(worker: RawWorker, directory: string): string[] {
  return worker.bundle.modules.map((module, index) => {
    const file = `${worker.name}-${index}`;
    copyFileSync(module.path, join(directory, file));
    const field = module.kind === "ESModule" ? "esModule" : "wasm";
    return `(name = ${literal(module.name)}, ${field} = embed ${literal(file)})`;
  });
}

function bindingEntries(worker: RawWorker): string[] {
  const variables = Object.entries(worker.variables).map(
    ([name, value]) => `(name = ${literal(name)}, text = ${literal(value)})`,
  );
  const objects = worker.durableObjects.map(({ binding, className, worker: owner }) => {
    const service = owner === worker.name ? "" : `, serviceName = ${literal(owner)}`;
    return `(name = ${literal(binding)}, durableObjectNamespace = (className = ${literal(className)}${service}))`;
  });
  return [...variables, ...objects];
}

function workerConstant(worker: RawWorker, directory: string): string {
  const classes = worker.durableObjects.filter((object) => object.worker === worker.name);
  const namespaces = classes.map(
    ({ className }) => `(className = ${literal(className)}, uniqueKey = ${literal(className)}, enableSql = true)`,
  );
  const outgoing = worker.outgoingTo === undefined ? "" : `globalOutbound = ${literal(worker.outgoingTo)},`;
  const storage = classes.length > 0 ? 'durableObjectStorage = (localDisk = "disk"),' : "";
  return `const ${worker.name} :Workerd.Worker = (
  modules = [${moduleEntries(worker, directory).join(",\n    ")}],
  compatibilityDate = ${literal(worker.compatibilityDate)},
  compatibilityFlags = [${(worker.compatibilityFlags ?? []).map(literal).join(", ")}],
  bindings = [${bindingEntries(worker).join(",\n    ")}],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  ${storage}
  ${outgoing}
);`;
}

/** The whole configuration; port 0 lets the operating system choose. */
function configurationText(workers: readonly RawWorker[], directory: string, storageDirectory: string): string {
  const services = workers.map(({ name }) => `(name = ${literal(name)}, worker = .${name})`);
  const sockets = workers.map(
    ({ name }) => `(name = ${literal(name)}, address = "127.0.0.1:0", http = (), service = ${literal(name)})`,
  );
  const disk = `(name = "disk", disk = (path = ${literal(storageDirectory)}, writable = true))`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${[...services, disk].join(", ")}],
  sockets = [${sockets.join(", ")}],
);
${workers.map((worker) => workerConstant(worker, directory)).join("\n")}
`;
}

/** Reads the ports that workerd reports until every socket has one. */
async function readPorts(control: Readable, socketCount: number): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  for await (const line of createInterface({ input: control })) {
    const message = JSON.parse(line) as { event: string; socket: string; port: number };
    if (message.event === "listen") ports.set(message.socket, message.port);
    if (ports.size === socketCount) break;
  }
  return ports;
}

/** Linux's account of a process. Fields 14 and 15 of stat are user and system time in ticks. */
function processCost(processId: number): ProcessCost | undefined {
  if (process.platform !== "linux") return undefined;
  const fields = readFileSync(`/proc/${processId}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const io = readFileSync(`/proc/${processId}/io`, "utf8");
  const counter = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)?.[1]);
  return {
    processorMs: (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS,
    writeCalls: counter("syscw"),
    writtenBytes: counter("wchar"),
  };
}

/**
 * Starts `workerd serve` with Workers that listen on free ports of 127.0.0.1.
 *
 * @param directory takes the configuration and, below it, the Durable Objects' storage; must be fresh.
 * @throws when workerd ends before it listens; its own message is on stderr.
 */
export async function startRawWorkerd(workers: readonly RawWorker[], directory: string): Promise<RawWorkerd> {
  const storageDirectory = join(directory, "storage");
  mkdirSync(storageDirectory, { recursive: true });
  const configurationPath = join(directory, "config.capnp");
  // The configuration holds private keys.
  writeFileSync(configurationPath, configurationText(workers, directory, storageDirectory), { mode: 0o600 });
  const child = spawn(WORKERD, ["serve", "--control-fd=3", configurationPath], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`workerd ended with ${signal ?? code}`);
  });
  let isStopped = false;
  ended.catch((error: Error) => isStopped || console.error(error.message));
  const ports = await Promise.race([readPorts(child.stdio[3] as Readable, workers.length), ended]);
  return {
    originOf: (worker) => `http://127.0.0.1:${ports.get(worker)}`,
    storageDirectory,
    cost: () => (child.pid === undefined ? undefined : processCost(child.pid)),
    stop: () => {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}
