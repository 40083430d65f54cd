/** What the page shows, as its URL has it, so that a reload, the way back and a shared link lead to the same. Pure. */
import { isTool, type Tool } from "./rehearsal/tools.ts";

/** What the page shows. */
export type Place = {
  /** Whose phone it is; missing: the first one's. */
  readonly customer: string | undefined;
  /** The `paymentRequestId` of the sale whose messages alone are shown. */
  readonly payment: string | undefined;
  /** The authorisation whose page the phone shows, named as the address of that page names it. */
  readonly preparedId: string | undefined;
  /** The keys of the messages that are open. */
  readonly messages: readonly string[];
  /** The tool of the rehearsal that is open. */
  readonly tool: Tool | undefined;
};

/**
 * Reads a place.
 *
 * @param search the query of a URL; what the page does not know in it is ignored
 */
export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  const tool = query.get("panel")?.toUpperCase() ?? "";
  return {
    customer: query.get("customer") || undefined,
    payment: query.get("payment") || undefined,
    preparedId: query.get("preparedId") || undefined,
    messages: query.getAll("message"),
    tool: isTool(tool) ? tool : undefined,
  };
}

/** Writes a place as the query of a URL, which is empty for the page's first view. */
export function searchOf({ customer, payment, preparedId, messages, tool }: Place): string {
  const named = Object.entries({ customer, payment, preparedId, panel: tool?.toLowerCase() });
  const query = new URLSearchParams([
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ...messages.map((message) => ["message", message]),
  ]);
  return query.size === 0 ? "" : `?${query}`;
}
