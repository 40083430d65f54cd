/**
 * The authorisations of a home: consent, tokens, payments by token, end. Every method is synchronous; what decides is
 * machine/authorization.ts. A row, its tokens, its notifications and the alarm are written in one turn.
 *
 * Source: docs/spec/wallet/auto-debit.md.
 */
import { nowMs } from "../../protocol/clock.ts";
import type { PayCommand } from "../messages.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import type { Deliveries } from "../platform/outbox/deliveries.ts";
import type { AutoDebit } from "../settings/auto-debit.ts";
import {
  type AuthorizationEvent,
  type EndedBy,
  hasEnded,
  judgeCode,
  judgeRefresh,
  judgeUse,
  nextAuthorization,
  prepareAuthorization,
  type TokenRefusal,
} from "./machine/authorization.ts";
import type {
  AuthorizationInspection,
  AuthorizationReport,
  CancelTokenCommand,
  CancelTokenReply,
  ConsentCommand,
  ConsentReply,
  Consulted,
  GrantCommand,
  GrantReply,
  OtpBearer,
} from "./messages.ts";
import { AUTH_NOTIFY_TYPES, type AuthNotifyType, authNotifyKey, isToBeNotified } from "./notifications.ts";
import type { AuthorizationRecord, AuthorizationRecords, TokenRecord } from "./records.ts";
import type { StoredToken } from "./tokens.ts";
import { grantedReplyOf, inspectionOf, reportOf } from "./views.ts";

/** The dependencies, all of them parts of the home. */
type AuthorizationsContext = {
  readonly autoDebit: AutoDebit | undefined;
  readonly authorizationRecords: AuthorizationRecords;
  readonly alarm: DueAlarm;
  readonly authNotifications: Deliveries;
  /** Whether a payment of an authorisation may still succeed. */
  readonly hasOpenPayment: (authorizationId: string) => boolean;
};

/** The authorisations of one home, from its customers' consent on; until then the directory keeps them. */
export class Authorizations {
  readonly #context: AuthorizationsContext;

  constructor(context: AuthorizationsContext) {
    this.#context = context;
  }

