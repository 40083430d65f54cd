/** What Alipay+ writes under a fault: its clock and its signature, spoiled as the fault says. Pure. */
import { CATALOGUE, type WritingEffect } from "./catalogue.ts";
import type { Fault } from "./fault.ts";

/** Beyond every window that a clock may be off. */
const CLOCK_SKEW_MS = 60 * 60_000;

/** A key version that does not exist. */
const UNKNOWN_KEY_VERSION = 9_999;

/** What the sandbox's clock shows Alipay+ when it signs. */
export function writtenTimeMs(fault: Fault | undefined, nowMs: number): number {
  return spoilingOf(fault) === "CLOCK_SKEWED" ? nowMs + CLOCK_SKEW_MS : nowMs;
}

/** The header `Signature` as it goes out: the right one, or what the fault makes of it. */
export function writtenSignature(fault: Fault | undefined, header: string): string {
  switch (spoilingOf(fault)) {
    case "SIGNATURE_WRONG":
      return header.replace(/signature=(.)/, (_, first: string) => `signature=${first === "A" ? "B" : "A"}`);
    case "KEY_VERSION_WRONG":
      return header.replace(/keyVersion=[0-9]+/, `keyVersion=${UNKNOWN_KEY_VERSION}`);
    // A clock that is off is signed rightly.
    case "CLOCK_SKEWED":
    case undefined:
      return header;
  }
}

function spoilingOf(fault: Fault | undefined): WritingEffect | undefined {
  const effect = fault && CATALOGUE[fault.name].effect;
  return effect?.on === "WRITING" ? effect.does : undefined;
}
