/** A gateway with its sandbox, started for the tests of a file, as everybody outside sees it. */
import { createPrivateKey, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { builtForDevelopment } from "../../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../../scripts/keys.ts";
import { ACQUIRER_CLIENT_ID, DEVELOPMENT_WALLET_TOKEN, KEY_VERSION } from "../../../scripts/project.ts";
import type { ServeOptions } from "../../../scripts/serve.ts";
import { type KillableGateway, startKillableGateway } from "./killable-gateway.ts";

/** An answer, whatever its status. */
export type Reply = { readonly status: number; readonly [member: string]: unknown };

/** A result in the words of Alipay+. */
export type Result = { readonly result: { readonly resultCode: string } };

/** An order of a merchant. */
export type Order = { readonly codeValue: string; readonly paymentRequestId: string };

export const hkd = (value: string) => ({ currency: "HKD", value });

export class Rehearsal {
  readonly origin: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "plusgate-rehearsal-"));
  readonly #port: number;
  #options: ServeOptions | undefined;
  #gateway: KillableGateway | undefined;

  constructor(port: number) {
    this.#port = port;
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** Starts it, or starts it again on what it has stored. */
  async start(gatewayVariables: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#options ??= this.#optionsWith(gatewayVariables);
    this.#gateway = await startKillableGateway(this.#options, join(this.#directory, "gateway.log"));
  }

  async kill(): Promise<void> {
    await this.#gateway?.kill();
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #optionsWith(gatewayVariables: Readonly<Record<string, string>>): ServeOptions {
    const keys = ensureDevelopmentKeys(join(this.#directory, "keys"));
    const stateDirectory = join(this.#directory, "state");
    return { port: this.#port, stateDirectory, keys, bundles: builtForDevelopment(), gatewayVariables };
  }

  /** Makes a call, and tells the HTTP status as `status`; an answer that has a status of its own is read by `read`. */
  async call<Answer>(method: string, path: string, body?: object, token?: string): Promise<Answer & Reply> {
    const response = await this.#fetch(method, path, body, token);
    return { ...((await response.json()) as Answer), status: response.status };
  }

  /** Makes a call, and gives its answer as it is. */
  async read<Answer>(method: string, path: string, body?: object, token?: string): Promise<Answer> {
    return (await (await this.#fetch(method, path, body, token)).json()) as Answer;
  }

  #fetch(method: string, path: string, body?: object, token?: string): Promise<Response> {
    const headers = {
      "Content-Type": "application/json",
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
    return fetch(this.origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  sandbox<Answer>(method: string, path: string, body?: object): Promise<Answer & Reply> {
    return this.call(method, `/sandbox${path}`, body);
  }

  wallet<Answer>(method: string, path: string, body?: object): Promise<Answer & Reply> {
    return this.call(method, `/wallet/v1${path}`, body, DEVELOPMENT_WALLET_TOKEN);
  }

  reset(body?: object): Promise<Reply & { readonly seed?: string; readonly time: string }> {
    return this.sandbox("POST", "/reset", body);
  }

  async openCustomer(customerId: string): Promise<void> {
    const customer = await this.sandbox("PUT", `/customers/${customerId}`, { currency: "HKD", balance: "100000" });
    expect(customer.status).toBe(200);
  }

  async sandboxCode(customerId: string): Promise<string> {
    const body = { customerId };
    const codes = await this.sandbox<{ paymentCodeInfoList: [{ paymentCode: string }] }>(
      "POST",
      "/payment-codes",
      body,
    );
    return codes.paymentCodeInfoList[0].paymentCode;
  }

  /** An order that its customer has scanned. */
  async scannedOrder(customerId: string): Promise<Order> {
    const { codeValue, paymentRequestId } = await this.sandbox<Order>("POST", "/order-codes", {
      paymentAmount: hkd("700"),
    });
    expect(await this.wallet("POST", "/scans", { customerId, codeValue })).toMatchObject({ action: "SHOW_PAYMENT" });
    return { codeValue, paymentRequestId };
  }

  /** A payment of an acquirer, signed at the rehearsal's time. */
  async acquirerPay(paymentRequestId: string, paymentCode: string, paymentNotifyUrl: string): Promise<Result> {
    return this.acquire("pay", {
      paymentRequestId,
      order: { referenceOrderId: paymentRequestId, orderDescription: "Tea", orderAmount: hkd("300") },
      paymentAmount: hkd("300"),
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode },
      paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
      paymentNotifyUrl,
    });
  }

  /** A call of an acquirer, signed at the rehearsal's time, and what is done to it (docs/sandbox.md, `Sandbox-Fault`). */
  async acquire(interfaceName: string, message: object, fault?: string): Promise<Result> {
    const { time } = await this.sandbox<{ readonly time: string }>("GET", "/clock");
    const path = `/sandbox/aps/api/v1/payments/${interfaceName}`;
    const body = JSON.stringify(message);
    const content = Buffer.from(`POST ${path}\n${ACQUIRER_CLIENT_ID}.${time}.${body}`);
    const signature = encodeURIComponent(sign("sha256", content, this.#acquirerKey()).toString("base64"));
    const headers = {
      "Client-Id": ACQUIRER_CLIENT_ID,
      "Request-Time": time,
      Signature: `algorithm=RSA256,keyVersion=${KEY_VERSION},signature=${signature}`,
      "Content-Type": "application/json; charset=UTF-8",
      ...(fault !== undefined && { "Sandbox-Fault": fault }),
    };
    const response = await fetch(this.origin + path, { method: "POST", headers, body });
    return (await response.json()) as Result;
  }

  #acquirerKey() {
    if (!this.#options) throw new Error("A rehearsal is started first");
    return createPrivateKey(this.#options.keys.acquirer.privateKey);
  }
}
