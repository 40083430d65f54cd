/**
 * A merchant's registration: pure, without clock or I/O. A merchant is what its latest registration says of it; it is
 * registered, so that it can be paid, by the latest decision. An approved merchant whose registration is updated goes
 * on being paid until the update is decided.
 *
 * Source: docs/spec/wallet/other-services.md#merchant-registration.
 */

/** What an operator has decided about a registration. */
export type RegistrationDecision = {
  readonly registrationRequestId: string;
  readonly status: "APPROVED" | "REJECTED";
  /** For Alipay+; empty when it was approved. */
  readonly rejectReasons: readonly string[];
  /** Epoch milliseconds. */
  readonly decidedTimeMs: number;
};

/** What is decided from. */
export type RegistrationState = {
  /** Of the latest registration. */
  readonly registrationRequestId: string;
  /** The latest decision, which may be about an earlier registration. */
  readonly decision: RegistrationDecision | undefined;
};

/** The status of a merchant's latest registration. */
export type RegistrationStatus = "PENDING" | RegistrationDecision["status"];

/** What becomes of a decision. SUPERSEDED: a newer registration has come, which the operator has not seen. */
type Decided = { readonly outcome: "DECIDED"; readonly state: RegistrationState } | { readonly outcome: "SUPERSEDED" };

/** The status of the latest registration. */
export function statusOf({ registrationRequestId, decision }: RegistrationState): RegistrationStatus {
  return decision?.registrationRequestId === registrationRequestId ? decision.status : "PENDING";
}

/** Whether the merchant can be paid. */
export function isRegistered({ decision }: RegistrationState): boolean {
  return decision?.status === "APPROVED";
}

/**
 * The merchant after a registration that was not seen before.
 *
 * @param known the merchant until now; undefined for a new one
 * @param isApprovedAtOnce in Reporting mode
 */
export function afterRegistration(
  known: RegistrationState | undefined,
  registrationRequestId: string,
  isApprovedAtOnce: boolean,
  nowMs: number,
): RegistrationState {
  const approval = { registrationRequestId, status: "APPROVED", rejectReasons: [], decidedTimeMs: nowMs } as const;
  return { registrationRequestId, decision: isApprovedAtOnce ? approval : known?.decision };
}

/** The merchant after a decision about the registration that the operator has seen. A decision may be changed. */
export function afterDecision(state: RegistrationState, decision: RegistrationDecision): Decided {
  return decision.registrationRequestId === state.registrationRequestId
    ? { outcome: "DECIDED", state: { ...state, decision } }
    : { outcome: "SUPERSEDED" };
}
