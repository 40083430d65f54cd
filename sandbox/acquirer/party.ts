/** The acquirer that the sandbox plays: its keys, its Client-Id, and its connection to Alipay+. */
import type { KeyRing } from "../../protocol/signature/key-ring.ts";
import type { Api } from "../alipayplus/interface.ts";

/** The acquirer of the sandbox's merchants. */
export type Acquirer = {
  /** The acquirer's private key, and Alipay+'s public one. */
  readonly ring: KeyRing;
  /** The Client-Id under which Alipay+ and the acquirer sign. */
  readonly clientId: string;
  /** Sends a signed request to Alipay+. `execution` lets Alipay+ write its records after its answer. */
  readonly sendToAlipayPlus: (
    api: Api,
    request: Request,
    execution: Pick<ExecutionContext, "waitUntil">,
  ) => Promise<Response>;
};
