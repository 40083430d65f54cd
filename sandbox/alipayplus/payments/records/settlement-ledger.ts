/**
 * Who owes whom, by double entry: every movement adds up to zero in each currency. A wallet owes what its customers
 * pay, Alipay+ owes acquirers their settlement, and the difference (exchange and promotions) is Alipay+'s own.
 *
 * Source: docs/spec/wallet/cancel-payment.md, docs/spec/wallet/refund.md; docs/spec/reconciliation.md.
 */
import type { Money } from "../../../../protocol/money.ts";
import { clearingDayOf } from "../../clearing/day.ts";

/** One line per account and currency of a movement, only ever added; `amount` is in minor units, as text. */
export const SETTLEMENT_LEDGER_SCHEMA: readonly string[] = [
  `CREATE TABLE settlement_ledger (
    entry_number INTEGER PRIMARY KEY,
    movement_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL
  )`,
  "CREATE UNIQUE INDEX settlement_ledger_once ON settlement_ledger (movement_id, kind, account, currency)",
];

/**
 * The clearing day of each line; lines from before count on the day of their success. A day is read by its movements:
 * each has one line of a wallet.
 */
export const SETTLEMENT_LEDGER_CLEARING_STEP = `
  ALTER TABLE settlement_ledger ADD COLUMN clearing_day INTEGER NOT NULL DEFAULT 0;
  UPDATE settlement_ledger SET clearing_day = (time_ms + 28800000) / 86400000;
  CREATE INDEX settlement_ledger_of_clearing_day ON settlement_ledger (clearing_day, entry_number)
    WHERE account = 'mpp' AND kind IN ('PAYMENT', 'REFUND', 'WALLET_PAYMENT', 'WALLET_REFUND');
`;

/** Plus: owes Alipay+. Minus: is owed. `alipayplus` holds the counterpart of both. */
type Account = "mpp" | "acquirer" | "alipayplus";

/**
 * A cancel reverses a whole payment, which then appears in no clearing file. If the wallet can no longer cancel, it
 * has two movements of its own instead, which do not concern the acquirer: the payment, and the refund of all of it.
 */
type MovementKind = "PAYMENT" | "CANCEL" | "REFUND" | "WALLET_PAYMENT" | "WALLET_REFUND";

/** Money that has moved: from the wallet to the acquirer, or the other way for a cancel and a refund. */
export type Movement = {
  readonly kind: MovementKind;
  /** `paymentId`, or `refundId` for a refund. */
  readonly movementId: string;
  /** When it succeeded. */
  readonly timeMs: number;
  /** When Alipay+ learnt of it: reports made before never change. */
  readonly knownTimeMs: number;
  readonly payTo: Money;
  readonly settlement: Money;
};

/** An entry of the ledger, amounts in minor units. */
export type SettlementEntry = {
  readonly movementId: string;
  readonly kind: MovementKind;
  readonly timeMs: number;
  readonly account: Account;
  readonly currency: string;
  readonly amountMinor: bigint;
};

type SettlementEntryRow = {
  movement_id: string;
  kind: MovementKind;
  time_ms: number;
  account: Account;
  currency: string;
  amount: string;
};

const INSERT = `INSERT INTO settlement_ledger (movement_id, kind, time_ms, clearing_day, account, currency, amount)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/**
 * The settlement ledger of Alipay+. Every method is synchronous: a movement is written with the result that it follows
 * from.
 */
export class SettlementLedger {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  write(movement: Movement): void {
    const { movementId, kind, timeMs, knownTimeMs } = movement;
    const day = clearingDayOf(timeMs, knownTimeMs);
    for (const { account, currency, amountMinor } of legsOf(movement)) {
      this.#sql.exec(INSERT, movementId, kind, timeMs, day, account, currency, String(amountMinor));
    }
  }

  /** The lines of a payment and its cancel, or of a refund, in the order in which they were written. */
  entriesOf(movementId: string): SettlementEntry[] {
    const query = "SELECT * FROM settlement_ledger WHERE movement_id = ? ORDER BY entry_number";
    return this.#sql.exec<SettlementEntryRow>(query, movementId).toArray().map(entryOf);
  }
}

type Leg = Pick<SettlementEntry, "account" | "currency" | "amountMinor">;

/** The legs of a movement; within one currency Alipay+'s two parts are one leg, which may be missing. */
export function legsOf({ kind, payTo, settlement }: Pick<Movement, "kind" | "payTo" | "settlement">): readonly Leg[] {
  const sign = kind === "PAYMENT" || kind === "WALLET_PAYMENT" ? 1n : -1n;
  const mpp: Leg = { account: "mpp", currency: payTo.currency, amountMinor: sign * payTo.amountMinor };
  if (kind === "WALLET_PAYMENT" || kind === "WALLET_REFUND") {
    return [mpp, { ...mpp, account: "alipayplus", amountMinor: -mpp.amountMinor }];
  }
  const acquirer: Leg = {
    account: "acquirer",
    currency: settlement.currency,
    amountMinor: -sign * settlement.amountMinor,
  };
  const counterparts: readonly Leg[] =
    mpp.currency === acquirer.currency
      ? [{ account: "alipayplus", currency: mpp.currency, amountMinor: -mpp.amountMinor - acquirer.amountMinor }]
      : [mpp, acquirer].map(({ currency, amountMinor }) => ({
          account: "alipayplus",
          currency,
          amountMinor: -amountMinor,
        }));
  return [mpp, acquirer, ...counterparts.filter(({ amountMinor }) => amountMinor !== 0n)];
}

function entryOf(row: SettlementEntryRow): SettlementEntry {
  return {
    movementId: row.movement_id,
    kind: row.kind,
    timeMs: row.time_ms,
    account: row.account,
    currency: row.currency,
    amountMinor: BigInt(row.amount),
  };
}