  /** Stores that its customer agrees, with an authCode; a repeat gets the first one. */
  consent(command: ConsentCommand): ConsentReply {
    const { authorizationRecords, authNotifications } = this.#context;
    const { authorizationId, customerId, userLoginId, prepared, code } = command;
    const now = nowMs();
    const known = authorizationRecords.find(authorizationId);
    if (known) {
      if (known.customerId !== customerId) return { outcome: "OF_ANOTHER_CUSTOMER" };
      if (hasEnded(known.state, now) || known.message === undefined) return { outcome: "ENDED" };
      return { outcome: "CONSENTED", code: this.#tokenOf(known.codeDigest), message: known.message };
    }
    // A consent was interrupted, and is too late now.
    if (!prepared) return { outcome: "ENDED" };
    const { terms, message } = prepared;
    // The directory has decided whether there was still time to agree.
    const undecided = prepareAuthorization(Number.POSITIVE_INFINITY);
    const expiryTimeMs = now + this.#autoDebit.authCodeLifetimeMs;
    authorizationRecords.insert({
      authorizationId,
      customerId,
      state: nextAuthorization(undecided, { type: "AGREE", expiryTimeMs }, now),
      terms,
      createdTimeMs: now,
      userLoginId,
      message,
      codeDigest: code.digest,
      accessDigest: undefined,
      refreshDigest: undefined,
      endedDigest: undefined,
    });
    authorizationRecords.insertToken({ ...code, authorizationId, kind: "AUTH_CODE", pairNumber: 0 });
    authNotifications.put(authNotifyKey(authorizationId, "AUTHCODE_CREATED"));
    return { outcome: "CONSENTED", code, message };
  }

  /** Exchanges an authCode or a refresh token for a pair of tokens; a repeat in time gets the same pair. */
  grant(command: GrantCommand): GrantReply {
    const { authorizationRecords } = this.#context;
    const { grantType, digest, authClientId } = command;
    const isCode = grantType === "AUTHORIZATION_CODE";
    const token = authorizationRecords.findToken(digest);
    if (token?.kind !== (isCode ? "AUTH_CODE" : "REFRESH")) return { outcome: "INVALID" };
    const record = authorizationRecords.get(token.authorizationId);
    if (isOfAnotherClient(record, authClientId)) return { outcome: "INVALID" };
    const now = nowMs();
    const verdict = isCode ? judgeCode(record.state, now) : judgeRefresh(record.state, token.pairNumber, now);
    if (verdict === "INVALID" || verdict === "EXPIRED") return { outcome: verdict };
    const granted = verdict === "GRANT" ? this.#storePair(record, command, now) : record;
    return grantedReplyOf(granted, (stored) => this.#tokenOf(stored));
  }

  /** Ends an authorisation by one of its tokens, however old. */
  cancelToken({ digest, acquirerId }: CancelTokenCommand): CancelTokenReply {
    const { authorizationRecords } = this.#context;
    const token = authorizationRecords.findToken(digest);
    if (!token || token.kind === "AUTH_CODE") return { outcome: "UNKNOWN" };
    const record = authorizationRecords.get(token.authorizationId);
    if (record.terms.acquirerId !== acquirerId) return { outcome: "OF_ANOTHER_ACQUIRER" };
    const endedDigest = token.kind === "ACCESS" ? digest : record.accessDigest;
    const { state } = this.#end(this.#nameEnd(record, endedDigest), "MERCHANT", endedDigest);
    return { outcome: state.status.name === "ENDING" ? "ENDING" : "ENDED" };
  }

  /**
   * Ends an authorisation for its customer, unless the merchant has got another token since Alipay+ was consulted: it
   * goes on then, as the report says. Undefined when the customer has none like it.
   */
  endOfCustomer(authorizationId: string, customerId: string, consulted: Consulted): AuthorizationReport | undefined {
    const record = this.#context.authorizationRecords.find(authorizationId);
    if (record?.customerId !== customerId) return undefined;
    if (record.accessDigest !== consulted.accessDigest) return this.#reportOf(record);
    return this.#reportOf(this.#end(record, "CUSTOMER", record.accessDigest));
  }

  /** Ends an authorisation for the wallet; none when no customer of this home has agreed to it. */
  endOfWallet(authorizationId: string): void {
    const record = this.#context.authorizationRecords.find(authorizationId);
    if (record) this.#end(record, "WALLET", record.accessDigest);
  }

  /** Ends one that is ENDING, once no payment of it may succeed any more. */
  resolve({ authorizationId }: AuthorizationRecord): void {
    this.#look(this.#context.authorizationRecords.get(authorizationId));
  }

  /** The authorisation of an access token; undefined when no pair of this home has it. */
  ofAccessToken(digest: string): AuthorizationRecord | undefined {
    const token = this.#accessToken(digest);
    return token && this.#context.authorizationRecords.get(token.authorizationId);
  }

  /** Why the token of a pay does not pay now; undefined when it does. */
  refusalOf({ token }: PayCommand): TokenRefusal | undefined {
    const stored = token && this.#accessToken(token.digest);
    if (!stored) return "TOKEN_INVALID";
    const record = this.#context.authorizationRecords.get(stored.authorizationId);
    if (isOfAnotherClient(record, token.authClientId)) return "TOKEN_OF_ANOTHER_CLIENT";
    return judgeUse("PAY", record.state, stored.pairNumber, record.terms.scopes, nowMs());
  }

  /** The customer of a one-time password that is requested with an access token, or why it is refused. */
  otpBearer(digest: string): OtpBearer {
    const stored = this.#accessToken(digest);
    if (!stored) return { reason: "TOKEN_INVALID" };
    const { authorizationId, customerId, state, terms } = this.#context.authorizationRecords.get(
      stored.authorizationId,
    );
    const reason = judgeUse("OTP", state, stored.pairNumber, terms.scopes, nowMs());
    return reason === undefined ? { customerId, authorizationId } : { reason };
  }

  /** An authorisation of the customer, or of any; undefined when there is none like it. */
  report(authorizationId: string, customerId: string | undefined): AuthorizationReport | undefined {
    const record = this.#context.authorizationRecords.find(authorizationId);
    if (!record || (customerId !== undefined && record.customerId !== customerId)) return undefined;
    return this.#reportOf(record);
  }

  /**
   * A customer's authorisations, the newest consent first, those that have ended included; `limit` after the id
   * `after`.
   */
  reportsOf(customerId: string, after: string, limit: number): AuthorizationReport[] {
    const records = this.#context.authorizationRecords.newestOfCustomer(customerId, after, limit);
    return records.map((record) => this.#reportOf(record));
  }

  /** What operators see; undefined when no customer of this home has agreed to it. */
  inspect(authorizationId: string): AuthorizationInspection | undefined {
    const { authorizationRecords, authNotifications } = this.#context;
    const record = authorizationRecords.find(authorizationId);
    if (!record) return undefined;
    return inspectionOf(record, nowMs(), (type) => authNotifications.report(authNotifyKey(authorizationId, type)));
  }

  /** Notifies Alipay+ again of what holds now. @returns what that is; undefined for an unknown authorisation */
  notifyAgain(authorizationId: string): readonly AuthNotifyType[] | undefined {
    const { authorizationRecords, authNotifications } = this.#context;
    const record = authorizationRecords.find(authorizationId);
    const types = record && AUTH_NOTIFY_TYPES.filter((type) => isToBeNotified(record, type));
    for (const type of types ?? []) authNotifications.put(authNotifyKey(authorizationId, type));
    return types;
  }

  #storePair(record: AuthorizationRecord, { access, refresh }: GrantCommand, now: number): AuthorizationRecord {
    const { authorizationRecords } = this.#context;
    const { authorizationId } = record;
    const { accessTokenLifetimeMs, refreshTokenLifetimeMs } = this.#autoDebit;
    const expiries = {
      accessExpiryTimeMs: now + accessTokenLifetimeMs,
      refreshExpiryTimeMs: now + refreshTokenLifetimeMs,
    };
    const state = nextAuthorization(record.state, { type: "GRANT", ...expiries }, now);
    const { pairNumber } = state;
    authorizationRecords.insertToken({ ...access, authorizationId, kind: "ACCESS", pairNumber });
    authorizationRecords.insertToken({ ...refresh, authorizationId, kind: "REFRESH", pairNumber });
    const granted = { ...record, state, accessDigest: access.digest, refreshDigest: refresh.digest };
    authorizationRecords.update(authorizationId, granted);
    // An answer to applyToken shows that Alipay+ has what it was to be notified of.
    if (pairNumber === 1) this.#notify(authorizationId, "TOKEN_CREATED", ["AUTHCODE_CREATED"]);
    else this.#notify(authorizationId, undefined, ["TOKEN_CREATED"]);
    return granted;
  }

  /** Notifies an end with the token that the merchant has, which is not the newest when its refresh got no answer. */
  #nameEnd(record: AuthorizationRecord, endedDigest: string | undefined): AuthorizationRecord {
    const { authorizationRecords, authNotifications } = this.#context;
    const { authorizationId, state } = record;
    const { name } = state.status;
    if ((name !== "ENDING" && name !== "CANCELLED") || record.endedDigest === endedDigest) return record;
    const key = authNotifyKey(authorizationId, "TOKEN_CANCELED");
    if (authNotifications.report(key)?.acknowledgedTimeMs !== undefined) return record;
    const named = { ...record, endedDigest };
    authorizationRecords.update(authorizationId, named);
    if (name === "CANCELLED") authNotifications.put(key);
    return named;
  }

