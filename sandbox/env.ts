/** Bindings and variables of the sandbox, parsed once. Fails closed. */

import * as z from "zod";
import { CLIENT_ID } from "../protocol/client-id.ts";
import { checkKeyRing, type KeyRing, parseKeyRing } from "../protocol/signature/key-ring.ts";
import type { Sales } from "./acquirer/sales.ts";
import type { IssuedCodes } from "./alipayplus/for-wallets/issued-codes.ts";
import type { Network } from "./alipayplus/payments/network.ts";
import type { Misconfiguration } from "./misconfiguration.ts";
import { type HttpCoreSettings, parseHttpCoreSettings } from "./rehearsal/core-contract.ts";
import type { GatewayClock, GatewayReset } from "./rehearsal/gateway.ts";
import type { Customers } from "./rehearsal/wallet-ledger.ts";
import type { TrafficLog } from "./traffic/traffic-log.ts";

/** The bindings and variables that the runtime passes. Variables are text. */
export interface SandboxEnv {
  /** The directory of the built page, in local development. Without it there is no page. */
  readonly PAGE?: Fetcher;
  /** The wallet's token of local development. */
  readonly WALLET_TOKEN?: string;
  /** The operator's token of local development: with it the page shows why the core did not answer. */
  readonly OPERATOR_TOKEN?: string;
  /** The gateway's own settings of its core. */
  readonly CORE?: string;
  readonly CORE_NAME?: string;
  readonly CORE_URL?: string;
  readonly CORE_SECRET?: string;
  /** The cashier URLs of the wallet, as the gateway has them, with a space between them. */
  readonly CASHIER_URLS?: string;
  /** The gateway under rehearsal. */
  readonly GATEWAY: Fetcher;
  /** The gateway's clock (gateway.ts). */
  readonly GATEWAY_CLOCK: Service<GatewayClock>;
  /** Erases the gateway's state (gateway.ts). */
  readonly GATEWAY_RESET: Service<GatewayReset>;
  /** The gateway's customers, with their accounts in the embedded core. */
  readonly CUSTOMERS: DurableObjectNamespace<Customers>;
  /** The payment codes that Alipay+ has issued. */
  readonly ISSUED_CODES: DurableObjectNamespace<IssuedCodes>;
  /** The last exchanges. */
  readonly TRAFFIC_LOG: DurableObjectNamespace<TrafficLog>;
  /** Alipay+ between acquirers and wallets, with what a developer has placed and sent from the console. */
  readonly NETWORK: DurableObjectNamespace<Network>;
  /** The acquirer and its merchants. */
  readonly SALES: DurableObjectNamespace<Sales>;
  /** The gateway's number of shards: it decides where a customer is found. */
  readonly SHARD_COUNT: string;
  /** JSON `{clientId: {keyVersion: private key}}`: Alipay+'s, under the MPP's Client-Id and under the acquirer's. */
  readonly SIGNING_KEYS: string;
  /** JSON `{clientId: {keyVersion: public key}}`: the wallet's and the acquirer's, each under its own Client-Id. */
  readonly VERIFICATION_KEYS: string;
  /** The same for the acquirer that the sandbox plays: its own private key, and Alipay+'s public one. */
  readonly ACQUIRER_SIGNING_KEYS: string;
  readonly ACQUIRER_VERIFICATION_KEYS: string;
  readonly MPP_CLIENT_ID: string;
  readonly ACQUIRER_CLIENT_ID: string;
}

/** The variables, checked. */
type Settings = {
  readonly shardCount: number;
  readonly mppClientId: string;
  readonly acquirerClientId: string;
  /** The URLs that the wallet has registered with Alipay+ for the Cashier. */
  readonly cashierUrls: readonly string[];
  /** Alipay+'s own ring. */
  readonly ring: KeyRing;
  /** The ring of the acquirer that the sandbox plays. */
  readonly acquirerRing: KeyRing;
  /** The wallet's own core, with its CORE_NAME; missing where the core is embedded in the gateway. */
  readonly core?: HttpCoreSettings & { readonly name: string };
};

const SHARDS_MAXIMUM = 65_536;

const clientId = z.string().regex(CLIENT_ID);

const variables = z.object({
  SHARD_COUNT: z
    .string()
    .regex(/^[0-9]{1,5}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(SHARDS_MAXIMUM)),
  MPP_CLIENT_ID: clientId,
  ACQUIRER_CLIENT_ID: clientId,
});

/** The settings of an environment, or the variable that keeps the sandbox from working. */
export async function readSettings(env: SandboxEnv): Promise<Settings | Misconfiguration> {
  const checked = variables.safeParse(env);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    return { fault: `Variable ${issue?.path.join(".") ?? "unknown"}: ${issue?.message ?? "invalid"}` };
  }
  const { SHARD_COUNT, MPP_CLIENT_ID, ACQUIRER_CLIENT_ID } = checked.data;
  const ring = await ringOf(env.SIGNING_KEYS, env.VERIFICATION_KEYS, [MPP_CLIENT_ID, ACQUIRER_CLIENT_ID]);
  if ("fault" in ring) return ring;
  const { ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS } = env;
  const acquirerRing = await ringOf(ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS, [ACQUIRER_CLIENT_ID]);
  if ("fault" in acquirerRing) return { fault: `ACQUIRER_${acquirerRing.fault}` };
  const { CORE, CORE_NAME: name = "", CORE_URL = "", CORE_SECRET = "" } = env;
  const core = CORE === "HTTP" ? parseHttpCoreSettings(CORE_URL, CORE_SECRET) : undefined;
  if (core && "fault" in core) return core;
  return {
    ...(core && { core: { ...core, name } }),
    shardCount: SHARD_COUNT,
    mppClientId: MPP_CLIENT_ID,
    acquirerClientId: ACQUIRER_CLIENT_ID,
    cashierUrls: env.CASHIER_URLS?.split(" ") ?? [],
    ring,
    acquirerRing,
  };
}

/** A ring that was checked and can sign for every client that is needed. */
async function ringOf(
  signingKeys: string | undefined,
  verificationKeys: string | undefined,
  clientIds: readonly string[],
): Promise<KeyRing | Misconfiguration> {
  const ring = parseKeyRing(signingKeys ?? "", verificationKeys ?? "");
  const keyFault = "fault" in ring ? ring : (await checkKeyRing(ring))[0];
  if (keyFault) return { fault: `${keyFault.entry}: ${keyFault.fault}` };
  if ("fault" in ring) return { fault: ring.fault };
  const unsigned = clientIds.find((id) => !ring.signing.has(id));
  return unsigned === undefined ? ring : { fault: `SIGNING_KEYS has no key of ${unsigned}` };
}
