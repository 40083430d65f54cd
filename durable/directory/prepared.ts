/**
 * Prepared authorisations: what no customer owns yet, and the home of the first customer who agrees, who keeps it. The
 * states are those of durable/authorizations/machine/authorization.ts. Source: docs/spec/wallet/auto-debit.md#prepare.
 */
import {
  type AuthorizationEvent,
  authorizationAt,
  nextAuthorization,
  prepareAuthorization,
} from "../authorizations/machine/authorization.ts";
import { fields, integer, optional, text } from "../platform/columns.ts";
import { Table } from "../platform/table.ts";

/** A prepare as it came, verified. */
export type PrepareCommand = {
  readonly preparedId: string;
  /** Digest of the compared parameters (docs/spec/idempotency.md). */
  readonly fingerprint: string;
  /** As it came. */
  readonly message: string;
  /** Until when a customer may agree, epoch milliseconds. */
  readonly expiryTimeMs: number;
};

/** A prepared authorisation. */
type Prepared = Omit<PrepareCommand, "message"> & {
  /** Undefined once the home of its customer has it, or a customer has agreed and its time is over. */
  readonly message: string | undefined;
  /** As it was stored: time has passed since. */
  readonly status: "PREPARED" | "ABANDONED";
  /** The shard of the customer who agreed first. */
  readonly home: number | undefined;
  /** A digest of that customer (owner.ts). */
  readonly owner: string | undefined;
};

/** A prepared authorisation that no home is known to have. */
type Undecided = {
  readonly outcome: "PREPARED" | "ABANDONED";
  readonly expiryTimeMs: number;
  readonly message: string;
};

/** What is known of a prepared authorisation. */
export type PreparedPlace =
  | { readonly outcome: "UNKNOWN" }
  /**
   * A customer has agreed: the home of that customer knows more. Until that home has confirmed that it has it, the
   * consent may have been interrupted: `undecided` is what holds where the home does not have it.
   */
  | {
      readonly outcome: "TAKEN";
      readonly home: number;
      readonly owner: string | undefined;
      readonly undecided: Undecided | undefined;
    }
  | Undecided;

const OWNER = optional(text("owner", { step: 5 }));

const PREPARED = fields<Prepared>({
  preparedId: text("prepared_id", { constraint: "PRIMARY KEY" }),
  fingerprint: text("fingerprint"),
  message: optional(text("message")),
  expiryTimeMs: integer("expiry_time_ms"),
  status: text("status"),
  home: optional(integer("home")),
  owner: OWNER,
});

/** What changes of one. */
const PROGRESS = fields<Omit<Prepared, "preparedId" | "fingerprint">>({
  message: optional(text("message")),
  expiryTimeMs: integer("expiry_time_ms"),
  status: text("status"),
  home: optional(integer("home")),
  owner: OWNER,
});

const TABLE = new Table("prepared_authorizations", "prepared_id", [PREPARED], "WITHOUT ROWID");

const find = TABLE.select(PREPARED, "WHERE prepared_id = ?");
const insert = TABLE.insert(PREPARED);
const update = TABLE.update(PROGRESS);

/** The step that adds the table; code that does not know it works on. */
export const PREPARED_STEP = { sql: TABLE.create(), oldestVersion: 1 };

/** The step that adds the customer; code that does not know it works on. */
export const PREPARED_OWNER_STEP = { sql: TABLE.add(5).join(";\n"), oldestVersion: 1 };

/**
 * A later step: those that a customer has agreed to, and whose message is still here. Code that does not know it works
 * on.
 */
export const PREPARED_TO_EMPTY_STEP = {
  sql: `CREATE INDEX prepared_to_empty ON prepared_authorizations (expiry_time_ms)
    WHERE home IS NOT NULL AND message IS NOT NULL`,
  oldestVersion: 1,
};

const EMPTY_EXPIRED = `UPDATE prepared_authorizations SET message = NULL, status = 'ABANDONED'
  WHERE home IS NOT NULL AND message IS NOT NULL AND expiry_time_ms <= ?`;

