import type { ComponentChildren } from "preact";

/** How something has ended: S with success, F with failure, U is still unknown. */
export function Badge({ kind, children }: { kind: "S" | "F" | "U"; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}
