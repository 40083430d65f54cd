/** The last exchanges, shortened to what is worth keeping. */
import * as z from "zod";
import { text } from "../../protocol/parameters.ts";
import { contentText } from "../alipayplus/message.ts";
import { checked, type SandboxContext } from "../http.ts";
import { TRAFFIC_LIMIT } from "./traffic-log.ts";

/** The most characters of a body that are kept. */
const BODY_LIMIT_CHARACTERS = 4_096;
/** The most characters of a header that are kept: an ordinary signature has some 400. */
const HEADER_LIMIT_CHARACTERS = 1_024;
const HEADERS_LIMIT = 32;
const LIMIT_DEFAULT = 20;

const query = z.object({
  limit: text(4)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(TRAFFIC_LIMIT, `must be at most ${TRAFFIC_LIMIT}`))
    .default(LIMIT_DEFAULT),
});

type Message = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Not kept: the rest tells it. */
  readonly signedContent?: string;
};

type RequestMessage = Message & { readonly method: string; readonly path: string };

/** Any exchange with its result, whoever began it. */
type Recordable = {
  readonly exchange: { readonly request: RequestMessage; readonly response: Message };
  readonly result: object;
};

/** GET /sandbox/traffic: the last exchanges, newest first. */
export async function getTraffic(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const records = await context.get("sandbox").trafficLog().last(asked.parameters.limit);
  return context.json({ traffic: records.map(readRecord) });
}

/** The JSON text that is kept of an exchange. */
export function recordOf({ exchange, result }: Recordable): string {
  const { request, response, ...others } = exchange;
  return JSON.stringify({
    exchange: { ...others, request: shortened(request), response: shortened(response) },
    result,
  });
}

/** A message with a bounded body and bounded headers; `bodyCharacters` tells that there was more. */
function shortened<T extends Message>({ headers, body, signedContent: _, ...others }: T) {
  const kept = Object.entries(headers).slice(0, HEADERS_LIMIT);
  const isLong = body.length > BODY_LIMIT_CHARACTERS;
  return {
    ...others,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, HEADER_LIMIT_CHARACTERS)])),
    body: body.slice(0, BODY_LIMIT_CHARACTERS),
    ...(isLong && { bodyCharacters: body.length }),
  };
}

/** An exchange with what its signatures are over, where the whole body was kept. */
function readRecord(record: string): Recordable {
  const { exchange, result } = JSON.parse(record) as Recordable;
  const { request, response } = exchange;
  return {
    exchange: {
      ...exchange,
      request: withSignedContent(request, request, "Request-Time"),
      response: withSignedContent(response, request, "Response-Time"),
    },
    result,
  };
}

function withSignedContent<T extends Message>(message: T, { method, path }: RequestMessage, timeHeader: string): T {
  const headers = new Headers(message.headers);
  const clientId = headers.get("Client-Id");
  const time = headers.get(timeHeader);
  const isWhole = !("bodyCharacters" in message);
  if (clientId === null || time === null || !headers.has("Signature") || !isWhole) return message;
  return { ...message, signedContent: contentText(method, path, clientId, time, message.body) };
}
