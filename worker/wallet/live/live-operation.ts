/** The live stream in the OpenAPI document, as far as OpenAPI can describe a WebSocket. */
import * as z from "zod";
import {
  LIVE_CLOSE,
  LIVE_PROTOCOL,
  PING,
  PONG,
  paymentMessageSchema,
  readyMessageSchema,
} from "../../../durable/live/wire.ts";
import { type CallDescription, jsonSchemaOf } from "../../../protocol/openapi.ts";
import { problemResponses, queryParameters } from "../../http/openapi.ts";

const CLOSE_CODES = Object.values(LIVE_CLOSE)
  .map(([code, reason]) => `${code} \`${reason}\``)
  .join(", ");

const DESCRIPTION = `A WebSocket with the final results of the customer's payments, each within a second.

The token comes from \`createLiveToken\`: as \`Authorization: Bearer\`, or, where a browser opens the connection, as the second sub-protocol after \`${LIVE_PROTOCOL}\`. It is never part of the URL.

The first message is \`ready\`; then come the events of the last minutes (those after \`after\`, where the app names one), then each event as it happens. An event may come twice: its \`eventNumber\` is the same. The app may send \`${PING}\`, which is answered with \`${PONG}\`, and nothing else.

Close codes: ${CLOSE_CODES}. After 4001, and whenever the connection is lost, the app asks for a new token and connects again with \`after\`.

The sample needs Node.js 22 or later, for its WebSocket.`;

const SAMPLE = `export LIVE_TOKEN=$(curl -s -X POST "$PLUSGATE/live-tokens" \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"customerId":"alice"}' | node -p 'JSON.parse(fs.readFileSync(0)).token')
node -e 'const { PLUSGATE, LIVE_TOKEN } = process.env;
  new WebSocket(PLUSGATE + "/live", ["${LIVE_PROTOCOL}", LIVE_TOKEN]).onmessage = (event) => console.log(event.data)'`;

/** Describes the live stream, a GET of `path`. */
export function describeLiveStream(path: string, query: z.ZodType): CallDescription {
  const message = z.discriminatedUnion("type", [readyMessageSchema, paymentMessageSchema]);
  return {
    method: "GET",
    path,
    operation: {
      operationId: "listen",
      summary: "The live stream of one customer",
      description: DESCRIPTION,
      security: [{ liveToken: [] }],
      parameters: queryParameters(jsonSchemaOf(query, "input")),
      responses: {
        "101": { description: "Connected. Each message is JSON in one text frame: `listenMessage`." },
        ...problemResponses([
          "PARAM_ILLEGAL",
          "UNAUTHENTICATED",
          "UPGRADE_REQUIRED",
          "TOO_MANY_REQUESTS",
          "INTERNAL_ERROR",
          "MISCONFIGURED",
        ]),
      },
      "x-codeSamples": [{ lang: "Shell", source: SAMPLE }],
    },
    schemas: { listenMessage: jsonSchemaOf(message, "output") },
  };
}
