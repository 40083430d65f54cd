/** Operations and their first answers. They are never deleted, so that a repeat always gets the same answer. */

import type { DebitRefusal, RefundRefusal } from "../wallet-core/port.ts";

/** What an operation does; also the first part of its key, so that ids of different kinds cannot collide. */
export type OperationKind = "DEBIT" | "REVERSAL" | "REFUND" | "FUNDING";

/** Names an operation of a customer: `id` is the paymentId, the refundId, or the number of a funding entry. */
export type OperationName = {
  readonly customerId: string;
  readonly kind: OperationKind;
  readonly id: string;
  /** The payment that it is about; `undefined` for FUNDING. */
  readonly paymentId: string | undefined;
};

/** The `operation_id` of an operation. */
export function operationKey({ kind, id }: Pick<OperationName, "kind" | "id">): string {
  return `${kind}:${id}`;
}

/**
 * Stores the refusal of a debit or refund; no money moves.
 *
 * @param reversedTimeMs set when the refusal is the tombstone that a reversal leaves
 */
export function rememberRefusal(
  sql: SqlStorage,
  name: OperationName,
  reason: DebitRefusal | RefundRefusal,
  timeMs: number,
  reversedTimeMs?: number,
): void {
  sql.exec(
    `INSERT INTO operation (customer_id, operation_id, kind, payment_id, outcome, time_ms, reversed_time_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    name.customerId,
    operationKey(name),
    name.kind,
    name.paymentId ?? null,
    reason,
    timeMs,
    reversedTimeMs ?? null,
  );
}
