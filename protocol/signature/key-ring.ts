/**
 * The keys by which messages are signed and verified: several live versions of each Client-Id, both ways, so that
 * keys are replaced without a pause.
 *
 * - To rotate our key: give Alipay+ the new public key, then add the new version to the signing keys: the highest
 *   version present signs. To go back: remove it again.
 * - To rotate the key of Alipay+: add its new version to the verification keys, and remove the old one when it is no
 *   longer used.
 *
 * Source: docs/spec/signatures.md#keys.
 */
import { CLIENT_ID } from "../client-id.ts";
import { type JsonObject, parseJsonBody } from "../json.ts";
import { HeldKey } from "./held-key.ts";
import { decodeKeyText, type KeyTextFault } from "./key-text.ts";
import type { KeyUse } from "./rsa.ts";

/** The texts of settings, each `{"<Client-Id>": {"<keyVersion>": "<key>"}}`, by the names of the settings. */
type KeyTexts = Readonly<Record<string, string>>;

/** The keys of one direction, by Client-Id and key version. */
export type KeysOfClients = ReadonlyMap<string, ReadonlyMap<number, HeldKey>>;

/** The keys of both directions, by Client-Id and key version. Made by {@link parseKeyRing}. */
export type KeyRing = {
  /** Private keys, by the Client-Id that we sign for. */
  readonly signing: KeysOfClients;
  /** Public keys, by the Client-Id whose messages we accept. */
  readonly verification: KeysOfClients;
};

/** What is wrong with an entry of the key settings, and with which one; never with what it contains. */
export type KeyRingFault = {
  readonly fault:
    | KeyTextFault
    /** The setting is not one JSON object. */
    | "SETTING_MALFORMED"
    /** One Client-Id or key version appears there twice, or one key version in two settings. */
    | "ENTRY_DUPLICATE"
    /** Not 1 to 64 letters, digits, `_` or `-`, or without an object of keys. */
    | "CLIENT_MALFORMED"
    | "CLIENT_WITHOUT_KEYS"
    /** Not an integer of 0 to 999999999, written in digits only. */
    | "KEY_VERSION_MALFORMED"
    /** Not RSA, damaged, below 2048 bits or above 4096; only {@link checkKeyRing} finds it. */
    | "KEY_UNUSABLE"
    /** We would accept this Client-Id's requests and could not sign the answers; only {@link checkKeyRing} finds it. */
    | "SIGNING_KEY_MISSING";
  /** For example `VERIFICATION_KEYS["SANDBOX_5Y00000000000000001"]["1"]`. */
  readonly entry: string;
};

const KEY_VERSION = /^(?:0|[1-9][0-9]{0,8})$/;
/** A malformed name may be a key in the wrong place: the first 16 characters of PKCS#8 reveal only the format. */
const MISFIT_SHOWN_CHARACTERS = 16;

/** Names an entry. A malformed name is cut to its first characters. */
function entryName(setting: string, ...names: string[]): string {
  const shown = names.map((name) => {
    const fits = CLIENT_ID.test(name);
    return `[${JSON.stringify(fits ? name : `${name.slice(0, MISFIT_SHOWN_CHARACTERS)}…`)}]`;
  });
  return `${setting}${shown.join("")}`;
}

/** All keys of one Client-Id in one setting. */
function parseVersions(
  setting: string,
  use: KeyUse,
  clientId: string,
  entries: JsonObject,
): Map<number, HeldKey> | KeyRingFault {
  const keys = new Map<number, HeldKey>();
  for (const [version, text] of Object.entries(entries)) {
    const entry = entryName(setting, clientId, version);
    if (!KEY_VERSION.test(version)) {
      return { fault: "KEY_VERSION_MALFORMED", entry };
    }
    const der = typeof text === "string" ? decodeKeyText(text, use) : "KEY_MALFORMED";
    if (typeof der === "string") {
      return { fault: der, entry };
    }
    keys.set(Number(version), new HeldKey(Number(version), entry, use, der));
  }
  return keys.size === 0 ? { fault: "CLIENT_WITHOUT_KEYS", entry: entryName(setting, clientId) } : keys;
}

