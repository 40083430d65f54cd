/**
 * Authorisations as rows of their customer's home, and the tokens that lead to them. A token's row has no token: only
 * its digest, and what it is derived from. Rows of tokens are never deleted, so that an old one still names what it was
 * for. Source: docs/storage.md.
 */
import { fields, integer, json, optional, text, variants } from "../platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../platform/due-alarm.ts";
import { Table } from "../platform/table.ts";
import type { AuthorizationState, AuthorizationStatus } from "./machine/authorization.ts";
import type { StoredToken, TokenKind } from "./tokens.ts";

/** What Alipay+ prepared, as far as decisions and messages need it. */
export type AuthorizationTerms = {
  readonly acquirerId: string;
  readonly pspId: string;
  /** Usually the merchant. */
  readonly authClientId: string;
  readonly referenceAgreementId: string;
  readonly referenceMerchantId: string | undefined;
  readonly scopes: readonly string[];
};

/** What is emptied of an authorisation that has ended, when its time is over. */
type Personal = {
  /** As the wallet masked it. */
  readonly userLoginId: string | undefined;
  /** The prepare as it came: the merchant's names and logo, `authState`, `authRedirectUrl`. */
  readonly message: string | undefined;
};

/** An authorisation as it is stored. */
export type AuthorizationRecord = Personal & {
  readonly authorizationId: string;
  readonly customerId: string;
  readonly state: AuthorizationState;
  readonly terms: AuthorizationTerms;
  /** When the customer agreed, epoch milliseconds. */
  readonly createdTimeMs: number;
  /** The digests of its authCode and of its newest pair. */
  readonly codeDigest: string;
  readonly accessDigest: string | undefined;
  readonly refreshDigest: string | undefined;
  /** The token that its end names: the one of cancelToken, or the newest. */
  readonly endedDigest: string | undefined;
};

/** A token as it is stored. */
export type TokenRecord = StoredToken & {
  readonly authorizationId: string;
  readonly kind: TokenKind;
  /** The pair that it belongs to, from 1; 0 for an authCode. */
  readonly pairNumber: number;
};

const STATUS = variants<AuthorizationStatus>(text("status"), {
  PREPARED: {},
  ABANDONED: {},
  CONSENTED: {},
  ACTIVE: {},
  ENDING: { endedBy: text("ended_by") },
  CANCELLED: { endedBy: text("ended_by") },
  LAPSED: {},
});

const STATE = fields<AuthorizationState>({
  status: STATUS,
  expiryTimeMs: integer("expiry_time_ms"),
  pairNumber: integer("pair_number"),
  pairTimeMs: optional(integer("pair_time_ms")),
  accessExpiryTimeMs: optional(integer("access_expiry_time_ms")),
  dueTimeMs: optional(integer("due_time_ms")),
});

const TERMS = fields<AuthorizationTerms>({
  acquirerId: text("acquirer_id"),
  pspId: text("psp_id"),
  authClientId: text("auth_client_id"),
  referenceAgreementId: text("reference_agreement_id"),
  referenceMerchantId: optional(text("reference_merchant_id")),
  scopes: json<readonly string[]>("scopes"),
});

const PERSONAL = fields<Personal>({
  userLoginId: optional(text("user_login_id")),
  message: optional(text("message")),
});
const NOTHING_PERSONAL: Personal = { userLoginId: undefined, message: undefined };

const DIGESTS = {
  accessDigest: optional(text("access_digest")),
  refreshDigest: optional(text("refresh_digest")),
  endedDigest: optional(text("ended_digest")),
};

const AUTHORIZATION = fields<AuthorizationRecord>({
  authorizationId: text("authorization_id", { constraint: "PRIMARY KEY" }),
  customerId: text("customer_id"),
  state: STATE,
  terms: TERMS,
  createdTimeMs: integer("created_time_ms"),
  userLoginId: optional(text("user_login_id")),
  message: optional(text("message")),
  codeDigest: text("code_digest"),
  ...DIGESTS,
});

/** What changes of an authorisation. */
type Progress = Pick<AuthorizationRecord, "state" | "accessDigest" | "refreshDigest" | "endedDigest">;

const TOKEN = fields<TokenRecord>({
  digest: text("digest", { constraint: "PRIMARY KEY" }),
  authorizationId: text("authorization_id"),
  kind: text("kind"),
  pairNumber: integer("pair_number"),
  seed: text("seed"),
  secretVersion: integer("secret_version"),
});

const AUTHORIZATIONS = new Table("authorizations", "authorization_id", [AUTHORIZATION], "WITHOUT ROWID");
const TOKENS = new Table("authorization_tokens", "digest", [TOKEN], "WITHOUT ROWID");

