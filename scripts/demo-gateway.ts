/**
 * The gateway that the demo talks to: the one that is running, or one of its own for as long as the demo takes. Run as
 * a script, this is the process of the latter, so that the Workers' log lines stay out of the demo's picture.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "./build-wasm.ts";
import { bundleForDevelopment } from "./bundle.ts";
import { ensureDevelopmentKeys } from "./keys.ts";
import { KEYS_DIRECTORY } from "./project.ts";
import { HOST, type ServeOptions, servePlusgate } from "./serve.ts";
import { StageFailure } from "./tool.ts";

const PROBE_TIMEOUT_MS = 5_000;

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A gateway with its sandbox. */
export type DemoGateway = {
  readonly origin: string;
  /** Ends a gateway that was started for the demo, and removes its state; leaves any other alone. */
  readonly release: () => Promise<void>;
};

/**
 * Finds the gateway on a port, or starts one on a free port with state of its own.
 *
 * @throws StageFailure when something else has the port, or no gateway can be started.
 */
export async function obtainGateway(port: number): Promise<DemoGateway> {
  const origin = `http://${HOST}:${port}`;
  const found = await probe(origin);
  if (found === "PLUSGATE") return { origin, release: async () => undefined };
  if (found !== "NOTHING") {
    throw new StageFailure(`Port ${port} is taken by something else: ${found}.
Start the gateway on another port (PORT=${port + 1} npm start), then PORT=${port + 1} npm run demo;
or give the demo a free port, and it starts a gateway for itself.`);
  }
  console.log(`No gateway on ${origin}: building and starting one for this demo ...`);
  return startOwnGateway();
}

/** What a port has behind it: a gateway with its sandbox, nothing, or what it is instead. */
async function probe(origin: string): Promise<"PLUSGATE" | "NOTHING" | string> {
  const answers: string[] = [];
  for (const [path, mark] of [
    ["/healthz", '"status":"ready"'],
    ["/sandbox", '"sandbox":"plusgate"'],
  ] as const) {
    let text: string;
    try {
      const response = await fetch(`${origin}${path}`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      text = await response.text();
      answers.push(`GET ${path} answers with HTTP status ${response.status}`);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED") return "NOTHING";
      return `GET ${path} gets no HTTP answer`;
    }
    if (!text.includes(mark)) return `${answers.at(-1)}, and not what Plusgate says`;
  }
  return "PLUSGATE";
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: HOST, port: 0 });
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A listening server has no port");
  return address.port;
}

async function startOwnGateway(): Promise<DemoGateway> {
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const keys = ensureDevelopmentKeys(KEYS_DIRECTORY);
  const directory = mkdtempSync(join(tmpdir(), "plusgate-demo-"));
  const port = await freePort();
  const options: ServeOptions = { port, stateDirectory: join(directory, "state"), keys, bundles };
  const logPath = join(directory, "gateway.log");
  const log = openSync(logPath, "a");
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ["ignore", log, log, "ipc"] });
  // Over the channel, not as an argument: it holds the private keys.
  child.send(options);
  const ended = once(child, "exit");
  const isReady = await Promise.race([once(child, "message").then(() => true), ended.then(() => false)]);
  const release = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  for (const signal of STOP_SIGNALS) process.once(signal, () => release().then(() => process.exit(1)));
  if (isReady) return { origin: `http://${HOST}:${port}`, release };
  const output = readFileSync(logPath, "utf8").trim();
  rmSync(directory, { recursive: true, force: true });
  throw new StageFailure(`${output}\nThe gateway could not be started; its output is above.`);
}

if (import.meta.main) {
  // Ctrl-C reaches the whole group: the demo ends this process when it has ended itself.
  for (const signal of STOP_SIGNALS) process.on(signal, () => undefined);
  let stop = async (): Promise<void> => undefined;
  process.on("disconnect", () => stop().finally(() => process.exit(0)));
  process.once("message", async (options: ServeOptions) => {
    const running = await servePlusgate(options);
    if ("reason" in running) throw new Error(running.message);
    stop = running.stop;
    process.send?.("ready");
  });
}
