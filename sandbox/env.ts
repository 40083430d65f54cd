/** Bindings and variables of the sandbox, parsed once and failing closed. */

import * as z from "zod";
import { CLIENT_ID } from "../protocol/client-id.ts";
import { checkKeyRing, type KeyRing, parseKeyRing } from "../protocol/signature/key-ring.ts";
import type { Sales } from "./acquirer/sales.ts";
import { type IssuedCodes, issuedCodesOf } from "./alipayplus/for-wallets/issued-codes.ts";
import type { Network } from "./alipayplus/payments/network.ts";
import { createDeskClient, type DeskClient, deskObjectOf } from "./console/desk/desk-client.ts";
import type { PageEnv } from "./page/serve-page.ts";
import type { GatewayClock, GatewayReset } from "./rehearsal/gateway.ts";
import type { Ledger } from "./rehearsal/wallet-ledger.ts";
import { createWalletLedger, type WalletLedger } from "./rehearsal/wallet-ledger.ts";
import { type TrafficLog, trafficLogOf } from "./traffic/traffic-log.ts";

/** What the runtime hands over. Variables are text. */
export interface SandboxEnv extends PageEnv {
  /** The gateway under rehearsal. */
  readonly GATEWAY: Fetcher;
  /** The gateway's clock (gateway.ts). */
  readonly GATEWAY_CLOCK: Service<GatewayClock>;
  /** Erases the gateway's state (gateway.ts). */
  readonly GATEWAY_RESET: Service<GatewayReset>;
  /** The gateway's embedded ledger. */
  readonly LEDGER: DurableObjectNamespace<Ledger>;
  /** The payment codes that Alipay+ has given out. */
  readonly ISSUED_CODES: DurableObjectNamespace<IssuedCodes>;
  /** The last exchanges. */
  readonly TRAFFIC_LOG: DurableObjectNamespace<TrafficLog>;
  /** What was sent by hand. */
  readonly DESK: DurableObjectNamespace;
  /** Alipay+ between acquirers and wallets, with what was placed by hand. */
  readonly NETWORK: DurableObjectNamespace<Network>;
  /** The acquirer and its merchants. */
  readonly SALES: DurableObjectNamespace<Sales>;
  /** The gateway's number of shards: it decides where a customer is found. */
  readonly SHARD_COUNT: string;
  /** JSON `{clientId: {keyVersion: private key}}`: Alipay+'s, under the MPP's Client-Id and under the acquirer's. */
  readonly SIGNING_KEYS: string;
  /** JSON `{clientId: {keyVersion: public key}}`: the wallet's and the acquirer's, each under its own Client-Id. */
  readonly VERIFICATION_KEYS: string;
  /** The keys of the acquirer that the sandbox plays, alike: its own private one, and Alipay+'s public one. */
  readonly ACQUIRER_SIGNING_KEYS: string;
  readonly ACQUIRER_VERIFICATION_KEYS: string;
  readonly MPP_CLIENT_ID: string;
  readonly ACQUIRER_CLIENT_ID: string;
}

/** What every request needs, made once an isolate. */
export type Sandbox = {
  readonly gateway: Fetcher;
  readonly gatewayClock: Service<GatewayClock>;
  readonly gatewayReset: Service<GatewayReset>;
  readonly ledger: WalletLedger;
  readonly desk: DeskClient;
  /** Its object, only to be erased. */
  readonly deskObject: () => DurableObjectStub;
  /** A new stub for each call: one that has failed stays broken. */
  readonly issuedCodes: () => DurableObjectStub<IssuedCodes>;
  readonly trafficLog: () => DurableObjectStub<TrafficLog>;
  /** Makes a new stub each time: one that has thrown stays broken. */
  readonly network: () => DurableObjectStub<Network>;
  /** Alike. */
  readonly sales: () => DurableObjectStub<Sales>;
  /** Alipay+'s own ring. */
  readonly ring: KeyRing;
  /** The ring of the acquirer that the sandbox plays. */
  readonly acquirerRing: KeyRing;
  /** The Client-Id under which Alipay+ and the wallet sign. */
  readonly mppClientId: string;
  /** The Client-Id under which Alipay+ and the acquirer sign. */
  readonly acquirerClientId: string;
};

/** Which variable is wrong, and why; holds no secret. */
export type SandboxFault = { readonly fault: string };

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

const sandboxes = new WeakMap<object, Sandbox | SandboxFault>();

/** The sandbox of an environment, or the fault that keeps it from working. */
export async function sandboxOf(env: SandboxEnv): Promise<Sandbox | SandboxFault> {
  const known = sandboxes.get(env);
  if (known) return known;
  const sandbox = await makeSandbox(env);
  sandboxes.set(env, sandbox);
  return sandbox;
}

async function makeSandbox(env: SandboxEnv): Promise<Sandbox | SandboxFault> {
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
  return {
    gateway: env.GATEWAY,
    gatewayClock: env.GATEWAY_CLOCK,
    gatewayReset: env.GATEWAY_RESET,
    ledger: createWalletLedger(env.LEDGER, SHARD_COUNT),
    desk: createDeskClient(env.DESK),
    deskObject: () => deskObjectOf(env.DESK),
    issuedCodes: () => issuedCodesOf(env.ISSUED_CODES),
    trafficLog: () => trafficLogOf(env.TRAFFIC_LOG),
    network: () => env.NETWORK.getByName("network"),
    sales: () => env.SALES.getByName("sales"),
    ring,
    acquirerRing,
    mppClientId: MPP_CLIENT_ID,
    acquirerClientId: ACQUIRER_CLIENT_ID,
  };
}

/** A ring that was checked and can sign for every client that is needed. */
async function ringOf(
  signingKeys: string | undefined,
  verificationKeys: string | undefined,
  clientIds: readonly string[],
): Promise<KeyRing | SandboxFault> {
  const ring = parseKeyRing(signingKeys ?? "", verificationKeys ?? "");
  const keyFault = "fault" in ring ? ring : await checkKeyRing(ring);
  if (keyFault) return { fault: `${keyFault.entry}: ${keyFault.fault}` };
  if ("fault" in ring) return { fault: ring.fault };
  const unsigned = clientIds.find((id) => !ring.signing.has(id));
  return unsigned === undefined ? ring : { fault: `SIGNING_KEYS has no key of ${unsigned}` };
}
