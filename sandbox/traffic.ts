/** The last exchanges, shortened to what fits the desk. */
import * as z from "zod";
import { text } from "../worker/alipayplus/parameters.ts";
import { TRAFFIC_LIMIT } from "./desk-traffic.ts";
import type { ExchangeReply } from "./exchange.ts";
import { checked, type SandboxContext } from "./http.ts";

/** The most characters of a body that are kept. */
const BODY_LIMIT_CHARACTERS = 4_096;
/** The most characters of a header that are kept: an ordinary signature has some 400. */
const HEADER_LIMIT_CHARACTERS = 1_024;
const HEADERS_LIMIT = 16;
const LIMIT_DEFAULT = 20;

const query = z.object({
  limit: text(3)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(TRAFFIC_LIMIT, `must be at most ${TRAFFIC_LIMIT}`))
    .default(LIMIT_DEFAULT),
});

/** GET /sandbox/traffic: the last exchanges, newest first, without `signedContent`, which the rest tells. */
export async function getTraffic(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const { records } = await context.get("sandbox").desk.lastRecords(asked.parameters.limit);
  return context.json({ traffic: records.map((record): unknown => JSON.parse(record)) });
}

/** The JSON text that the desk keeps of an exchange. */
export function recordOf({ exchange, result }: ExchangeReply): string {
  const { request, response, ...others } = exchange;
  return JSON.stringify({
    exchange: { ...others, request: shortened(request), response: shortened(response) },
    result,
  });
}

/** A request or response with a bounded body and bounded headers; `bodyCharacters` tells that there was more. */
function shortened<
  T extends {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signedContent?: string;
  },
>({ headers, body, signedContent: _, ...others }: T) {
  const kept = Object.entries(headers).slice(0, HEADERS_LIMIT);
  const isLong = body.length > BODY_LIMIT_CHARACTERS;
  return {
    ...others,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, HEADER_LIMIT_CHARACTERS)])),
    body: body.slice(0, BODY_LIMIT_CHARACTERS),
    ...(isLong && { bodyCharacters: body.length }),
  };
}
