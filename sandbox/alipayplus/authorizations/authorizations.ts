/**
 * The authorisations of the network: prepared, turned into tokens, refreshed, ended. Part of the Network object, on its
 * storage and alarm. The machine decides what a message means; what the acquirer is notified of is written with it.
 * Every message that may have to be repeated is stored before it is sent.
 *
 * Source: docs/spec/wallet/auto-debit.md.
 */
import * as z from "zod";
import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import type { Deliveries } from "../../../durable/platform/outbox/deliveries.ts";
import { SingleFlight } from "../../../durable/platform/single-flight.ts";
import { nowMs } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { identifier, text, time } from "../../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../../protocol/results.ts";
import { type PartyOf, requireParty } from "../../misconfiguration.ts";
import { askWallet, type WalletAnswer } from "../ask-wallet.ts";
import { type InterfaceName, PARTIES } from "../message.ts";
import type { AlipayPlus } from "../party.ts";
import {
  type AuthorizationEvent,
  type AuthorizationState,
  nextAuthorization,
  prepareAuthorization,
} from "./machine/authorization.ts";
import type {
  ApplyCommand,
  ApplyReply,
  AuthNotifyCommand,
  AuthNotifyReply,
  AuthorizationName,
  AuthorizationReply,
  EndCommand,
  EndReply,
  PrepareCommand,
  PrepareReply,
} from "./messages.ts";
import { AUTH_NOTIFY_TYPES, type AuthNotifyType, authNotifyKey } from "./notifications.ts";
import type { AuthorizationDetails, AuthorizationRecord, AuthorizationRecords } from "./records.ts";

/** The dependencies of the authorisations, all of them parts of the Network object. */
type AuthorizationsContext = {
  readonly records: AuthorizationRecords;
  readonly notifications: Deliveries;
  readonly alipayPlusOf: PartyOf<AlipayPlus>;
  readonly alarm: DueAlarm;
};

const pages = z.object({
  authUrl: text(2_048),
  normalUrl: text(2_048).optional(),
  schemeUrl: text(2_048).optional(),
  applinkUrl: text(2_048).optional(),
});

const granted = z.object({
  accessToken: text(128),
  accessTokenExpiryTime: time,
  refreshToken: text(128),
  refreshTokenExpiryTime: time,
  customerId: identifier,
  userLoginId: text(64).optional().catch(undefined),
});

const UNREADABLE = resultOf("UNKNOWN_EXCEPTION", "The wallet's answer lacks a parameter.");

/** The authorisations between all acquirers and the wallet, with the tokens that Alipay+ knows of them. */
export class Authorizations {
  readonly #context: AuthorizationsContext;
  /** One call at a time asks for the tokens of a code or refresh token, or ends an authorisation. */
  readonly #asked = new SingleFlight<ReportedResult>();

  constructor(context: AuthorizationsContext) {
    this.#context = context;
  }

