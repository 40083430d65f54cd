/** The calls about disputes. A call that gets no answer is `undefined`. */
import { DEVELOPMENT_OPERATOR_TOKEN } from "../../../../scripts/project.ts";
import { JsonClient } from "../../../support/end-to-end/json-client.ts";
import { answered, find, read } from "./answered.ts";
import type { NetworkDispute, WalletDispute } from "./views.ts";

/** Calls of the wallet's operators, and of a developer who answers for the merchant. */
export class DisputeCalls {
  readonly #sandbox: JsonClient;
  readonly #operator: JsonClient;

  constructor(origin: string) {
    this.#sandbox = new JsonClient(`${origin}/sandbox`);
    this.#operator = new JsonClient(`${origin}/ops`, { token: DEVELOPMENT_OPERATOR_TOKEN });
  }

  /** @param paymentId Alipay+'s id of the payment, here and below */
  initiate(paymentId: string, kind: "retrievals" | "escalations", parameters: object) {
    return answered(this.#operator.call("POST", `/payments/${paymentId}/disputes/${kind}`, parameters));
  }

  answer(disputeRequestId: string, answer: object) {
    return answered(this.#sandbox.call("POST", `/disputes/${disputeRequestId}/answer`, answer));
  }

  /** Every dispute that Alipay+ has taken, newest first. Rejects without an answer. */
  async atNetwork(): Promise<readonly NetworkDispute[]> {
    return (await read<{ readonly disputes: readonly NetworkDispute[] }>(this.#sandbox, "/disputes")).disputes;
  }

  /** The disputes of a payment that the wallet knows, oldest first. Rejects without an answer. */
  async atWallet(paymentId: string): Promise<readonly WalletDispute[]> {
    const path = `/payments/${paymentId}/disputes`;
    return (await find<{ readonly disputes: readonly WalletDispute[] }>(this.#operator, path))?.disputes ?? [];
  }
}
