/** A merchant's registration: every event in every state (docs/spec/wallet/other-services.md#merchant-registration). */
import { describe, expect, it } from "vitest";
import {
  afterDecision,
  afterRegistration,
  isRegistered,
  type RegistrationDecision,
  type RegistrationState,
  statusOf,
} from "../../../../durable/merchants/machine/registration.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 4);

function decision(registrationRequestId: string, status: RegistrationDecision["status"]): RegistrationDecision {
  const rejectReasons = status === "REJECTED" ? ["The licence has expired."] : [];
  return { registrationRequestId, status, rejectReasons, decidedTimeMs: NOW_MS };
}

const PENDING: RegistrationState = { registrationRequestId: "r1", decision: undefined };
const APPROVED: RegistrationState = { registrationRequestId: "r1", decision: decision("r1", "APPROVED") };
const REJECTED: RegistrationState = { registrationRequestId: "r1", decision: decision("r1", "REJECTED") };
const UPDATED: RegistrationState = { ...APPROVED, registrationRequestId: "r2" };
const REJECTED_UPDATED: RegistrationState = { ...REJECTED, registrationRequestId: "r2" };

describe("a merchant", () => {
  it.each([
    ["pending", PENDING, "PENDING", false],
    ["approved", APPROVED, "APPROVED", true],
    ["rejected", REJECTED, "REJECTED", false],
    ["updated after its approval", UPDATED, "PENDING", true],
    ["updated after its rejection", REJECTED_UPDATED, "PENDING", false],
  ] as const)("that is %s has its status, and can be paid by its latest decision", (_, state, status, canBePaid) => {
    expect(statusOf(state)).toBe(status);
    expect(isRegistered(state)).toBe(canBePaid);
  });

  it("that is registered waits for a decision, and keeps the one before", () => {
    expect(afterRegistration(undefined, "r1", false, NOW_MS)).toEqual(PENDING);
    expect(afterRegistration(PENDING, "r2", false, NOW_MS)).toEqual({ ...PENDING, registrationRequestId: "r2" });
    expect(afterRegistration(APPROVED, "r2", false, NOW_MS)).toEqual(UPDATED);
    expect(afterRegistration(REJECTED, "r2", false, NOW_MS)).toEqual(REJECTED_UPDATED);
  });

  it("that is registered in Reporting mode is approved at once, whatever was decided before", () => {
    for (const known of [undefined, PENDING, APPROVED, REJECTED, UPDATED]) {
      expect(afterRegistration(known, "r1", true, NOW_MS)).toEqual(APPROVED);
    }
  });

  it("is decided about by the latest registration alone, as often as an operator likes", () => {
    for (const state of [PENDING, APPROVED, REJECTED]) {
      for (const [status, next] of [
        ["APPROVED", APPROVED],
        ["REJECTED", REJECTED],
      ] as const) {
        expect(afterDecision(state, decision("r1", status))).toEqual({ outcome: "DECIDED", state: next });
      }
    }
    for (const state of [UPDATED, REJECTED_UPDATED]) {
      expect(afterDecision(state, decision("r1", "REJECTED"))).toEqual({ outcome: "SUPERSEDED" });
      expect(afterDecision(state, decision("r2", "REJECTED"))).toMatchObject({ outcome: "DECIDED" });
    }
  });
});
