/** The variables of the gateway in local development, and whether they are right. */
import { type Settings, settingKind } from "../../durable/settings/settings.ts";
import { readVariables } from "../../durable/settings/variables.ts";
import { loadWrangler } from "../bundle/wrangler.ts";
import {
  DEVELOPMENT_LIVE_TOKEN_SECRET,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_SETTINGS,
  DEVELOPMENT_TOKEN_SECRET,
  DEVELOPMENT_WALLET_TOKEN,
  GATEWAY_CONFIGURATION,
} from "../project.ts";
import { StageFailure } from "../tool.ts";
import type { Variables } from "./chosen-settings.ts";
import { type DevelopmentKeys, gatewayKeyVariables } from "./keys.ts";
import { originOf } from "./port.ts";

/**
 * Who may call in local development, and what tokens are derived from. In production these are secrets, and
 * wrangler.toml never has them.
 */
const DEVELOPMENT_TOKENS = {
  WALLET_TOKENS: JSON.stringify({ development: DEVELOPMENT_WALLET_TOKEN }),
  OPS_TOKENS: JSON.stringify({ development: DEVELOPMENT_OPERATOR_TOKEN }),
  LIVE_TOKEN_SECRET: DEVELOPMENT_LIVE_TOKEN_SECRET,
  TOKEN_SECRETS: JSON.stringify({ 1: DEVELOPMENT_TOKEN_SECRET }),
};

/**
 * The variables of the gateway in local development: those of wrangler.toml, of development, and what is chosen.
 *
 * @param port where it is served: the sandbox's phone has the authorisation page
 */
export function gatewayVariablesOf(keys: DevelopmentKeys, chosen: Variables, port: number): Variables {
  const { vars } = loadWrangler().unstable_readConfig({ config: GATEWAY_CONFIGURATION });
  return { ...(vars as Variables), ...gatewayKeyVariables(keys), ...setVariablesOf(chosen, port) };
}

/** The settings of development and of the developer in one line, without the values of secrets. */
export function settingsText(chosen: Variables, port: number): string {
  return Object.entries(setVariablesOf(chosen, port))
    .map(([name, value]) => (settingKind(name) === "VARIABLE" ? `${name}=${value}` : name))
    .join(", ");
}

/** The defaults of development, and what is chosen in their place: an empty text takes such a default out. */
function setVariablesOf(chosen: Variables, port: number): Variables {
  const page = { AUTHORIZATION_URL: `${originOf(port)}/sandbox` };
  const defaults = { ...DEVELOPMENT_SETTINGS, ...DEVELOPMENT_TOKENS, ...page };
  const set = Object.entries({ ...defaults, ...chosen });
  return Object.fromEntries(set.filter(([name, value]) => value !== "" || !Object.hasOwn(defaults, name)));
}

/**
 * Lets the gateway's own code judge its variables. Keys and tokens are judged in the running gateway: their code needs
 * its runtime.
 *
 * @throws StageFailure with every variable that is wrong, why, and what to set
 */
export function requireVariables(variables: Variables): void {
  const read = readVariables(variables as unknown as Settings);
  if ("faults" in read) throw new StageFailure(read.faults.map(({ fault }) => `${fault}.`).join("\n"));
}
