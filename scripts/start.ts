/** `npm start`: the gateway and the sandbox on one port of this machine. */
import { relative } from "node:path";
import { buildWasm } from "./build-wasm.ts";
import { bundleForDevelopment } from "./bundle/bundle.ts";
import { runCommand } from "./command.ts";
import { type ChosenSettings, readChosenSettings } from "./development/chosen-settings.ts";
import { coreStateText } from "./development/core-state.ts";
import { gatewayVariablesOf, requireVariables, settingsText } from "./development/gateway-variables.ts";
import { ensureDevelopmentKeys } from "./development/keys.ts";
import { chosenPort, DEFAULT_PORT, originOf, requireFreePort } from "./development/port.ts";
import { servePlusgate } from "./development/serve.ts";
import { storedTimeWarning } from "./development/stored-time.ts";
import { DEV_VARS, KEYS_DIRECTORY, ROOT, STATE_DIRECTORY } from "./project.ts";
import { StageFailure } from "./tool.ts";

const HELP = `Usage: npm start

Runs the gateway and the sandbox that plays Alipay+ on ${originOf(DEFAULT_PORT)}.

  PORT   another port (environment variable)

Every setting of docs/configuration.md may be set in the environment or in .dev.vars; the environment wins. A wrong one
ends the command. With your own core: CORE=HTTP, CORE_NAME, CORE_URL and CORE_SECRET (docs/core.md). Without Auto Debit:
AUTHORIZATION_URL= and TOKEN_SECRETS=, as an empty text takes a default of development out.

Keys are made on the first start in ${relative(ROOT, KEYS_DIRECTORY)}. State is kept in ${relative(ROOT, STATE_DIRECTORY)}
and survives a restart; npm run reset clears it.`;

const COLUMN_WIDTH = 36;

/** What the sandbox keeps to itself: with other values the gateway does not fit it. */
const NOT_FOLLOWED = /^(SIGNING_KEYS|VERIFICATION_KEYS|BASE_PATH)/;

/** What a developer should know about the chosen settings. */
function warningsOf({ variables, unknown }: ChosenSettings): string[] {
  const notFollowed = Object.keys(variables).filter((name) => NOT_FOLLOWED.test(name));
  return [
    ...unknown.map(
      (name) => `${relative(ROOT, DEV_VARS)}: ${name} is no setting; docs/configuration.md has their names`,
    ),
    ...notFollowed.map(
      (name) => `${name}: the sandbox calls with its own keys and path, and the gateway may refuse it`,
    ),
  ];
}

function readyMessage(origin: string, port: number, core: string, settings: string): string {
  const rows = {
    [`${origin}/sandbox`]: "play a payment: a phone, a point of sale, every message between them",
    [`${origin}/wallet/v1`]: "what the wallet calls, for a browser",
    [`${port === DEFAULT_PORT ? "" : `PORT=${port} `}npm run demo`]:
      "payments and a customer's phone, in another terminal",
    [relative(ROOT, KEYS_DIRECTORY)]: "the development keys",
    [relative(ROOT, STATE_DIRECTORY)]: "the state, cleared by npm run reset",
  };
  const lines = Object.entries(rows).map(([name, meaning]) => `  ${name.padEnd(COLUMN_WIDTH)}${meaning}\n`);
  return `\nPlusgate is ready on ${origin}  (Ctrl-C stops it)\n\n${lines.join("")}\n  core: ${core}\n  Settings: ${settings}\n`;
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
  const chosen = readChosenSettings(process.env, DEV_VARS);
  for (const warning of warningsOf(chosen)) console.warn(`Warning: ${warning}.`);
  const variables = gatewayVariablesOf(keys, chosen.variables, port);
  requireVariables(variables);
  console.log("Building the WebAssembly core and bundling both Workers ...");
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const running = await servePlusgate({
    ...{ port, stateDirectory: STATE_DIRECTORY, keys, bundles },
    gatewayVariables: chosen.variables,
  });
  if ("reason" in running) throw new StageFailure(running.message);
  const waiting = await storedTimeWarning(running.origin);
  if (waiting !== undefined) console.warn(`Warning: ${waiting}.`);
  const core = await coreStateText(variables);
  console.log(readyMessage(running.origin, port, core, settingsText(chosen.variables, port)));
}

await runCommand({ help: HELP }, start);
