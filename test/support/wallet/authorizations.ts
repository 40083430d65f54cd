/** Alipay+, a customer and the wallet's page, from prepare to tokens and payments by them. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { shardOf } from "../../../durable/platform/shard.ts";
import worker from "../../../worker/index.ts";
import {
  homeOf,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  payMessage,
  type Reply,
  runResolver,
  SHARD_COUNT,
  send,
} from "../alipayplus.ts";
import { type Answering, type Asked, playAlipayPlus, SUCCESS } from "../alipayplus-answers.ts";
import { MINUTE_MS } from "../clock.ts";
import { until } from "../until.ts";
import { walletCall } from "./calls.ts";
import { NOTIFY_PATH } from "./order.ts";

const AUTH_NOTIFY_PATH = "/aps/api/v1/authorizations/authNotify";
const CONSULT_PATH = "/aps/api/v1/authorizations/consultUnbinding";

/** A prepare of a merchant that has never asked before. */
export function prepareMessage(changes: Json = {}): Json {
  return {
    ...PARTIES,
    authClientId: newId("client"),
    authClientName: "Harbour Cinema Limited",
    authClientDisplayName: "海港戲院",
    authClientLogo: "https://cinema.test/logo.png",
    referenceAgreementId: newId("agreement"),
    referenceMerchantId: "M0001",
    authRedirectUrl: "https://cinema.test/bound?shop=1#done",
    authState: newId("state"),
    scopes: ["AGREEMENT_PAY", "USER_LOGIN_ID"],
    terminalType: "WEB",
    osType: "IOS",
    ...changes,
  };
}

export function prepare(message: Json): Promise<Reply> {
  return send("/authorizations/prepare", message);
}

export function applyToken(changes: Json): Promise<Reply> {
  return send("/authorizations/applyToken", { ...PARTIES, grantType: "AUTHORIZATION_CODE", ...changes });
}

export function refreshToken(token: unknown, changes: Json = {}): Promise<Reply> {
  return applyToken({ grantType: "REFRESH_TOKEN", refreshToken: token, ...changes });
}

export function cancelToken(accessToken: unknown, changes: Json = {}): Promise<Reply> {
  return send("/authorizations/cancelToken", { ...PARTIES, accessToken, ...changes });
}

/** The id of a prepared authorisation, from the URL of its page. */
export function preparedIdOf({ body }: Reply): string {
  return new URL(String(body.authUrl)).searchParams.get("preparedId") ?? "";
}

/** The customer agrees on the page; the code that the merchant's page gets. */
export async function consent(preparedId: string, customerId: string): Promise<string> {
  const { status, body } = await walletCall("POST", `/authorizations/${preparedId}/consent`, {
    customerId,
    userLoginId: "a***@wallet.example",
  });
  if (status !== 200) throw new Error(`consent: ${JSON.stringify(body)}`);
  return new URL(String(body.redirectUrl)).searchParams.get("authCode") ?? "";
}

/** An authorisation that a customer has agreed to. */
type Bound = {
  readonly customerId: string;
  readonly authorizationId: string;
  readonly message: Json;
  readonly authCode: string;
};

/** A customer with an authorisation, and no tokens yet. */
export async function agree(changes: Json = {}, customerId?: string): Promise<Bound> {
  const payer = customerId ?? (await openCustomer());
  const message = prepareMessage(changes);
  const authorizationId = preparedIdOf(await prepare(message));
  return { customerId: payer, authorizationId, message, authCode: await consent(authorizationId, payer) };
}

/** A customer with an authorisation and its first pair of tokens. */
export async function bind(changes: Json = {}, customerId?: string) {
  const bound = await agree(changes, customerId);
  const { code, body } = await applyToken({ authCode: bound.authCode });
  if (code !== "SUCCESS") throw new Error(`applyToken: ${code}`);
  return { ...bound, accessToken: String(body.accessToken), refreshToken: String(body.refreshToken) };
}

const AUTO_DEBIT = { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" };

/** A pay of 10.00 HKD by an access token. */
export function payByTokenMessage(accessToken: unknown, changes: Json = {}, method: Json = {}): Json {
  return payMessage("", {
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: accessToken, ...method },
    paymentFactor: AUTO_DEBIT,
    ...changes,
  });
}

/** The same, as an evaluation. */
export function evaluationByToken(accessToken: unknown, changes: Json = {}): Json {
  return payByTokenMessage(accessToken, { paymentFactor: { ...AUTO_DEBIT, isPaymentEvaluation: "true" }, ...changes });
}

/** Lets Alipay+ take notifications, and answer consultUnbinding; gives what has come so far. */
export function takeAuthNotifications(
  answering: Answering = () => ({ result: SUCCESS }),
  consulting: Answering = () => ({ result: SUCCESS, allowUnbinding: "true" }),
): Asked[] {
  const notified = () => ({ result: SUCCESS });
  return playAlipayPlus({ [AUTH_NOTIFY_PATH]: answering, [CONSULT_PATH]: consulting, [NOTIFY_PATH]: notified });
}

/** Lets the home send what is due, and waits until Alipay+ has `count` notifications of this authorisation. */
export async function authNotifications(received: readonly Asked[], bound: Bound, count: number): Promise<Json[]> {
  await runResolver(homeOf(bound.customerId));
  return until(() => {
    const bodies = authNotified(received, bound);
    if (bodies.length < count) throw new Error(`${bodies.length} of ${count} notifications`);
    return bodies;
  });
}

/** The notifications of an authorisation that have come so far; others of its home come with them. */
export function authNotified(received: readonly Asked[], { message }: Bound): Json[] {
  const own = received.filter(
    ({ path, body }) => path === AUTH_NOTIFY_PATH && body.authClientId === message.authClientId,
  );
  return own.map(({ body }) => body);
}

/** What operators see of an authorisation. */
export async function inspectAuthorization({ customerId, authorizationId }: Bound) {
  const inspection = await homeOf(customerId).inspectAuthorization(authorizationId);
  if (!inspection) throw new Error("no such authorisation");
  return inspection;
}

/** The sweep of the directory's shard of a prepared authorisation: each is swept in a minute of the hour. */
export function sweepDirectory(preparedId: string): Promise<void> {
  const shard = shardOf(preparedId, SHARD_COUNT);
  return worker.scheduled(createScheduledController({ scheduledTime: new Date(shard * MINUTE_MS) }), env);
}
