/** Alipay+ as it calls the gateway directly, with signed messages. */
import type { KeyObject } from "node:crypto";
import { signCall } from "./alipayplus-messages.ts";
import type { Result } from "./sandbox-client.ts";

/** The gateway's answer: the result, and what else the interface answers. */
type GatewayAnswer = { readonly result: Result; readonly [parameter: string]: unknown };

/** Calls one gateway. */
export class AlipayPlusClient {
  readonly #origin: string;
  readonly #privateKey: KeyObject;

  constructor(origin: string, privateKey: KeyObject) {
    this.#origin = origin;
    this.#privateKey = privateKey;
  }

  /** Signs a message at the present time and sends it. */
  async call(interfaceName: string, message: object): Promise<GatewayAnswer> {
    const { path, headers, body } = await signCall(this.#privateKey, interfaceName, message);
    const response = await fetch(this.#origin + path, { method: "POST", headers, body });
    return (await response.json()) as GatewayAnswer;
  }
}
