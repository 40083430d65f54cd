/**
 * GET /wallet/v1/live: the live stream of one customer, a WebSocket. Only a live token opens it (live-tokens.ts).
 *
 * A browser cannot set `Authorization` for a WebSocket, so it offers the token as a second sub-protocol. URLs are
 * written to logs, so they never carry one.
 */
import * as z from "zod";
import { listenRequest } from "../../../durable/live/listen-command.ts";
import { LIVE_PROTOCOL } from "../../../durable/live/wire.ts";
import { callShard } from "../../../durable/platform/call-shard.ts";
import { shardOf } from "../../../durable/platform/shard.ts";
import { bearerTokenOf } from "../../access/bearer.ts";
import { readLiveToken } from "../../access/live-tokens.ts";
import type { Arrival, Endpoint } from "../../http/endpoint.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { checkInput, readQuery } from "../../http/read-input.ts";
import { describeLiveStream } from "./live-operation.ts";

const RETRY_AFTER_SECONDS = 1;

/** The query: the last event that the app has received. */
const liveQuery = z.object({
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, "must be an eventNumber")
    .optional()
    .describe(
      "The last `eventNumber` that the app has received; without it the events of the last minutes are sent again.",
    ),
});

const PATH = "/live";

/** The live stream. */
export const liveStream: Endpoint = {
  method: "GET",
  path: PATH,
  name: "listen",
  respond,
  describe: () => describeLiveStream(PATH, liveQuery),
};

async function respond({ request, url, gateway, receivedTimeMs, line }: Arrival): Promise<Response | Problem> {
  const { headers } = request;
  if (headers.get("Upgrade")?.toLowerCase() !== "websocket") return problem("UPGRADE_REQUIRED");
  const { liveKey } = gateway.credentials;
  if (!liveKey) return problem("MISCONFIGURED", "LIVE_TOKEN_SECRET is not set.");
  const protocols = (headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((protocol) => protocol.trim());
  const token = bearerTokenOf(headers) ?? offeredToken(protocols);
  const holder =
    token !== undefined ? await readLiveToken(liveKey, token, receivedTimeMs) : { reason: "TOKEN_MISSING" };
  if ("reason" in holder) {
    line.reason = holder.reason;
    return problem("UNAUTHENTICATED");
  }
  const query = readQuery(url);
  const input = isProblem(query) ? query : checkInput(liveQuery, query.members);
  if (isProblem(input)) return input;

  const { after } = input.input;
  const command = { ...holder, ...(after === undefined ? {} : { after: Number(after) }) };
  const { shardCount, locationHint } = gateway.configuration;
  const shard = shardOf(holder.customerId, shardCount);
  line.shard = shard;
  const { webSocket } = await callShard(gateway.env.LIVE, shard, locationHint, (live) =>
    live.fetch(listenRequest(command)),
  );
  if (!webSocket) return { ...problem("TOO_MANY_REQUESTS"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  const answered = protocols.includes(LIVE_PROTOCOL) ? { "Sec-WebSocket-Protocol": LIVE_PROTOCOL } : {};
  return new Response(null, { status: 101, webSocket, headers: answered });
}

/** The sub-protocol that follows the one of the stream. */
function offeredToken(protocols: readonly string[]): string | undefined {
  const place = protocols.indexOf(LIVE_PROTOCOL);
  return place < 0 ? undefined : protocols[place + 1];
}
