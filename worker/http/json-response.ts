/** A reply as JSON. It is about a customer, so no cache may keep it. */
export function jsonResponse(reply: object): Response {
  return new Response(JSON.stringify(reply), {
    headers: { "Cache-Control": "no-store", "Content-Type": "application/json" },
  });
}
