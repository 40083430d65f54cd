/** A reply as JSON. It concerns a customer, so no cache may store it. */
export function jsonResponse(reply: object): Response {
  return new Response(JSON.stringify(reply), {
    headers: { "Cache-Control": "no-store", "Content-Type": "application/json" },
  });
}
