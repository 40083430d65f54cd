/**
 * The claims of a payment: its key in the directory, and the code that the customer showed. The first claim wins, and
 * is kept permanently. An access token pays often, and is only looked at.
 */

import type { Authorizations } from "../authorizations/authorizations.ts";
import type { DirectoryClient } from "../directory/client.ts";
import type { PaymentPlace } from "../directory/object.ts";
import { ownerOf } from "../directory/owner.ts";
import type { PayCommand } from "../messages.ts";
import type { PaymentCodes } from "../payment-codes/payment-codes.ts";
import { shardOf } from "../platform/shard.ts";
import type { PaymentEvent } from "./machine/payment.ts";
import type { PaymentTerms } from "./records.ts";

/** What a payment's code or access token comes to. */
export type CodeVerdict = {
  /** Whether the code was issued, or the token granted, for this customer through this gateway. */
  readonly isOurs: boolean;
  /** Why it does not pay; undefined when it does. */
  readonly refusal?: PaymentEvent;
  /** Whether the home is to bind the code to the payment when it stores it. */
  readonly isToBeUsed?: boolean;
};

/** Where a payment is that a home has claimed; ELSEWHERE: another customer's home has claimed it before. */
export type ClaimedPlace = PaymentPlace | { readonly outcome: "ELSEWHERE" };

/** The dependencies of the claims, all of them parts of the home. */
type ClaimsContext = {
  readonly directory: DirectoryClient;
  readonly codes: PaymentCodes;
  readonly authorizations: Authorizations;
  readonly shardCount: number;
  /** Whether a payment code that this gateway did not issue may pay. */
  readonly acceptsForeignPaymentCodes: boolean;
};

/** The claims of one home: the directory judges payments and foreign codes, the home's own rows all else. */
export class Claims {
  readonly #context: ClaimsContext;

  constructor(context: ClaimsContext) {
    this.#context = context;
  }

  /** Claims a payment for the home of its customer; rejects when the directory gives no answer. */
  async claimPayment(paymentId: string, customerId: string, expiryTimeMs: number): Promise<ClaimedPlace> {
    const { directory, shardCount } = this.#context;
    const home = shardOf(customerId, shardCount);
    const place = await directory.claimPayment(paymentId, home, expiryTimeMs);
    return place.outcome === "KNOWN" && place.home !== home ? { outcome: "ELSEWHERE" } : place;
  }

  /**
   * What the home itself knows of the code or token of a payment; undefined for a code that only the directory can
   * judge. Call it in the turn that stores the payment: from the end of an authorisation on its token pays nothing.
   */
  lookAtCode(command: PayCommand): CodeVerdict | undefined {
    const { paymentId, receivedTimeMs, terms } = command;
    const { paymentCode, customerId, authorizationId } = terms;
    if (authorizationId !== undefined) return this.#tokenVerdict(command);
    if (paymentCode === undefined) return { isOurs: true };
    const known = this.#context.codes.look(paymentCode, customerId, receivedTimeMs);
    switch (known.status) {
      case "VALID":
        return { isOurs: true, isToBeUsed: true };
      case "USED":
        return known.paymentId === paymentId ? { isOurs: true } : { isOurs: true, refusal: { type: "CODE_TAKEN" } };
      case "REFUSED":
        return { isOurs: true, refusal: { type: "CODE_REFUSED", reason: known.reason } };
      case "FOREIGN":
        return this.#context.acceptsForeignPaymentCodes
          ? undefined
          : { isOurs: false, refusal: { type: "CODE_REFUSED", reason: "CODE_NOT_ISSUED" } };
    }
  }

  /** Claims a code that the home does not know; rejects when the directory gives no answer. */
  async claimForeignCode(paymentId: string, { paymentCode, customerId }: PaymentTerms): Promise<CodeVerdict> {
    if (paymentCode === undefined) return { isOurs: true };
    const owner = await ownerOf(customerId);
    const place = await this.#context.directory.claimCode(paymentCode, owner, paymentId);
    return this.#foreignVerdict(place, owner, paymentId);
  }

  /** What `claimForeignCode` would find, without claiming. */
  async findForeignCode(paymentId: string, { paymentCode = "", customerId }: PaymentTerms): Promise<CodeVerdict> {
    const owner = await ownerOf(customerId);
    const place = await this.#context.directory.findCode(paymentCode);
    return place ? this.#foreignVerdict(place, owner, paymentId) : { isOurs: false };
  }

  #tokenVerdict(command: PayCommand): CodeVerdict {
    const reason = this.#context.authorizations.refusalOf(command);
    return reason === undefined ? { isOurs: true } : { isOurs: true, refusal: { type: "TOKEN_REFUSED", reason } };
  }

  #foreignVerdict(
    place: { readonly owner: string; readonly paymentId: string | undefined },
    owner: string,
    paymentId: string,
  ): CodeVerdict {
    if (place.owner !== owner) {
      return { isOurs: false, refusal: { type: "CODE_REFUSED", reason: "CODE_OF_ANOTHER_CUSTOMER" } };
    }
    const isFree = place.paymentId === undefined || place.paymentId === paymentId;
    return isFree ? { isOurs: false } : { isOurs: false, refusal: { type: "CODE_TAKEN" } };
  }
}