const find = AUTHORIZATIONS.select(AUTHORIZATION, "WHERE authorization_id = ?");
const findDue = AUTHORIZATIONS.select(AUTHORIZATION, WHERE_DUE);
const findOfCustomer = AUTHORIZATIONS.select(
  AUTHORIZATION,
  "WHERE customer_id = ? AND authorization_id > ? ORDER BY authorization_id LIMIT ?",
);
const findNewest = AUTHORIZATIONS.select(
  AUTHORIZATION,
  "WHERE customer_id = ? ORDER BY created_time_ms DESC, authorization_id DESC LIMIT ?",
);
const findOlder = AUTHORIZATIONS.select(
  AUTHORIZATION,
  `WHERE customer_id = ?1 AND (created_time_ms, authorization_id) <
      (SELECT created_time_ms, authorization_id FROM authorizations WHERE authorization_id = ?2 AND customer_id = ?1)
    ORDER BY created_time_ms DESC, authorization_id DESC LIMIT ?3`,
);
const findExpired = AUTHORIZATIONS.select(
  AUTHORIZATION,
  "WHERE expiry_time_ms <= ? AND message IS NOT NULL AND status <> 'ENDING' ORDER BY expiry_time_ms LIMIT ?",
);
const insert = AUTHORIZATIONS.insert(AUTHORIZATION);
const updateProgress = AUTHORIZATIONS.update(fields<Progress>({ state: STATE, ...DIGESTS }));
const updatePersonal = AUTHORIZATIONS.update(PERSONAL);

const findToken = TOKENS.select(TOKEN, "WHERE digest = ?");
const insertToken = TOKENS.insert(TOKEN);

/** The tables, as the third step of a home creates them. */
export const AUTHORIZATION_SCHEMA: readonly string[] = [
  AUTHORIZATIONS.create(),
  dueIndex("authorizations"),
  "CREATE INDEX authorizations_of_customer ON authorizations (customer_id)",
  "CREATE INDEX authorizations_to_empty ON authorizations (expiry_time_ms) WHERE message IS NOT NULL",
  TOKENS.create(),
];

/** A later step: a customer's authorisations in the order of consent. Code that does not know it works on. */
export const AUTHORIZATION_ORDER_STEP = {
  sql: "CREATE INDEX authorizations_by_consent ON authorizations (customer_id, created_time_ms)",
  oldestVersion: 1,
};

/** The authorisations of one shard, and their tokens. Every method is synchronous. */
export class AuthorizationRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(authorizationId: string): AuthorizationRecord | undefined {
    return find(this.#sql, authorizationId)[0];
  }

  /** The same, of one that is known to be stored: rows are never deleted. */
  get(authorizationId: string): AuthorizationRecord {
    const record = this.find(authorizationId);
    if (!record) throw new Error("A stored authorisation cannot disappear");
    return record;
  }

  /** Those that are due, the longest waiting first, at most `limit`. */
  due(nowMs: number, limit: number): AuthorizationRecord[] {
    return findDue(this.#sql, nowMs, limit);
  }

  /** A customer's, in the order of their ids, at most `limit`. */
  ofCustomer(customerId: string, after: string, limit: number): AuthorizationRecord[] {
    return findOfCustomer(this.#sql, customerId, after, limit);
  }

  /**
   * A customer's, those that were agreed to last first, at most `limit`.
   *
   * @param after the last one of the page before; `""` for the first page
   */
  newestOfCustomer(customerId: string, after: string, limit: number): AuthorizationRecord[] {
    return after === "" ? findNewest(this.#sql, customerId, limit) : findOlder(this.#sql, customerId, after, limit);
  }

  /** Those that have personal data, and whose time ended by `untilMs`; the oldest first, at most `limit`. */
  endedBy(untilMs: number, limit: number): AuthorizationRecord[] {
    return findExpired(this.#sql, untilMs, limit);
  }

  insert(record: AuthorizationRecord): void {
    insert(this.#sql, record);
  }

  /** Writes what has changed of it. */
  update(authorizationId: string, progress: Progress): void {
    updateProgress(this.#sql, authorizationId, progress);
  }

  /** Empties what is personal; customer, ids, scopes and times stay. */
  empty(authorizationId: string): void {
    updatePersonal(this.#sql, authorizationId, NOTHING_PERSONAL);
  }

  /** A token, by its digest. */
  findToken(digest: string): TokenRecord | undefined {
    return findToken(this.#sql, digest)[0];
  }

  insertToken(token: TokenRecord): void {
    insertToken(this.#sql, token);
  }
}