  /** Asks the wallet for its page. A repeat asks again: a page that the customer has left begins again. */
  async prepare({ message, ...wanted }: PrepareCommand): Promise<PrepareReply> {
    const { records } = this.#context;
    const { authorizationId, fingerprint } = wanted;
    const known = records.find(authorizationId);
    if (known && known.fingerprint !== fingerprint) return { outcome: "INCONSISTENT" };
    if (!known) records.insert({ ...wanted, createdTimeMs: nowMs(), state: prepareAuthorization() });
    const { result, parameters } = await this.#ask("prepare", { ...(JSON.parse(message) as JsonObject), ...PARTIES });
    if (result.resultStatus !== "S") return { outcome: "ASKED", result, urls: {} };
    const read = pages.safeParse(parameters);
    if (!read.success) return { outcome: "ASKED", result: UNREADABLE, urls: {} };
    records.learn(this.#require(authorizationId), { authUrl: read.data.authUrl });
    return { outcome: "ASKED", result, urls: read.data };
  }

  /** Turns a code, or a refresh token, into a pair of tokens; a repeat joins the call that runs. */
  async applyToken(command: ApplyCommand): Promise<ApplyReply> {
    const { grantType, token } = command;
    const known = this.#named(command);
    if (typeof known === "string") return { outcome: known };
    const { authorizationId } = known;
    const result = await this.#asked.run(`${authorizationId} ${token}`, () => {
      this.#context.records.setAskedToken(authorizationId, token);
      this.#apply(known, { type: "ASK", grantType });
      return this.#applyToken(authorizationId, grantType, token);
    });
    const { tokens, customerId, userLoginId } = this.#require(authorizationId);
    return result.resultStatus === "S"
      ? { outcome: "ASKED", result, tokens, customerId, userLoginId }
      : { outcome: "ASKED", result };
  }

  /** Ends an authorisation: it pays no more from this turn on. A repeat joins the call that runs. */
  async cancelToken({ clientId, accessToken }: EndCommand): Promise<EndReply> {
    const { records } = this.#context;
    const known = records.findByAccessToken(accessToken);
    if (known?.clientId !== clientId) return { outcome: "ENDED" };
    const { authorizationId } = known;
    if (this.#apply(known, { type: "END" }).status.name === "ENDING") await this.#end(authorizationId);
    return { outcome: this.#require(authorizationId).state.status.name === "ENDED" ? "ENDED" : "ENDING" };
  }

  /** Takes a notification of the wallet, and hands it on to the acquirer. */
  take(command: AuthNotifyCommand): AuthNotifyReply {
    const known = this.#notified(command);
    if (known === "NOTHING_NEW") return { outcome: "ACCEPTED" };
    if (!known) return { outcome: "UNKNOWN" };
    if (command.type === "AUTHCODE_CREATED" && !agrees(known, command)) return { outcome: "INCONSISTENT" };
    const { records } = this.#context;
    records.countNotification(known.authorizationId);
    records.learn(known, detailsOf(known, command));
    this.#apply(known, EVENTS[command.type]);
    this.#notify(known.authorizationId, command.type);
    return { outcome: "ACCEPTED" };
  }

  /** An authorisation as it is stored. */
  find(name: AuthorizationName): AuthorizationReply {
    const { records, notifications } = this.#context;
    const known =
      "accessToken" in name ? records.findByAccessToken(name.accessToken) : records.find(name.authorizationId);
    if (!known) return { outcome: "UNKNOWN" };
    const reports = AUTH_NOTIFY_TYPES.flatMap((type) => {
      const report = notifications.report(authNotifyKey(known.authorizationId, type));
      return report ? [{ type, report }] : [];
    });
    return { outcome: "KNOWN", authorization: known, notifications: reports };
  }

  /** Repeats what has no final answer. */
  async resolve({ authorizationId, askedToken }: AuthorizationRecord): Promise<void> {
    const key = `${authorizationId} ${askedToken}`;
    if (this.#asked.has(key) || this.#asked.has(authorizationId)) return;
    const { status, asking } = this.#apply(this.#require(authorizationId), { type: "DUE" });
    if (status.name === "ENDING") await this.#end(authorizationId);
    else if (asking && askedToken !== undefined) {
      await this.#asked.run(key, () => this.#applyToken(authorizationId, asking, askedToken));
    }
  }

  /** The authorisation of a code or refresh token; by its own id while the wallet's notification is on its way. */
  #named({ grantType, token, clientId, authClientId, authorizationId }: ApplyCommand) {
    const { records } = this.#context;
    const byToken = grantType === "REFRESH_TOKEN" ? records.findByRefreshToken(token) : records.findByCode(token);
    const byId = authorizationId === undefined ? undefined : records.find(authorizationId);
    const known = byToken ?? (grantType === "AUTHORIZATION_CODE" ? byId : undefined);
    if (known?.clientId === clientId && (authClientId ?? known.authClientId) === known.authClientId) return known;
    if (known || grantType === "REFRESH_TOKEN" || authClientId === undefined) return "UNKNOWN";
    const isAwaited = records.ofClient(authClientId).some(({ state }) => state.status.name === "PREPARED");
    return isAwaited ? "NOT_NOTIFIED" : "UNKNOWN";
  }

  /** The authorisation that a notification is about; a pair that comes before the answer to applyToken names none. */
  #notified(command: AuthNotifyCommand): AuthorizationRecord | "NOTHING_NEW" | undefined {
    const { records } = this.#context;
    switch (command.type) {
      case "AUTHCODE_CREATED":
        return records.find(command.authorizationId);
      case "TOKEN_CREATED": {
        const ofClient = records.ofClient(command.authClientId);
        const byToken = records.findByAccessToken(command.tokens.accessToken);
        const asking = ofClient.filter(({ state: { asking } }) => asking === "AUTHORIZATION_CODE");
        const waiting = asking.filter(({ customerId }) => (customerId ?? command.customerId) === command.customerId);
        const known = byToken ?? (waiting.length === 1 ? waiting[0] : undefined);
        return known ?? (ofClient.length > 0 ? "NOTHING_NEW" : undefined);
      }
      case "TOKEN_CANCELED":
        return records.findByAccessToken(command.accessToken);
    }
  }

  async #applyToken(authorizationId: string, grantType: string, token: string): Promise<ReportedResult> {
    const { authClientId, customerId } = this.#require(authorizationId);
    const asked = grantType === "REFRESH_TOKEN" ? { refreshToken: token } : { authCode: token };
    const message = { ...PARTIES, grantType, ...asked, authClientId };
    const { result, parameters } = await this.#ask("applyToken", message, customerId);
    const known = this.#require(authorizationId);
    if (result.resultStatus === "F") this.#apply(known, { type: "REFUSED" });
    if (result.resultStatus === "U") this.#apply(known, { type: "UNKNOWN" });
    if (result.resultStatus !== "S") return result;
    const read = granted.safeParse(parameters);
    if (!read.success) {
      this.#apply(known, { type: "UNKNOWN" });
      return UNREADABLE;
    }
    const { accessToken, accessTokenExpiryTime, refreshToken, refreshTokenExpiryTime, ...customer } = read.data;
    const expiry = { accessExpiryTimeMs: accessTokenExpiryTime, refreshExpiryTimeMs: refreshTokenExpiryTime };
    this.#context.records.learn(known, { ...customer, tokens: { accessToken, refreshToken, ...expiry } });
    this.#apply(known, { type: "GRANTED" });
    return result;
  }

  /** Has the wallet end it. One that it refuses has ended there, or is none of this acquirer's. */
  async #end(authorizationId: string): Promise<void> {
    await this.#asked.run(authorizationId, async () => {
      const { tokens, customerId } = this.#require(authorizationId);
      const message = { ...PARTIES, accessToken: tokens?.accessToken ?? "" };
      const { result } = await this.#ask("cancelToken", message, customerId);
      const type = result.resultStatus === "U" ? "UNKNOWN" : "END_CONFIRMED";
      this.#apply(this.#require(authorizationId), { type });
      return result;
    });
  }

  #apply({ authorizationId, state }: AuthorizationRecord, event: AuthorizationEvent): AuthorizationState {
    const { records, alarm } = this.#context;
    const next = nextAuthorization(state, event, nowMs());
    if (next === state) return state;
    records.setState(authorizationId, next);
    alarm.armFor(next.dueTimeMs);
    return next;
  }

  /** A repeat of the wallet's notification is handed on once. */
  #notify(authorizationId: string, type: AuthNotifyType): void {
    const { notifications, records } = this.#context;
    const key = authNotifyKey(authorizationId, type);
    const isNew = type === "AUTHCODE_CREATED" || notifications.report(key) === undefined;
    if (isNew && records.find(authorizationId)?.authNotifyUrl !== undefined) notifications.put(key);
  }

  async #ask(interfaceName: InterfaceName, message: JsonObject, customerId?: string): Promise<WalletAnswer> {
    return askWallet(await requireParty(this.#context.alipayPlusOf), interfaceName, message, customerId);
  }

  #require(authorizationId: string): AuthorizationRecord {
    const authorization = this.#context.records.find(authorizationId);
    if (!authorization) throw new Error("An authorisation was lost");
    return authorization;
  }
}

const EVENTS: Record<AuthNotifyType, AuthorizationEvent> = {
  AUTHCODE_CREATED: { type: "CODE" },
  TOKEN_CREATED: { type: "GRANTED" },
  TOKEN_CANCELED: { type: "ENDED_BY_WALLET" },
};

type CodeCreated = Extract<AuthNotifyCommand, { type: "AUTHCODE_CREATED" }>;

/** Whether the state is the one that the merchant sent, and the customer the same as before. */
function agrees(known: AuthorizationRecord, { authState, customerId }: CodeCreated): boolean {
  return known.authState === authState && (known.customerId ?? customerId) === (customerId ?? known.customerId);
}

/** The first pair is notified again and again: after a refresh it must not come back. */
function detailsOf({ tokens }: AuthorizationRecord, command: AuthNotifyCommand): AuthorizationDetails {
  switch (command.type) {
    case "AUTHCODE_CREATED":
      return { authCode: command.authCode, customerId: command.customerId };
    case "TOKEN_CREATED":
      return { tokens: tokens ?? command.tokens, customerId: command.customerId, userLoginId: command.userLoginId };
    case "TOKEN_CANCELED":
      return { endReason: command.reason };
  }
}
