/**
 * The port of `npm start`. A server must accept a request whose target is a whole URL (RFC 9112 section 3.2.2), as an
 * official SDK writes it, and workerd does so only at a socket for proxies, which takes no other form. So a connection
 * goes to the socket for the form of its first request, byte for byte: bodies, WebSockets and hang-ups pass as they
 * are.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { HOST } from "./port.ts";

/** The target of a request, with the space after it: a shorter beginning does not say where it leads. */
const REQUEST_TARGET = /^[^ \r\n]* ([^ \r\n]*)[ \r\n]/;
/** A longer beginning is no request; workerd refuses it. */
const BEGINNING_LIMIT_BYTES = 16_384;

/** A front that listens. */
export type Front = {
  /** Ends every connection and releases the port. */
  readonly close: () => Promise<void>;
};

/**
 * Listens on a port of this machine.
 *
 * @param portOf the port that serves a connection, by the target of its first request (`""` when it has none)
 */
export async function startFront(port: number, portOf: (target: string) => number): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    passOn(socket, portOf);
  });
  server.listen(port, HOST);
  await once(server, "listening");
  return {
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** Reads the beginning of a connection, then passes on everything, both ways. */
function passOn(socket: Socket, portOf: (target: string) => number): void {
  let beginning = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    beginning = Buffer.concat([beginning, chunk]);
    const target = REQUEST_TARGET.exec(beginning.toString("latin1"))?.[1];
    if (target === undefined && beginning.length < BEGINNING_LIMIT_BYTES) return;
    socket.pause().off("data", read).off("end", giveUp);
    const upstream = connect({ host: HOST, port: portOf(target ?? ""), allowHalfOpen: true, noDelay: true });
    upstream.write(beginning);
    pipeline(socket, upstream, socket, () => undefined);
  };
  const giveUp = (): void => void socket.destroy();
  socket.on("data", read).on("end", giveUp);
}
