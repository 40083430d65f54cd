/** Alipay+ as the sandbox plays it: its keys, its Client-Ids, and its connections. */
import type { KeyRing } from "../../protocol/signature/key-ring.ts";
import type { WalletAccounts } from "../rehearsal/wallet-accounts.ts";
import type { TrafficLog } from "../traffic/traffic-log.ts";
import type { IssuedCodes } from "./for-wallets/issued-codes.ts";

/** Alipay+ between the acquirer and the wallet. Each call gets a new stub: one that has thrown stays broken. */
export type AlipayPlus = {
  /** Alipay+'s private keys, and the public keys of the wallet and of the acquirer. */
  readonly ring: KeyRing;
  /** The Client-Id under which Alipay+ and the wallet sign. */
  readonly mppClientId: string;
  /** The Client-Id under which Alipay+ and the acquirer sign. */
  readonly acquirerClientId: string;
  /** The URLs that the wallet has registered for the Cashier: none, or one for each way to it. */
  readonly cashierUrls: readonly string[];
  readonly issuedCodes: () => DurableObjectStub<IssuedCodes>;
  readonly trafficLog: () => DurableObjectStub<TrafficLog>;
  /** A customer's balance: the currency to charge, and what an exchange did. Undefined where the core shows none. */
  readonly walletBalance: WalletAccounts["balance"];
  /** Sends a request to the gateway, whatever the host. */
  readonly sendToWallet: (url: string, init: RequestInit) => Promise<Response>;
  /** Sends a notification to the acquirer that the sandbox plays. */
  readonly sendToOwnAcquirer: (request: Request) => Promise<Response>;
};
