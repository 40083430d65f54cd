import { generateKeyPairSync, randomBytes } from "node:crypto";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { kCurrentWorker } from "miniflare";
import { defineConfig } from "vitest/config";

const MPP_CLIENT_ID = "SANDBOX_5Y00000000000000001";
const ACQUIRER_CLIENT_ID = "SANDBOX_5Y00000000000000002";

/** A fresh RSA-2048 pair as one-line base64: PKCS#8 and SPKI, as Alipay+ exchanges them. */
function keyPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
}

/** The wallet's identity provider: the setting WALLET_JWT, and the private key that its tokens are signed with. */
function identityProvider() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const named = { kid: "customers-1", alg: "ES256" };
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), ...named }] };
  const setting = { issuer: "https://login.wallet.example", audience: "plusgate", jwks };
  return { setting, privateJwk: { ...privateKey.export({ format: "jwk" }), ...named } };
}

const WALLET_TOKEN = randomBytes(32).toString("base64url");
const OPS_TOKEN = randomBytes(32).toString("base64url");
const LIVE_SECRET = randomBytes(32).toString("base64url");

const issuer = identityProvider();
const mpp = keyPair();
const alipayplus = keyPair();
const acquirer = keyPair();

/** The sandbox's variables: the tests run it in the gateway's own Worker, which has variables of the same names. */
const SANDBOX = {
  SIGNING_KEYS: JSON.stringify({
    [MPP_CLIENT_ID]: { 1: alipayplus.privateKey },
    [ACQUIRER_CLIENT_ID]: { 1: alipayplus.privateKey },
  }),
  VERIFICATION_KEYS: JSON.stringify({
    [MPP_CLIENT_ID]: { 1: mpp.publicKey },
    [ACQUIRER_CLIENT_ID]: { 1: acquirer.publicKey },
  }),
  ACQUIRER_SIGNING_KEYS: JSON.stringify({ [ACQUIRER_CLIENT_ID]: { 1: acquirer.privateKey } }),
  ACQUIRER_VERIFICATION_KEYS: JSON.stringify({ [ACQUIRER_CLIENT_ID]: { 1: alipayplus.publicKey } }),
  MPP_CLIENT_ID,
  ACQUIRER_CLIENT_ID,
};

/** Two projects: `workers` runs inside real workerd, `node` starts the whole product and talks to its port. */
export default defineConfig({
  test: {
    // Every request writes a log line: it is shown where a test fails.
    silent: "passed-only",
    projects: [
      {
        plugins: [
          cloudflareTest({
            main: "./test/support/worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              cf: false,
              durableObjects: {
                ISSUED_CODES: { className: "IssuedCodes", useSQLite: true },
                TRAFFIC_LOG: { className: "TrafficLog", useSQLite: true },
                NETWORK: { className: "Network", useSQLite: true },
                SALES: { className: "Sales", useSQLite: true },
              },
              serviceBindings: { ALIPAYPLUS: { name: kCurrentWorker, entrypoint: "AlipayPlus" } },
              bindings: {
                SIGNING_KEYS: JSON.stringify({ [MPP_CLIENT_ID]: { 1: mpp.privateKey } }),
                VERIFICATION_KEYS: JSON.stringify({ [MPP_CLIENT_ID]: { 1: alipayplus.publicKey } }),
                CORE_TIMEOUT_MS: "800",
                SANDBOX,
                WALLET_TOKENS: JSON.stringify({ backend: WALLET_TOKEN }),
                OPS_TOKENS: JSON.stringify({ operator: OPS_TOKEN }),
                WALLET_JWT: JSON.stringify(issuer.setting),
                LIVE_TOKEN_SECRET: LIVE_SECRET,
              },
            },
          }),
        ],
        test: {
          name: "workers",
          // CommonJS, in itself or deep inside it, must be resolved before workerd sees it.
          deps: {
            optimizer: { ssr: { enabled: true, include: ["itty-durable", "jsbarcode/bin/barcodes/CODE128/index.js"] } },
          },
          provide: {
            clientId: MPP_CLIENT_ID,
            alipayplusPrivateKey: alipayplus.privateKey,
            mppPublicKey: mpp.publicKey,
            walletToken: WALLET_TOKEN,
            operatorToken: OPS_TOKEN,
            customerIssuer: issuer,
            customers: Number(process.env.LOAD_CUSTOMERS ?? "200"),
          },
          include: ["test/{unit,property,gateway,sandbox,simulation}/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "node",
          include: ["test/end-to-end/**/*.test.ts"],
          globalSetup: ["test/support/end-to-end/build-product.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
