/**
 * Preconditions of every request. The gateway has validated all outside input, so a request that fails here is a bug of
 * the caller and throws: no answer is stored for it.
 */

import { hasAtMost } from "../../protocol/characters.ts";
import { AMOUNT_MAX_MINOR, type Money } from "../../protocol/money.ts";
import type { DebitRequest } from "../wallet-core/port.ts";
import { isAmount } from "./amounts.ts";

/** The most characters of an id. Alipay+'s ids have at most 64 characters (docs/spec/messages.md#parameters). */
const ID_LIMIT_CHARACTERS = 128;

/** Money that goes back to a customer, by a refund or a reversal. */
export type Credit = {
  readonly customerId: string;
  readonly paymentId: string;
  /** What the customer gets back, in minor units. */
  readonly customerMinor: bigint;
  /** By how much the debt to Alipay+ shrinks. */
  readonly payToMinor: bigint;
};

/** @throws RangeError when the ids, amounts or times of a debit cannot be right */
export function assertDebitRequest(request: DebitRequest): void {
  assertId("paymentId", request.paymentId);
  assertId("customerId", request.customerId);
  assertAmounts(request.debit, request.payTo);
  if (request.payTo.amountMinor > request.debit.amountMinor) {
    throw new RangeError(`payTo ${request.payTo.amountMinor} is more than the debit ${request.debit.amountMinor}`);
  }
  if (!Number.isSafeInteger(request.expiryTimeMs)) {
    throw new RangeError(`expiryTimeMs ${request.expiryTimeMs} is no time`);
  }
}

/**
 * The parts of a payment never have more for Alipay+ than for the customer, as the payment itself has not.
 *
 * @throws RangeError when the amounts of a refund or a reversal cannot be right; nothing may be left for a reversal
 */
export function assertCredit({ customerMinor, payToMinor }: Credit): void {
  if (!isAmount(customerMinor) || !isAmount(payToMinor) || payToMinor > customerMinor) {
    throw new RangeError(`A credit of ${customerMinor}, ${payToMinor} of it owed to Alipay+, is no part of a payment`);
  }
}

/**
 * SQLite stores UTF-8, where all lone surrogates turn into one character: two different ids would become one.
 *
 * @throws RangeError when an id is empty, too long or not well-formed Unicode
 */
export function assertId(name: string, id: string): void {
  if (id.length === 0 || !hasAtMost(id, ID_LIMIT_CHARACTERS) || !id.isWellFormed()) {
    throw new RangeError(`${name} must be 1 to ${ID_LIMIT_CHARACTERS} characters of well-formed text`);
  }
}

function assertAmounts(customerSide: Money, payTo: Money): void {
  if (customerSide.currency !== payTo.currency) {
    throw new RangeError(`payTo is in ${payTo.currency}, the customer's side in ${customerSide.currency}`);
  }
  for (const { amountMinor } of [customerSide, payTo]) {
    if (amountMinor <= 0n || amountMinor > AMOUNT_MAX_MINOR) {
      throw new RangeError(`An amount must be from 1 to ${AMOUNT_MAX_MINOR}, not ${amountMinor}`);
    }
  }
}
