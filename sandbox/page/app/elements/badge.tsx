import type { ComponentChildren } from "preact";

/** A short word about how something ended: S well, F not, U nobody knows. */
export function Badge({ kind, children }: { kind: "S" | "F" | "U"; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}
