/** The headers of Alipay+'s messages under a fault: a wrong clock or a wrong signature. Pure. */
import type { HeaderChanges } from "../../protocol/exchange/sign-headers.ts";
import { CATALOGUE, type WritingEffect } from "./catalogue.ts";
import type { Fault } from "./fault.ts";

/** Beyond every window that a clock may be off. */
const CLOCK_SKEW_MS = 60 * 60_000;

/** A key version that no key ring has. */
const UNKNOWN_KEY_VERSION = 9_999;

const CHANGES: Readonly<Record<WritingEffect, Partial<HeaderChanges>>> = {
  SIGNATURE_WRONG: { signature: withWrongSignature },
  KEY_VERSION_WRONG: {
    signature: (header) => header.replace(/keyVersion=[0-9]+/, `keyVersion=${UNKNOWN_KEY_VERSION}`),
  },
  // A wrong time is signed correctly.
  CLOCK_SKEWED: { timeMs: (nowMs) => nowMs + CLOCK_SKEW_MS },
};

/** How a fault changes the headers of what Alipay+ writes; undefined for a fault that changes nothing there. */
export function headerChangesOf(fault: Fault | undefined): HeaderChanges | undefined {
  const effect = fault && CATALOGUE[fault.name].effect;
  if (effect?.on !== "WRITING") return undefined;
  return { timeMs: (nowMs) => nowMs, signature: (header) => header, ...CHANGES[effect.does] };
}

function withWrongSignature(header: string): string {
  return header.replace(/signature=(.)/, (_, first: string) => `signature=${first === "A" ? "B" : "A"}`);
}
