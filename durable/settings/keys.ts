/** The settings of the keys: one Client-Id for a deployment, both ways, in one or several secrets. */
import {
  checkKeyRing,
  type KeyRing,
  type KeyRingFault,
  type KeysOfClients,
  parseKeys,
} from "../../protocol/signature/key-ring.ts";
import type { KeyUse } from "../../protocol/signature/rsa.ts";
import { type SettingFault, settingFault } from "./fault.ts";
import { isPartOf, type Settings } from "./settings.ts";

type KeySetting = "SIGNING_KEYS" | "VERIFICATION_KEYS";

/** The keys of a deployment, and the one Client-Id that they belong to. */
export type DeploymentKeys = { readonly ring: KeyRing; readonly clientId: string };

const FORM = 'set {"<Client-Id>": {"<keyVersion>": "<key>"}}';
const MODULUS = "has 2048 to 4096 bits: a shorter one is too weak, the signature of a longer one cannot be read";

const WHY: Record<KeyRingFault["fault"], string> = {
  SETTING_MALFORMED: `is not one JSON object; ${FORM}`,
  ENTRY_DUPLICATE: "appears twice; keep it in one place",
  CLIENT_MALFORMED: `is no Client-Id with its keys; ${FORM}`,
  CLIENT_WITHOUT_KEYS: "names no key; add one, or take the Client-Id out",
  KEY_VERSION_MALFORMED: "is no key version; use a whole number from 0 to 999999999",
  KEY_MALFORMED: "is not a whole key; set one line of base64 (PKCS#8 private, SPKI public), or PEM",
  PEM_LABEL_UNEXPECTED: "is PEM of something else; set PRIVATE KEY (PKCS#8) to sign, PUBLIC KEY (SPKI) to verify",
  KEY_UNUSABLE: `is damaged, or not an RSA key of its kind; an RSA key ${MODULUS}`,
  SIGNING_KEY_MISSING: "is missing; add the private key of this Client-Id",
};

/** Reads both settings with all their parts. Nothing is imported yet; {@link importFaults} does that. */
export function readKeys(settings: Settings): DeploymentKeys | { readonly faults: readonly SettingFault[] } {
  const signing = readDirection(settings, "SIGNING_KEYS", "sign");
  const verification = readDirection(settings, "VERIFICATION_KEYS", "verify");
  if ("reason" in signing || "reason" in verification) {
    return { faults: [signing, verification].filter((read) => "reason" in read) };
  }
  if (signing.clientId === verification.clientId) {
    return { ring: { signing: signing.keys, verification: verification.keys }, clientId: signing.clientId };
  }
  const why = `name ${signing.clientId}, and VERIFICATION_KEYS name ${verification.clientId}; use one Client-Id for both`;
  return { faults: [settingFault("SIGNING_KEYS", why, "CLIENT_ID_AMBIGUOUS")] };
}

/** Imports every key, once. */
export async function importFaults({ ring }: DeploymentKeys): Promise<readonly SettingFault[]> {
  return (await checkKeyRing(ring)).map(keyFault);
}

function readDirection(
  settings: Settings,
  setting: KeySetting,
  use: KeyUse,
): { readonly keys: KeysOfClients; readonly clientId: string } | SettingFault {
  if (settings[setting] === undefined) return settingFault(setting, `is missing; ${FORM}`, "KEYS_INVALID");
  const names = Object.keys(settings).filter((name) => isPartOf(name, setting));
  const texts = names.sort().map((name) => [name, settings[name as KeySetting]] as const);
  const keys = parseKeys(use, Object.fromEntries(texts));
  if ("fault" in keys) return keyFault(keys);
  const [first, second] = [...keys];
  if (!first) return settingFault(setting, `names no Client-Id; ${FORM}`, "CLIENT_ID_AMBIGUOUS");
  const [clientId] = first;
  if (!second) return { keys, clientId };
  // A key of the sandbox would be trusted with production's money.
  const [{ entry } = { entry: setting }] = second[1].values();
  const why = `names ${second[0]} beside ${clientId}; a deployment has one Client-Id: deploy another one for the other`;
  return settingFault(settingOf(entry), why, "CLIENT_ID_AMBIGUOUS");
}

function keyFault({ fault, entry }: KeyRingFault): SettingFault {
  return { reason: "KEYS_INVALID", setting: settingOf(entry), fault: `${entry}: ${WHY[fault]}` };
}

/** The setting of an entry such as `SIGNING_KEYS["SANDBOX_5Y00000000000000001"]["1"]`. */
function settingOf(entry: string): string {
  return entry.replace(/\[.*/, "");
}
