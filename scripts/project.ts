/** The paths of this repository, and the identities of local development. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/** Where wrangler writes bundles. */
export const BUILD_DIRECTORY = join(ROOT, ".wrangler/build");

/** The storage of the Durable Objects of `npm start`. */
export const STATE_DIRECTORY = join(ROOT, ".wrangler/state");

/** The key pairs of local development. */
export const KEYS_DIRECTORY = join(ROOT, ".dev/keys");

/** The developer's own settings of the gateway; need not exist. */
export const DEV_VARS = join(ROOT, ".dev.vars");

/** The configuration of the gateway; its production environment is the one that is deployed. */
export const GATEWAY_CONFIGURATION = join(ROOT, "wrangler.toml");

/** The gateway with a clock that can be set and objects that can be erased, for development alone. */
export const DEVELOPMENT_GATEWAY_ENTRY = join(ROOT, "sandbox/rehearsal/gateway.ts");

/** The configuration of the sandbox, which is never deployed. */
export const SANDBOX_CONFIGURATION = join(ROOT, "sandbox/wrangler.toml");

/** The Client-Id of the wallet (Mobile Payment Provider) in local development. */
export const MPP_CLIENT_ID = "SANDBOX_5Y00000000000000001";

/** The Client-Id of the acquirer that the sandbox plays. */
export const ACQUIRER_CLIENT_ID = "SANDBOX_5Y00000000000000002";

/** The only version of every key pair of local development. */
export const KEY_VERSION = 1;

/** The settings of local development that differ from wrangler.toml, or that a reader should see: no secrets. */
export const DEVELOPMENT_SETTINGS = {
  CORE: "EMBEDDED",
  // A developer pays with codes of the sandbox's console, too, which this gateway did not issue.
  FOREIGN_PAYMENT_CODES: "ACCEPT",
  // Names that no DNS resolves: the sandbox's page has the phone on which they open.
  CASHIER_URLS: "https://wallet.plusgate.example/cashier plusgate://cashier",
} as const;

/** The token of the wallet's backend in local development: fixed, so that calls can be copied. */
export const DEVELOPMENT_WALLET_TOKEN = "development-wallet-token-0000000000000001";

/** The token of an operator in local development. */
export const DEVELOPMENT_OPERATOR_TOKEN = "development-operator-token-000000000000001";

/** Signs the tokens of the live stream in local development. */
export const DEVELOPMENT_LIVE_TOKEN_SECRET = "development-live-token-secret-00000000001";

/** What authCodes and access tokens are derived from in local development: fixed, so that a restart keeps them. */
export const DEVELOPMENT_TOKEN_SECRET = "development-token-secret-0000000000000001";

/** The JavaScript tools of node_modules, for this process's own Node.js. */
export const TOOLS = {
  asc: join(ROOT, "node_modules/assemblyscript/bin/asc.js"),
  biome: join(ROOT, "node_modules/@biomejs/biome/bin/biome"),
  tsc: join(ROOT, "node_modules/typescript/bin/tsc"),
  vitest: join(ROOT, "node_modules/vitest/vitest.mjs"),
  wrangler: join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
} as const;

/** The name of a tool of node_modules. */
export type Tool = keyof typeof TOOLS;
