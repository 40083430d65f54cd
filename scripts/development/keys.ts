/**
 * The key pairs of local development, in .dev/keys as PEM (PKCS#8 and SPKI), generated on the first start.
 *
 * Source: docs/spec/signatures.md#keys.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACQUIRER_CLIENT_ID, KEY_VERSION, MPP_CLIENT_ID } from "../project.ts";

const MODULUS_BITS = 2048;
const PRIVATE_FILE_MODE = 0o600;
const PUBLIC_FILE_MODE = 0o644;

/** A key pair as PEM texts. */
type KeyPair = { readonly privateKey: string; readonly publicKey: string };

/** The pairs of the three parties: the wallet, Alipay+ and the acquirer. */
export type DevelopmentKeys = { readonly mpp: KeyPair; readonly alipayplus: KeyPair; readonly acquirer: KeyPair };

/** Writes a file under its name only once it is complete. */
function writeWhole(path: string, text: string, mode: number): void {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, path);
}

/** Reads a pair, or generates it when there is no private key. The public key always comes from the private one. */
function ensureKeyPair(directory: string, party: keyof DevelopmentKeys): KeyPair {
  const privatePath = join(directory, `${party}.private.pem`);
  const publicPath = join(directory, `${party}.public.pem`);
  if (!existsSync(privatePath)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: MODULUS_BITS });
    writeWhole(privatePath, privateKey.export({ type: "pkcs8", format: "pem" }).toString(), PRIVATE_FILE_MODE);
  }
  const privateKey = readFileSync(privatePath, "utf8");
  const publicKey = createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" }).toString();
  if (!existsSync(publicPath) || readFileSync(publicPath, "utf8") !== publicKey) {
    writeWhole(publicPath, publicKey, PUBLIC_FILE_MODE);
  }
  return { privateKey, publicKey };
}

/**
 * Reads the key pairs of local development and generates those that are missing.
 *
 * @param directory is created when it does not exist; private keys are readable by their owner alone.
 * @throws when a private key file holds no private key.
 */
export function ensureDevelopmentKeys(directory: string): DevelopmentKeys {
  mkdirSync(directory, { recursive: true });
  return {
    mpp: ensureKeyPair(directory, "mpp"),
    alipayplus: ensureKeyPair(directory, "alipayplus"),
    acquirer: ensureKeyPair(directory, "acquirer"),
  };
}

/** The two variables that hold a Worker's keys, as JSON: Client-Id, then key version, then the key. */
type KeyVariables = { readonly SIGNING_KEYS: string; readonly VERIFICATION_KEYS: string };

/** The gateway is the wallet: it signs with the wallet's key and verifies with Alipay+'s. */
export function gatewayKeyVariables(keys: DevelopmentKeys): KeyVariables {
  return {
    SIGNING_KEYS: JSON.stringify({ [MPP_CLIENT_ID]: { [KEY_VERSION]: keys.mpp.privateKey } }),
    VERIFICATION_KEYS: JSON.stringify({ [MPP_CLIENT_ID]: { [KEY_VERSION]: keys.alipayplus.publicKey } }),
  };
}

/** The keys of both parties that the sandbox plays. */
type SandboxKeyVariables = KeyVariables & {
  readonly ACQUIRER_SIGNING_KEYS: string;
  readonly ACQUIRER_VERIFICATION_KEYS: string;
};

/** The sandbox is Alipay+ towards the wallet and the acquirer, and it is that acquirer, with keys of its own. */
export function sandboxKeyVariables(keys: DevelopmentKeys): SandboxKeyVariables {
  const { mpp, alipayplus, acquirer } = keys;
  return {
    SIGNING_KEYS: JSON.stringify({
      [MPP_CLIENT_ID]: { [KEY_VERSION]: alipayplus.privateKey },
      [ACQUIRER_CLIENT_ID]: { [KEY_VERSION]: alipayplus.privateKey },
    }),
    VERIFICATION_KEYS: JSON.stringify({
      [MPP_CLIENT_ID]: { [KEY_VERSION]: mpp.publicKey },
      [ACQUIRER_CLIENT_ID]: { [KEY_VERSION]: acquirer.publicKey },
    }),
    ACQUIRER_SIGNING_KEYS: JSON.stringify({ [ACQUIRER_CLIENT_ID]: { [KEY_VERSION]: acquirer.privateKey } }),
    ACQUIRER_VERIFICATION_KEYS: JSON.stringify({ [ACQUIRER_CLIENT_ID]: { [KEY_VERSION]: alipayplus.publicKey } }),
  };
}
