/** HTTP/1.1 over a plain socket: what is written goes out byte for byte, and what comes is seen as it came. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { HOST } from "../../../../scripts/development/port.ts";

const END_OF_HEAD = "\r\n\r\n";
const CALL_TIMEOUT_MS = 30_000;

/** A request or an answer as it came. */
export type WireMessage = {
  /** The request line or the status line. */
  readonly start: string;
  /** `name: value`, in order. */
  readonly headerLines: readonly string[];
  readonly body: string;
};

/** The first value of a header; in a name's own spelling, or in any. */
export function headerOf({ headerLines }: WireMessage, name: string, spelling: "AS_IT_IS" | "ANY"): string | undefined {
  const inCase = (text: string) => (spelling === "ANY" ? text.toLowerCase() : text);
  const line = headerLines.find((text) => inCase(text).startsWith(`${inCase(name)}:`));
  return line?.slice(name.length + 1).trim();
}

/** The next message on a socket, its body as an HTTP client hands it over: without chunks, unpacked. */
async function readMessage(socket: Socket): Promise<WireMessage> {
  let read = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    read = Buffer.concat([read, chunk as Buffer]);
    const headLength = read.indexOf(END_OF_HEAD);
    if (headLength < 0) continue;
    const [start = "", ...headerLines] = read.subarray(0, headLength).toString("latin1").split("\r\n");
    const head = { start, headerLines, body: "" };
    const body = bodyIn(head, read.subarray(headLength + END_OF_HEAD.length));
    if (!body) continue;
    const isPacked = headerOf(head, "content-encoding", "ANY") === "gzip";
    return { ...head, body: (isPacked ? gunzipSync(body) : body).toString() };
  }
  throw new Error(`The connection ends after ${JSON.stringify(read.toString("latin1"))}`);
}

/** The body, once all of it is there. */
function bodyIn(head: WireMessage, rest: Buffer): Buffer | undefined {
  if (headerOf(head, "transfer-encoding", "ANY") !== "chunked") {
    const length = Number(headerOf(head, "content-length", "ANY"));
    return rest.length >= length ? rest : undefined;
  }
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const sizeEnd = rest.indexOf("\r\n", at);
    const size = Number.parseInt(rest.subarray(at, sizeEnd).toString("latin1"), 16);
    if (sizeEnd < 0 || rest.length < sizeEnd + size + 4) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = sizeEnd + size + 4;
  }
}

/** A connection to a port of this machine. */
export class Wire {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setTimeout(CALL_TIMEOUT_MS, () => socket.destroy(new Error("Nothing comes")));
    socket.on("error", () => undefined);
  }

  static async open(port: number): Promise<Wire> {
    const socket = connect(port, HOST);
    await once(socket, "connect");
    return new Wire(socket);
  }

  /** Writes, and waits until it is out. */
  async write(text: string): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(text, () => resolve()));
  }

  async ask(text: string): Promise<WireMessage> {
    await this.write(text);
    return readMessage(this.#socket);
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

/** Sends a request on a connection of its own. */
export async function exchange(port: number, request: string): Promise<WireMessage> {
  const wire = await Wire.open(port);
  try {
    return await wire.ask(request);
  } finally {
    wire.hangUp();
  }
}

/** Listens for one request, and answers it with an empty object. */
export async function receiveOne(): Promise<{ readonly port: number; readonly received: Promise<WireMessage> }> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  const received = once(server, "connection").then(async ([socket]: Socket[]) => {
    if (!socket) throw new Error("no connection");
    // Who has its answer may reset the connection.
    socket.on("error", () => undefined);
    const message = await readMessage(socket);
    socket.end("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    server.close();
    return message;
  });
  return { port: address.port, received };
}
