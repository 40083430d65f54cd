/**
 * A wallet's core that answers at once: every debit is done (docs/core.md). It checks no signature, so that what is
 * measured is the gateway's share. The gateway's outgoing calls reach it inside the same workerd, without a socket.
 */

/** The path that every CORE_URL of the benchmark ends in. */
const DEBIT_PATH = "/debit";

function answer(request: Request): Response {
  if (new URL(request.url).pathname !== DEBIT_PATH) return new Response(null, { status: 404 });
  return Response.json({ outcome: "DONE", timeMs: Date.now() });
}

export default { fetch: answer };
