/**
 * The authorisations as Alipay+ keeps them, as rows. Every method is synchronous. Tokens are kept as they are: a
 * rehearsal moves no money, and its traffic shows every message.
 */
import { type FieldMaps, fields, integer, optional, text, variants } from "../../../durable/platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../../../durable/platform/due-alarm.ts";
import { Table } from "../../../durable/platform/table.ts";
import type { AuthorizationState, AuthorizationStatus } from "./machine/authorization.ts";

/** A pair of tokens; times are epoch milliseconds. */
export type TokenPair = {
  readonly accessToken: string;
  readonly accessExpiryTimeMs: number;
  readonly refreshToken: string;
  readonly refreshExpiryTimeMs: number;
};

/** What Alipay+ learns of an authorisation on its way; what is undefined stays as it is. */
export type AuthorizationDetails = {
  readonly authUrl?: string | undefined;
  readonly authCode?: string | undefined;
  readonly customerId?: string | undefined;
  readonly userLoginId?: string | undefined;
  readonly tokens?: TokenPair | undefined;
  /** Why the wallet says that it has ended. */
  readonly endReason?: string | undefined;
};

/** An authorisation as it is stored. */
export type AuthorizationRecord = AuthorizationDetails & {
  /** Derived from Client-Id, `authClientId` and `referenceAgreementId`. */
  readonly authorizationId: string;
  /** The acquirer's Client-Id. */
  readonly clientId: string;
  readonly authClientId: string;
  readonly referenceAgreementId: string;
  readonly referenceMerchantId: string | undefined;
  readonly authState: string;
  /** Where the acquirer takes authNotify. */
  readonly authNotifyUrl: string | undefined;
  /** Digest of the parameters that a repeat must not change. */
  readonly fingerprint: string;
  readonly createdTimeMs: number;
  readonly state: AuthorizationState;
  /** The code or refresh token of the applyToken under way. */
  readonly askedToken: string | undefined;
  /** The access token of the pair before. */
  readonly lastAccessToken: string | undefined;
  /** Notifications of the wallet that were accepted, repeats too. */
  readonly notifications: number;
};

/** An authorisation as it is first stored. */
export type NewAuthorization = Omit<
  AuthorizationRecord,
  keyof AuthorizationDetails | "askedToken" | "lastAccessToken" | "notifications"
>;

/** An update that has no value leaves the column as it is. */
const KEEPS = { keeps: "LATEST" } as const;

const STATE = fields<AuthorizationState>({
  status: variants<AuthorizationStatus>(text("status"), {
    PREPARED: {},
    CONSENTED: {},
    ACTIVE: {},
    ENDING: {},
    ENDED: { endedBy: text("ended_by") },
  }),
  asking: optional(text("asking")),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
});

const NEW_AUTHORIZATION: FieldMaps<NewAuthorization> = {
  authorizationId: text("authorization_id", { constraint: "PRIMARY KEY" }),
  clientId: text("client_id"),
  authClientId: text("auth_client_id"),
  referenceAgreementId: text("reference_agreement_id"),
  referenceMerchantId: optional(text("reference_merchant_id")),
  authState: text("auth_state"),
  authNotifyUrl: optional(text("auth_notify_url")),
  fingerprint: text("fingerprint"),
  createdTimeMs: integer("created_time_ms"),
  state: STATE,
};

const DETAILS: FieldMaps<AuthorizationDetails> = {
  authUrl: optional(text("auth_url", KEEPS)),
  authCode: optional(text("auth_code", KEEPS)),
  customerId: optional(text("customer_id", KEEPS)),
  userLoginId: optional(text("user_login_id", KEEPS)),
  tokens: optional(
    fields<TokenPair>({
      accessToken: text("access_token", KEEPS),
      accessExpiryTimeMs: integer("access_expiry_time_ms", KEEPS),
      refreshToken: text("refresh_token", KEEPS),
      refreshExpiryTimeMs: integer("refresh_expiry_time_ms", KEEPS),
    }),
  ),
  endReason: optional(text("end_reason", KEEPS)),
};

const ASKED_TOKEN = text("asked_token");
const LAST_ACCESS_TOKEN = text("last_access_token");

const AUTHORIZATION = fields<AuthorizationRecord>({
  ...NEW_AUTHORIZATION,
  ...DETAILS,
  askedToken: optional(ASKED_TOKEN),
  lastAccessToken: optional(LAST_ACCESS_TOKEN),
  notifications: integer("notifications", { constraint: "DEFAULT 0" }),
});

const AUTHORIZATIONS = new Table("authorizations", "authorization_id", [AUTHORIZATION], "WITHOUT ROWID");

const find = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE authorization_id = ?");
const findByCode = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE auth_code = ?");
const findByAccess = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE ?1 IN (access_token, last_access_token)");
const findByRefresh = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE ?1 IN (refresh_token, asked_token)");
const findOfClient = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE auth_client_id = ?");
const findDue = AUTHORIZATIONS.select(AUTHORIZATION, WHERE_DUE);
const insert = AUTHORIZATIONS.insert(fields(NEW_AUTHORIZATION));
const setState = AUTHORIZATIONS.update(STATE);
const setAskedToken = AUTHORIZATIONS.update(ASKED_TOKEN);
const setLastAccessToken = AUTHORIZATIONS.update(LAST_ACCESS_TOKEN);
const learn = AUTHORIZATIONS.update(fields(DETAILS));

const COUNT = "UPDATE authorizations SET notifications = notifications + 1 WHERE authorization_id = ?";

/** The table of the Network object: a row per authorisation, found by its due time. */
export const AUTHORIZATION_SCHEMA: readonly string[] = [AUTHORIZATIONS.create(), dueIndex("authorizations")];

/** The authorisations of the network. */
export class AuthorizationRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(authorizationId: string): AuthorizationRecord | undefined {
    return find(this.#sql, authorizationId)[0];
  }

  findByCode(authCode: string): AuthorizationRecord | undefined {
    return findByCode(this.#sql, authCode)[0];
  }

  /** By its access token, or that of the pair before. */
  findByAccessToken(accessToken: string): AuthorizationRecord | undefined {
    return findByAccess(this.#sql, accessToken)[0];
  }

  /** By its refresh token, or the one that it was last refreshed with. */
  findByRefreshToken(refreshToken: string): AuthorizationRecord | undefined {
    return findByRefresh(this.#sql, refreshToken)[0];
  }

  /** All of a merchant. */
  ofClient(authClientId: string): AuthorizationRecord[] {
    return findOfClient(this.#sql, authClientId);
  }

  /** Those that are due, the longest waiting first. */
  due(nowMs: number, limit: number): AuthorizationRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(authorization: NewAuthorization): void {
    insert(this.#sql, authorization);
  }

  setState(authorizationId: string, state: AuthorizationState): void {
    setState(this.#sql, authorizationId, state);
  }

  setAskedToken(authorizationId: string, token: string): void {
    setAskedToken(this.#sql, authorizationId, token);
  }

  /** Stores what the wallet has said; a new pair leaves the access token of the one before findable. */
  learn(authorization: AuthorizationRecord, details: AuthorizationDetails): void {
    const { authorizationId, tokens } = authorization;
    const isNewPair = tokens && details.tokens && tokens.accessToken !== details.tokens.accessToken;
    if (isNewPair) setLastAccessToken(this.#sql, authorizationId, tokens.accessToken);
    learn(this.#sql, authorizationId, details);
  }

  countNotification(authorizationId: string): void {
    this.#sql.exec(COUNT, authorizationId);
  }
}