  #end(record: AuthorizationRecord, endedBy: EndedBy, endedDigest: string | undefined): AuthorizationRecord {
    if (record.state.status.name === "ENDING") return this.#look(record);
    const hasOpenPayment = this.#context.hasOpenPayment(record.authorizationId);
    return this.#apply({ ...record, endedDigest }, { type: "END", endedBy, hasOpenPayment });
  }

  #look(record: AuthorizationRecord): AuthorizationRecord {
    return this.#apply(record, { type: "LOOK", hasOpenPayment: this.#context.hasOpenPayment(record.authorizationId) });
  }

  /** Stores what an end or a look comes to, with alarm and notification. */
  #apply(record: AuthorizationRecord, event: Extract<AuthorizationEvent, { type: "END" | "LOOK" }>) {
    const { authorizationRecords, alarm } = this.#context;
    const { authorizationId } = record;
    const state = nextAuthorization(record.state, event, nowMs());
    if (state.status.name !== "ENDING" && state.status.name !== "CANCELLED") return { ...record, state };
    if (state === record.state) return record;
    const next = { ...record, state };
    authorizationRecords.update(authorizationId, next);
    alarm.armFor(state.dueTimeMs);
    // Without a token Alipay+ has nothing that could end.
    const ends = state.status.name === "CANCELLED" && next.endedDigest !== undefined;
    this.#notify(authorizationId, ends ? "TOKEN_CANCELED" : undefined, ["AUTHCODE_CREATED", "TOKEN_CREATED"]);
    return next;
  }

  #notify(authorizationId: string, put: AuthNotifyType | undefined, withdrawn: readonly AuthNotifyType[]): void {
    const { authNotifications } = this.#context;
    for (const type of withdrawn) authNotifications.withdraw(authNotifyKey(authorizationId, type));
    if (put) authNotifications.put(authNotifyKey(authorizationId, put));
  }

  #accessToken(digest: string): TokenRecord | undefined {
    const token = this.#context.authorizationRecords.findToken(digest);
    return token?.kind === "ACCESS" ? token : undefined;
  }

  /** Rows of tokens are never deleted. */
  #tokenOf(digest: string): StoredToken {
    const token = this.#context.authorizationRecords.findToken(digest);
    if (!token) throw new Error("A stored token cannot disappear");
    const { seed, secretVersion } = token;
    return { digest, seed, secretVersion };
  }

  #reportOf(record: AuthorizationRecord): AuthorizationReport {
    const { accessDigest } = record;
    return reportOf(record, nowMs(), accessDigest === undefined ? undefined : this.#tokenOf(accessDigest));
  }

  /** The edge calls only under settings that offer Auto Debit. */
  get #autoDebit(): AutoDebit {
    const { autoDebit } = this.#context;
    if (!autoDebit) throw new Error("The settings do not offer Auto Debit");
    return autoDebit;
  }
}

function isOfAnotherClient({ terms }: AuthorizationRecord, authClientId: string | undefined): boolean {
  return authClientId !== undefined && authClientId !== terms.authClientId;
}
