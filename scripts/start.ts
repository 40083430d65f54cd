/** `npm start`: the gateway and the sandbox on one port of this machine. */
import { relative } from "node:path";
import { buildWasm } from "./build-wasm.ts";
import { bundleForDevelopment } from "./bundle/bundle.ts";
import { runCommand } from "./command.ts";
import { ensureDevelopmentKeys } from "./development/keys.ts";
import { chosenPort, DEFAULT_PORT, originOf, requireFreePort } from "./development/port.ts";
import { servePlusgate } from "./development/serve.ts";
import { DEVELOPMENT_SETTINGS, KEYS_DIRECTORY, ROOT, STATE_DIRECTORY } from "./project.ts";
import { StageFailure } from "./tool.ts";

const HELP = `Usage: npm start

Runs the gateway and the sandbox that plays Alipay+ on ${originOf(DEFAULT_PORT)}.

  PORT   another port (environment variable)

Keys are made on the first start in ${relative(ROOT, KEYS_DIRECTORY)}. State is kept in ${relative(ROOT, STATE_DIRECTORY)}
and survives a restart; npm run reset clears it.`;

const COLUMN_WIDTH = 36;

function readyMessage(origin: string, port: number): string {
  const rows = {
    [`${origin}/sandbox`]: "play a payment: a phone, a point of sale, every message between them",
    [`${origin}/wallet/v1`]: "what the wallet calls, for a browser",
    [`${port === DEFAULT_PORT ? "" : `PORT=${port} `}npm run demo`]:
      "payments and a customer's phone, in another terminal",
    [relative(ROOT, KEYS_DIRECTORY)]: "the development keys",
    [relative(ROOT, STATE_DIRECTORY)]: "the state, cleared by npm run reset",
  };
  const lines = Object.entries(rows).map(([name, meaning]) => `  ${name.padEnd(COLUMN_WIDTH)}${meaning}\n`);
  const settings = Object.entries(DEVELOPMENT_SETTINGS).map(([name, value]) => `${name}=${value}`);
  return `\nPlusgate is ready on ${origin}  (Ctrl-C stops it)\n\n${lines.join("")}\n  Settings: ${settings.join(", ")}\n`;
}

/**
 * Ends this process at the first signal, or with the process that launched it; workerd ends with it. Every answer that
 * was sent is on disk already, so there is nothing to wait for.
 */
function stopOnSignal(): void {
  const stop = (): never => process.exit(0);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.on("disconnect", stop);
  process.channel?.unref();
}

async function start(): Promise<void> {
  const port = chosenPort();
  await requireFreePort(port);
  stopOnSignal();
  const keys = ensureDevelopmentKeys(KEYS_DIRECTORY);
  console.log("Building the WebAssembly core and bundling both Workers ...");
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const running = await servePlusgate({ port, stateDirectory: STATE_DIRECTORY, keys, bundles });
  if ("reason" in running) throw new StageFailure(running.message);
  console.log(readyMessage(running.origin, port));
}

await runCommand({ help: HELP }, start);
