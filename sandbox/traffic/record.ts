/** The record of an exchange: its messages, with long bodies and headers cut. */
import { contentText } from "./shown-message.ts";

/** The most characters of a body that are kept. */
const BODY_LIMIT_CHARACTERS = 4_096;
/** The most characters of a header that are kept: an ordinary signature has some 400. */
const HEADER_LIMIT_CHARACTERS = 1_024;
const HEADERS_LIMIT = 32;

type Message = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Not stored: it can be derived from the rest. */
  readonly signedContent?: string;
};

type RequestMessage = Message & { readonly method: string; readonly path: string };

/** Any exchange with its result, whichever party began it. */
type Recordable = {
  readonly exchange: { readonly request: RequestMessage; readonly response: Message };
  readonly result: object;
};

/** The JSON text that is kept of an exchange. */
export function recordOf({ exchange, result }: Recordable): string {
  const { request, response, ...others } = exchange;
  return JSON.stringify({
    exchange: { ...others, request: shortened(request), response: shortened(response) },
    result,
  });
}

/** Which exchanges are wanted; what is missing does not matter. */
export type TrafficFilter = {
  readonly interface?: string | undefined;
  /** Caller or called. */
  readonly party?: string | undefined;
  /** One of them is a member of a message. */
  readonly ids?: readonly string[] | undefined;
};

/** Whether the exchange of a record is wanted. */
export function isWanted(record: string, { interface: interfaceName, party, ids }: TrafficFilter): boolean {
  if (interfaceName === undefined && party === undefined && ids === undefined) return true;
  const { exchange } = JSON.parse(record) as Recordable & { readonly exchange: Sides };
  const { from, to, request, response } = exchange;
  if (interfaceName !== undefined && exchange.interface !== interfaceName) return false;
  if (party !== undefined && from !== party && to !== party) return false;
  const isNamed = (id: string) => request.body.includes(`"${id}"`) || response.body.includes(`"${id}"`);
  return ids?.some(isNamed) ?? true;
}

type Sides = { readonly from: string; readonly to: string; readonly interface: string };

/** A message with a bounded body and bounded headers; `bodyCharacters` says that there was more. */
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
export function readRecord(record: string): Recordable {
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
  const webhook = [headers.get("webhook-id"), headers.get("webhook-timestamp"), message.body];
  if (headers.has("webhook-signature") && !("bodyCharacters" in message)) {
    return { ...message, signedContent: webhook.join(".") };
  }
  const clientId = headers.get("Client-Id");
  const time = headers.get(timeHeader);
  const isWhole = !("bodyCharacters" in message);
  if (clientId === null || time === null || !headers.has("Signature") || !isWhole) return message;
  return { ...message, signedContent: contentText(method, path, clientId, time, message.body) };
}
