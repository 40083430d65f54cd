/**
 * The credentials of all callers but Alipay+, from the settings: read once per isolate. A setting that is wrong closes
 * the API that it belongs to, and no other.
 */
import type { Settings } from "../../durable/settings/settings.ts";
import { type CustomerIssuer, parseCustomerIssuer } from "./customer-tokens.ts";
import { parseLiveKey } from "./live-tokens.ts";
import { type NamedTokens, parseNamedTokens } from "./named-tokens.ts";
import type { SettingFault } from "./setting.ts";

/** The credentials of every caller but Alipay+. A setting that is missing or wrong admits no caller. */
export type Credentials = {
  /** WALLET_TOKENS: the wallet's own services. */
  readonly services: NamedTokens;
  /** WALLET_JWT: the identity provider of the wallet's customers. */
  readonly customerIssuer: CustomerIssuer | undefined;
  /** LIVE_TOKEN_SECRET: signs the tokens of the live stream. */
  readonly liveKey: CryptoKey | undefined;
  /** OPS_TOKENS: the operators. */
  readonly operators: NamedTokens;
};

/** A setting that is wrong, and what it closes. */
export type CredentialFault = {
  readonly setting: keyof typeof CLOSED_BY;
  /** The name, and why it is wrong. Fit for a log: holds no secret. */
  readonly fault: string;
  /** The paths below which nothing is answered meanwhile. */
  readonly closes: readonly string[];
};

const CLOSED_BY = {
  WALLET_TOKENS: ["/wallet/v1"],
  WALLET_JWT: ["/wallet/v1"],
  LIVE_TOKEN_SECRET: ["/wallet/v1/live-tokens", "/wallet/v1/live"],
  OPS_TOKENS: ["/ops"],
} as const satisfies Partial<Record<keyof Settings, readonly string[]>>;

/** Reads the settings, and names every one that is wrong. */
export async function readCredentials(
  settings: Settings,
): Promise<{ readonly credentials: Credentials; readonly faults: readonly CredentialFault[] }> {
  const faults: CredentialFault[] = [];
  const read = async <Parsed extends object>(
    setting: CredentialFault["setting"],
    parse: (name: string, text: string | undefined) => Promise<Parsed | SettingFault | undefined>,
  ): Promise<Parsed | undefined> => {
    const parsed = await parse(setting, settings[setting]);
    if (!parsed || !("fault" in parsed)) return parsed;
    faults.push({ setting, fault: parsed.fault, closes: CLOSED_BY[setting] });
    return undefined;
  };
  const credentials = {
    services: (await read("WALLET_TOKENS", parseNamedTokens)) ?? new Map(),
    customerIssuer: await read("WALLET_JWT", parseCustomerIssuer),
    liveKey: await read("LIVE_TOKEN_SECRET", parseLiveKey),
    operators: (await read("OPS_TOKENS", parseNamedTokens)) ?? new Map(),
  };
  return { credentials, faults };
}