/** The prepared authorisations of one shard of the directory. Every method is synchronous, and may be called twice. */
export class PreparedAuthorizations {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Prepares one, or again: until a home has it, the customer gets the whole time once more, and the newest message
   * counts, as its `authState` is that of the merchant's page now.
   *
   * @returns INCONSISTENT when a compared parameter differs; nothing has changed then
   */
  prepare(command: PrepareCommand, nowMs: number): "PREPARED" | "INCONSISTENT" {
    const { preparedId, fingerprint, message, expiryTimeMs } = command;
    const known = this.#find(preparedId);
    if (!known) {
      insert(this.#sql, { ...command, status: "PREPARED", home: undefined, owner: undefined });
      return "PREPARED";
    }
    if (known.fingerprint !== fingerprint) return "INCONSISTENT";
    // Whether its home has it, only that home knows once the time is over and the message is forgotten.
    const isConfirmed = known.message === undefined && known.status === "PREPARED";
    if (!isConfirmed) this.#apply({ ...known, message }, { type: "PREPARE", expiryTimeMs }, nowMs);
    return "PREPARED";
  }

  /** What is known of one. */
  look(preparedId: string, nowMs: number): PreparedPlace {
    const known = this.#find(preparedId);
    return known ? placeOf(known, nowMs) : { outcome: "UNKNOWN" };
  }

  /**
   * Gives one to the customer who agrees in time; the first one keeps it, also when the consent is interrupted before
   * the home has it: so no two homes ever have the same one.
   */
  agree(preparedId: string, home: number, nowMs: number, owner: string): PreparedPlace {
    const known = this.#find(preparedId);
    if (known && known.home === undefined && undecidedOf(known, nowMs)?.outcome === "PREPARED") {
      update(this.#sql, preparedId, { ...known, home, owner });
    }
    return this.look(preparedId, nowMs);
  }

  /** The customer declines. One that a home has stays as it is; ask the home first, which may not have confirmed it. */
  decline(preparedId: string, nowMs: number): PreparedPlace {
    const known = this.#find(preparedId);
    if (known && known.message !== undefined) this.#apply(known, { type: "DECLINE" }, nowMs);
    const place = this.look(preparedId, nowMs);
    return place.outcome === "TAKEN" ? (place.undecided ?? place) : place;
  }

  /** Forgets the message of one whose home has it. */
  forget(preparedId: string): void {
    const known = this.#find(preparedId);
    if (known?.home !== undefined) update(this.#sql, preparedId, { ...known, message: undefined });
  }

  /**
   * Forgets the messages of those that a customer has agreed to and whose time is over: a call of `forget` may be lost.
   */
  forgetExpired(nowMs: number): void {
    this.#sql.exec(EMPTY_EXPIRED, nowMs);
  }

  #find(preparedId: string): Prepared | undefined {
    return find(this.#sql, preparedId)[0];
  }

  #apply(known: Prepared, event: AuthorizationEvent, nowMs: number): void {
    const { status, expiryTimeMs } = nextAuthorization(stateOf(known), event, nowMs);
    const name = status.name === "PREPARED" ? "PREPARED" : "ABANDONED";
    update(this.#sql, known.preparedId, { ...known, status: name, expiryTimeMs });
  }
}

function placeOf(known: Prepared, nowMs: number): PreparedPlace {
  const { home, owner } = known;
  const undecided = undecidedOf(known, nowMs);
  if (home !== undefined) return { outcome: "TAKEN", home, owner, undecided };
  if (!undecided) throw new Error("Only what a customer has agreed to is forgotten");
  return undecided;
}

function undecidedOf(known: Prepared, nowMs: number): Undecided | undefined {
  const { message, expiryTimeMs } = known;
  if (message === undefined) return undefined;
  const { status } = authorizationAt(stateOf(known), nowMs);
  return { outcome: status.name === "PREPARED" ? "PREPARED" : "ABANDONED", expiryTimeMs, message };
}

function stateOf({ status, expiryTimeMs }: Prepared) {
  return { ...prepareAuthorization(expiryTimeMs), status: { name: status } };
}
