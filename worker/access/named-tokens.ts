/**
 * Tokens that a deployment issues by name: to the wallet's services, to operators. Only digests are kept, and they are
 * compared in constant time.
 */
import { parseJsonSetting, type SettingFault } from "./setting.ts";

/** The SHA-256 of each token, by the name of its holder. */
export type NamedTokens = ReadonlyMap<string, Uint8Array>;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** `b64token` of RFC 6750 section 2.1; 32 characters of base64 carry 192 bits when they are random. */
const TOKEN = /^(?=.{32,512}$)[A-Za-z0-9._~+/-]+=*$/;

/**
 * Reads a setting `{"<name>": "<token>"}`.
 *
 * @param name of the setting, for the fault
 * @param text undefined when it is not set: then there are no tokens
 */
export async function parseNamedTokens(name: string, text: string | undefined): Promise<NamedTokens | SettingFault> {
  const tokens = new Map<string, Uint8Array>();
  if (text === undefined) return tokens;
  const setting = parseJsonSetting(name, text);
  if ("fault" in setting) return setting;
  const digests = new Set<string>();
  for (const [holder, token] of Object.entries(setting.value)) {
    // What is not a name may be a token in the wrong place: it is not shown.
    if (!NAME.test(holder)) return { fault: `${name}: a name must have 1 to 64 letters, digits, _ or -` };
    if (typeof token !== "string" || !TOKEN.test(token)) {
      return { fault: `${name}: the token of ${holder} must have 32 to 512 letters, digits, - . _ ~ + or /` };
    }
    const digest = await sha256(token);
    tokens.set(holder, digest);
    digests.add(digest.toHex());
  }
  return digests.size === tokens.size ? tokens : { fault: `${name}: two names have the same token` };
}

/** The holder of a token, by name. Takes the same time for every holder, and when there is none. */
export async function holderOf(tokens: NamedTokens, token: string): Promise<string | undefined> {
  const digest = await sha256(token);
  let holder: string | undefined;
  for (const [name, known] of tokens) {
    if (crypto.subtle.timingSafeEqual(digest, known)) holder = name;
  }
  return holder;
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
