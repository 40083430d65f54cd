/** The credentials of all callers, from the settings: read once per isolate, and all of them or none. */
import type { Env } from "../../durable/env.ts";
import { type CustomerIssuer, parseCustomerIssuer } from "./customer-tokens.ts";
import { parseLiveKey } from "./live-tokens.ts";
import { type NamedTokens, parseNamedTokens } from "./named-tokens.ts";
import type { SettingFault } from "./setting.ts";

/** The credentials of every caller but Alipay+. A setting that is missing admits no caller. */
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

/** Reads the settings; a fault names the first setting that is wrong. */
export async function parseCredentials(env: Env): Promise<Credentials | SettingFault> {
  const services = await parseNamedTokens("WALLET_TOKENS", env.WALLET_TOKENS);
  if ("fault" in services) return services;
  const operators = await parseNamedTokens("OPS_TOKENS", env.OPS_TOKENS);
  if ("fault" in operators) return operators;
  const customerIssuer = await parseCustomerIssuer("WALLET_JWT", env.WALLET_JWT);
  if (customerIssuer && "fault" in customerIssuer) return customerIssuer;
  const liveKey = await parseLiveKey("LIVE_TOKEN_SECRET", env.LIVE_TOKEN_SECRET);
  if (liveKey && "fault" in liveKey) return liveKey;
  return { services, customerIssuer, liveKey, operators };
}