/** All keys of one setting. */
function parseSetting(
  setting: string,
  use: KeyUse,
  settingJson: string,
): Map<string, Map<number, HeldKey>> | KeyRingFault {
  // The strict reader: JSON.parse alone would quote the text in its error and let a later entry hide an earlier one.
  const settingBody = parseJsonBody(new TextEncoder().encode(settingJson));
  if (!settingBody.ok) {
    const duplicate = settingBody.reason === "DUPLICATE_KEY" && settingBody.key !== undefined;
    return duplicate
      ? { fault: "ENTRY_DUPLICATE", entry: entryName(setting, settingBody.key) }
      : { fault: "SETTING_MALFORMED", entry: setting };
  }
  const clients = new Map<string, Map<number, HeldKey>>();
  for (const [clientId, entries] of Object.entries(settingBody.value)) {
    if (!CLIENT_ID.test(clientId) || typeof entries !== "object" || entries === null || Array.isArray(entries)) {
      return { fault: "CLIENT_MALFORMED", entry: entryName(setting, clientId) };
    }
    const keys = parseVersions(setting, use, clientId, entries as JsonObject);
    if ("fault" in keys) {
      return keys;
    }
    clients.set(clientId, keys);
  }
  return clients;
}

/**
 * Reads the keys of one direction from one or several settings: a secret has a limited size, so the versions of a key
 * may be spread. A key is one-line base64 or PEM of PKCS#8 (`sign`) or SPKI (`verify`). Nothing is imported yet;
 * {@link checkKeyRing} does that.
 *
 * @returns The keys, or the first fault (`"fault" in result`).
 */
export function parseKeys(use: KeyUse, texts: KeyTexts): KeysOfClients | KeyRingFault {
  const merged = new Map<string, Map<number, HeldKey>>();
  for (const [setting, text] of Object.entries(texts)) {
    const clients = parseSetting(setting, use, text);
    if ("fault" in clients) {
      return clients;
    }
    for (const [clientId, keys] of clients) {
      const present = merged.get(clientId) ?? new Map<number, HeldKey>();
      for (const [version, key] of keys) {
        if (present.has(version)) {
          return { fault: "ENTRY_DUPLICATE", entry: key.entry };
        }
        present.set(version, key);
      }
      merged.set(clientId, present);
    }
  }
  return merged;
}

/**
 * Reads both directions, each from one setting. One bad entry refuses the whole ring: a gateway that starts with a part
 * of its keys fails later, and for some callers only.
 *
 * @param signingKeysJson Our private keys, as {@link parseKeys} reads them.
 * @param verificationKeysJson The public keys of those who call or answer us.
 * @returns The ring, or the first fault (`"fault" in result`).
 */
export function parseKeyRing(signingKeysJson: string, verificationKeysJson: string): KeyRing | KeyRingFault {
  const signing = parseKeys("sign", { SIGNING_KEYS: signingKeysJson });
  if ("fault" in signing) {
    return signing;
  }
  const verification = parseKeys("verify", { VERIFICATION_KEYS: verificationKeysJson });
  return "fault" in verification ? verification : { signing, verification };
}

/**
 * Imports every key of a ring and looks for a signing key beside every verification key, so that a bad setting is
 * found when the gateway starts and not at a payment. Costs about 0.2 ms per key, once.
 *
 * @returns Every fault; none when each key can be used.
 */
export async function checkKeyRing({ signing, verification }: KeyRing): Promise<readonly KeyRingFault[]> {
  const faults: KeyRingFault[] = [];
  for (const keys of [...signing.values(), ...verification.values()]) {
    for (const key of keys.values()) {
      if ((await key.cryptoKey()) === "KEY_UNUSABLE") faults.push({ fault: "KEY_UNUSABLE", entry: key.entry });
    }
  }
  for (const clientId of verification.keys()) {
    if (!signing.has(clientId)) {
      faults.push({ fault: "SIGNING_KEY_MISSING", entry: entryName("SIGNING_KEYS", clientId) });
    }
  }
  return faults;
}

/**
 * The key that verifies what `clientId` signed with `keyVersion`.
 *
 * @returns The key itself once it has been imported, a promise of it the first time; `CLIENT_UNKNOWN` without any
 * verification key of that client, `KEY_UNKNOWN` without one of that version, `KEY_UNUSABLE` when the key is not RSA
 * of 2048 to 4096 bits.
 */
export function verificationKey(
  ring: KeyRing,
  clientId: string,
  keyVersion: number,
): ReturnType<HeldKey["cryptoKey"]> | "CLIENT_UNKNOWN" | "KEY_UNKNOWN" {
  const keys = ring.verification.get(clientId);
  if (keys === undefined) {
    return "CLIENT_UNKNOWN";
  }
  return keys.get(keyVersion)?.cryptoKey() ?? "KEY_UNKNOWN";
}

/**
 * The key that we sign with as `clientId`: the highest version present.
 *
 * @returns The key with its version, or `CLIENT_UNKNOWN` without any signing key of that client.
 */
export function signingKey(ring: KeyRing, clientId: string): HeldKey | "CLIENT_UNKNOWN" {
  const keys = ring.signing.get(clientId);
  return keys?.get(Math.max(...keys.keys())) ?? "CLIENT_UNKNOWN";
}
