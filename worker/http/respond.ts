/** Answers that are no problem. */

/** Nobody may keep what is about a customer. */
const NOT_STORED = { "Cache-Control": "no-store" };

/** A reply as JSON. */
export function jsonResponse(reply: object): Response {
  return new Response(JSON.stringify(reply), { headers: { ...NOT_STORED, "Content-Type": "application/json" } });
}
