/** A fault for one message, and the header that requests it. */
import { type FaultName, isFaultName, isPossible, takesTime } from "./catalogue.ts";
import type { MessageKind } from "./links.ts";

/** The header that asks for a fault: `ANSWER_LOST`, or `ANSWER_DELAYED; delayMs=3000; link=MPP_TO_CORE`. */
export const FAULT_HEADER = "Sandbox-Fault";

/** A fault, with its duration where it has one. */
export type Fault = { readonly name: FaultName; readonly delayMs: number };

/** A fault that a header asks for, and the kind of the message that meets it. */
export type AskedFault = Fault & { readonly kind: MessageKind };

/** The duration of a fault when the request names none. */
export const DELAY_DEFAULT_MS = 3_000;
/** The longest duration of a fault. */
export const DELAY_LIMIT_MS = 60_000;

const ASKED_FAULT = /^([A-Z0-9_]{1,40})(?:; ?delayMs=([0-9]{1,5}))?(?:; ?link=([A-Z_]{1,40}))?$/;

/**
 * The fault that the header asks for.
 *
 * @param header undefined or null: none
 * @param kinds of the messages to which the call leads, one for each link; the first where the header names no link
 * @returns or why there is no such fault for this message, to follow the header's name
 */
export function askedFault(
  header: string | null | undefined,
  kinds: readonly [MessageKind, ...MessageKind[]],
): { readonly fault?: AskedFault } | { readonly why: string } {
  if (header === null || header === undefined) return {};
  const [matched, name = "", delay, link = kinds[0].link] = ASKED_FAULT.exec(header) ?? [];
  if (matched === undefined) {
    return { why: "must be the name of a fault, and may end in ; delayMs=3000 and in ; link=MPP_TO_CORE" };
  }
  if (!isFaultName(name)) return { why: "is no fault; GET /sandbox/faults lists them" };
  const kind = kinds.find((known) => known.link === link);
  if (!kind) return { why: `names ${link}, and this call leads to no message there` };
  if (!isPossible(name, kind)) return { why: `${name} does not exist for ${describe(kind)}` };
  if (delay !== undefined && !takesTime(name)) return { why: `${name} takes no delayMs` };
  const delayMs = delay === undefined ? DELAY_DEFAULT_MS : Number(delay);
  if (delayMs > DELAY_LIMIT_MS) return { why: `delayMs must be at most ${DELAY_LIMIT_MS}` };
  return { fault: { name, delayMs, kind } };
}

function describe({ link, interface: interfaceName, isOlder }: MessageKind): string {
  return `${isOlder ? "the older " : ""}${interfaceName} on ${link}`;
}
