/**
 * `npm start`: the gateway and the sandbox on one port of this machine.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { buildWasm } from "./build-wasm.ts";
import { bundleForDevelopment } from "./bundle.ts";
import { ensureDevelopmentKeys } from "./keys.ts";
import { KEYS_DIRECTORY, ROOT, STATE_DIRECTORY } from "./project.ts";
import { HOST, servePlusgate } from "./serve.ts";
import { runScript, StageFailure } from "./tool.ts";

const DEFAULT_PORT = 8787;
const LARGEST_PORT = 65_535;

const HELP = `Usage: npm start [-- --help]

Runs the gateway and the sandbox that plays Alipay+ on http://${HOST}:${DEFAULT_PORT}.

  PORT   another port (environment variable)

Keys are made on the first start in ${relative(ROOT, KEYS_DIRECTORY)}. State is kept in ${relative(ROOT, STATE_DIRECTORY)}
and survives a restart; npm run reset clears it.`;

function readyMessage(origin: string): string {
  return `
Plusgate is ready on ${origin}  (Ctrl-C stops it)

  ${origin}/sandbox      play a payment: a phone, a point of sale, every message between them
  ${origin}/wallet/v1    what the wallet calls, for a browser
  npm run demo        payments and a customer's phone, in another terminal
  ${relative(ROOT, KEYS_DIRECTORY)}           the development keys; ${relative(ROOT, STATE_DIRECTORY)} the state, cleared by npm run reset
`;
}

/** PORT as a port number. */
function chosenPort(): number {
  const text = process.env.PORT ?? "";
  if (text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= LARGEST_PORT) return port;
  throw new StageFailure(`PORT must be a number from 1 to ${LARGEST_PORT}, not "${text}".`);
}

/** Tells an occupied port before anything is built. */
async function requireFreePort(port: number): Promise<void> {
  const server = createServer().listen({ host: HOST, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : error;
    const explanation = reason === "EADDRINUSE" ? "is already in use" : `cannot be listened on (${reason})`;
    throw new StageFailure(`Port ${port} ${explanation}. Choose another one: PORT=${port + 1} npm start`);
  }
  server.close();
  await once(server, "close");
}

/**
 * Ends this process at the first signal, or when the process that launched it is gone. Leaving takes workerd along:
 * every answer that was given is on disk already, so there is nothing to wait for.
 */
function stopOnSignal(): void {
  const stop = (): never => process.exit(0);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.on("disconnect", stop);
  process.channel?.unref();
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const port = chosenPort();
  await requireFreePort(port);
  stopOnSignal();
  const keys = ensureDevelopmentKeys(KEYS_DIRECTORY);
  console.log("Building the WebAssembly core and bundling both Workers ...");
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const running = await servePlusgate({ port, stateDirectory: STATE_DIRECTORY, keys, bundles });
  if ("reason" in running) throw new StageFailure(running.message);
  console.log(readyMessage(running.origin));
}

await runScript(start);
