/**
 * Preconditions of every request. The gateway has validated all outside input, so a request that fails here is a bug of
 * the caller and throws: no answer is stored for it.
 */

import { AMOUNT_MAX_MINOR, type Money } from "../../protocol/money.ts";
import type { DebitRequest } from "../wallet-core/port.ts";

/** The most UTF-16 units in an id. Alipay+'s ids have at most 64 characters (docs/spec/messages.md#parameters). */
const ID_LIMIT_CHARACTERS = 128;

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
 * SQLite stores UTF-8, where all lone surrogates turn into one character: two different ids would become one.
 *
 * @throws RangeError when an id is empty, too long or not well-formed Unicode
 */
export function assertId(name: string, id: string): void {
  if (id.length === 0 || id.length > ID_LIMIT_CHARACTERS || !id.isWellFormed()) {
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
