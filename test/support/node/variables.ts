/**
 * The keys, tokens and variables of a run of the tests, new for each run: what the Workers under test are bound to, and
 * what the tests play Alipay+, the acquirer, the wallet's backend and its customers with. Runs in Node.js.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";

const MPP_CLIENT_ID = "SANDBOX_5Y00000000000000001";
const ACQUIRER_CLIENT_ID = "SANDBOX_5Y00000000000000002";

/** A new RSA-2048 pair as one-line base64: PKCS#8 and SPKI, as Alipay+ exchanges them. */
function keyPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
}

/** The keys of one Client-Id in version 1, as the variables of keys have them. */
function keysOf(clientId: string, key: string): { [clientId: string]: { 1: string } } {
  return { [clientId]: { 1: key } };
}

/** The wallet's identity provider: the setting WALLET_JWT, and the private key that its tokens are signed with. */
function identityProvider() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const named = { kid: "customers-1", alg: "ES256" };
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), ...named }] };
  const setting = { issuer: "https://login.wallet.example", audience: "plusgate", jwks };
  return { setting, privateJwk: { ...privateKey.export({ format: "jwk" }), ...named } };
}

const newToken = () => randomBytes(32).toString("base64url");

/** What the wallet has registered with Alipay+: the gateway and the sandbox's Alipay+ know it. */
const CASHIER_URLS = "https://wallet.test/cashier walletapp://cashier";

const mpp = keyPair();
const alipayplus = keyPair();
const acquirer = keyPair();
const customerIssuer = identityProvider();
const walletToken = newToken();
const operatorToken = newToken();

/** The variables and secrets of the gateway. */
export const GATEWAY_VARIABLES = {
  // Alipay+ of the tests issues codes that this gateway has not registered.
  FOREIGN_PAYMENT_CODES: "ACCEPT",
  SIGNING_KEYS: JSON.stringify(keysOf(MPP_CLIENT_ID, mpp.privateKey)),
  VERIFICATION_KEYS: JSON.stringify(keysOf(MPP_CLIENT_ID, alipayplus.publicKey)),
  WALLET_TOKENS: JSON.stringify({ backend: walletToken }),
  OPS_TOKENS: JSON.stringify({ operator: operatorToken }),
  WALLET_JWT: JSON.stringify(customerIssuer.setting),
  LIVE_TOKEN_SECRET: newToken(),
  CASHIER_URLS,
  AUTHORIZATION_URL: "https://wallet.example/authorize",
  TOKEN_SECRETS: JSON.stringify({ 1: newToken() }),
};

/** What the gateway behind the sandbox has set besides: the authorisation page in the wallet's app. */
export const APP_PAGE_VARIABLES = {
  AUTHORIZATION_SCHEME_URL: "wallet://authorize",
  AUTHORIZATION_APP_LINK_URL: "https://wallet.example/app/authorize",
};

/** What differs where the gateway under test has a core by HTTP: the test's own answers in its place. */
export const HTTP_CORE_VARIABLES = {
  CORE: "HTTP",
  CORE_NAME: "test-core",
  CORE_URL: "https://core.test",
  CORE_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
};

/** The sandbox's variables: the tests run it in the gateway's own Worker, which has variables of the same names. */
export const SANDBOX_VARIABLES = {
  SIGNING_KEYS: JSON.stringify({
    ...keysOf(MPP_CLIENT_ID, alipayplus.privateKey),
    ...keysOf(ACQUIRER_CLIENT_ID, alipayplus.privateKey),
  }),
  VERIFICATION_KEYS: JSON.stringify({
    ...keysOf(MPP_CLIENT_ID, mpp.publicKey),
    ...keysOf(ACQUIRER_CLIENT_ID, acquirer.publicKey),
  }),
  ACQUIRER_SIGNING_KEYS: JSON.stringify(keysOf(ACQUIRER_CLIENT_ID, acquirer.privateKey)),
  ACQUIRER_VERIFICATION_KEYS: JSON.stringify(keysOf(ACQUIRER_CLIENT_ID, alipayplus.publicKey)),
  MPP_CLIENT_ID,
  ACQUIRER_CLIENT_ID,
  CASHIER_URLS,
};

/** What the tests get by vitest's `inject`; its type is in env.d.ts. */
export const PROVIDED = {
  clientId: MPP_CLIENT_ID,
  alipayplusPrivateKey: alipayplus.privateKey,
  mppPublicKey: mpp.publicKey,
  walletToken,
  operatorToken,
  customerIssuer,
  customers: Number(process.env.LOAD_CUSTOMERS ?? "100"),
};
