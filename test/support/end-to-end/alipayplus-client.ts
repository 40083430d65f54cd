/** Alipay+ as it calls the gateway directly, with signed messages. */
import type { KeyObject } from "node:crypto";
import { MPP_CLIENT_ID } from "../../../scripts/project.ts";
import { signCall } from "./alipayplus-messages.ts";
import { OWN_CONNECTION, type Reply } from "./json-client.ts";
import type { Result } from "./sandbox-client.ts";

const CALL_TIMEOUT_MS = 30_000;

/** The gateway's answer: the result, and what else the interface answers. */
type GatewayAnswer = { readonly result: Result; readonly [parameter: string]: unknown };

/** Calls one gateway. */
export class AlipayPlusClient {
  readonly #origin: string;
  readonly #privateKey: KeyObject;
  readonly #clientId: string;

  constructor(origin: string, privateKey: KeyObject, clientId = MPP_CLIENT_ID) {
    this.#origin = origin;
    this.#privateKey = privateKey;
    this.#clientId = clientId;
  }

  /** Signs a message at the present time and sends it. */
  async call(interfaceName: string, message: object): Promise<GatewayAnswer> {
    return JSON.parse((await this.send(interfaceName, message)).body) as GatewayAnswer;
  }

  /**
   * Signs a message at a time and sends it. Rejects with the error of `fetch` when there is no whole answer.
   *
   * @returns the answer, byte for byte
   */
  async send(interfaceName: string, message: object, timeMs = Date.now()): Promise<Reply<string>> {
    const { path, headers, body } = await signCall(this.#privateKey, interfaceName, message, timeMs, this.#clientId);
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const response = await fetch(this.#origin + path, {
      method: "POST",
      headers: { ...OWN_CONNECTION, ...headers },
      body,
      signal,
    });
    return { status: response.status, body: await response.text() };
  }
}
