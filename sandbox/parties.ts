/**
 * The parties that the sandbox plays, made from its environment: each gets its own keys and stores, and reaches the
 * others.
 */

import { receiveNotification } from "./acquirer/notifications/receive-notification.ts";
import type { Acquirer } from "./acquirer/party.ts";
import type { Sales } from "./acquirer/sales.ts";
import { issuedCodesOf } from "./alipayplus/for-wallets/issued-codes.ts";
import type { AlipayPlusWithPayments } from "./alipayplus/interface.ts";
import { receive } from "./alipayplus/receive.ts";
import { type Core, coreOf } from "./core/core-call.ts";
import { readSettings, type SandboxEnv } from "./env.ts";
import type { Misconfiguration } from "./misconfiguration.ts";
import { type WalletAccounts, walletAccountsOf } from "./rehearsal/wallet-accounts.ts";
import { trafficLogOf } from "./traffic/traffic-log.ts";

/** Alipay+, the acquirer with its sales, and the accounts of the wallet's customers. */
export type Parties = {
  readonly alipayPlus: AlipayPlusWithPayments;
  /** `sales` makes a new stub each time: one that has thrown stays broken. */
  readonly acquirer: Acquirer & { readonly sales: () => DurableObjectStub<Sales> };
  readonly walletAccounts: WalletAccounts;
  /** The wallet's own core; missing where it is embedded in the gateway. */
  readonly core?: Core;
};

const partiesOfEnv = new WeakMap<object, Parties | Misconfiguration>();

/** The parties of an environment, made once, or the misconfiguration that prevents them. */
export async function partiesOf(env: SandboxEnv): Promise<Parties | Misconfiguration> {
  const known = partiesOfEnv.get(env);
  if (known) return known;
  const parties = await makeParties(env);
  partiesOfEnv.set(env, parties);
  return parties;
}

async function makeParties(env: SandboxEnv): Promise<Parties | Misconfiguration> {
  const settings = await readSettings(env);
  if ("fault" in settings) return settings;
  const { shardCount, mppClientId, acquirerClientId, cashierUrls, ring, acquirerRing, core } = settings;
  const walletAccounts = walletAccountsOf(core, env.CUSTOMERS, shardCount);
  const acquirer: Parties["acquirer"] = {
    ring: acquirerRing,
    clientId: acquirerClientId,
    sales: () => env.SALES.getByName("sales"),
    sendToAlipayPlus: (api, request, execution) => receive(api, request, async () => alipayPlus, execution),
  };
  const alipayPlus: AlipayPlusWithPayments = {
    ring,
    mppClientId,
    acquirerClientId,
    cashierUrls,
    network: () => env.NETWORK.getByName("network"),
    issuedCodes: () => issuedCodesOf(env.ISSUED_CODES),
    trafficLog: () => trafficLogOf(env.TRAFFIC_LOG),
    walletBalance: walletAccounts.balance,
    sendToWallet: (url, init) => env.GATEWAY.fetch(url, init),
    sendToOwnAcquirer: (request) => receiveNotification(request, acquirer),
  };
  return { alipayPlus, acquirer, walletAccounts, ...(core && { core: coreOf(core) }) };
}
