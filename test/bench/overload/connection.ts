/** One kept-alive connection to a server of HTTP/1.1, one call at a time, at as little cost as can be. */
import { connect, type Socket } from "node:net";

/** The address of a server. */
export type Address = { readonly hostname: string; readonly port: number };

/** What becomes of a call: the body of its answer, or nothing when the connection ended before it. */
type Settle = (body: string | undefined) => void;

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";

/** The body of a response, when all of it is there; a chunked one with the lengths of its chunks. */
function bodyOf(response: string): string | undefined {
  const headEnd = response.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = response.slice(0, headEnd).toLowerCase();
  const body = response.slice(headEnd + HEAD_END.length);
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  const isWhole = length === undefined ? `\r\n${body}`.endsWith(LAST_CHUNK) : body.length >= Number(length);
  return isWhole ? body : undefined;
}

/** workerd closes a connection that has been idle for five seconds; what is sent in that moment is lost. */
const IDLE_LIMIT_MS = 3_500;

/** A connection; it is gone when the server closes it, and says so to a call that waits. */
export class Connection {
  readonly #socket: Socket;
  #received = "";
  #settle: Settle | undefined;
  #isOpen = true;
  #idleSinceMs = performance.now();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isOpen = false;
      this.#end(undefined);
    });
  }

  /** Resolves when the connection is open. Rejects when the server takes none. */
  static open({ hostname, port }: Address): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = connect(port, hostname);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(new Connection(socket));
    });
    return promise;
  }

  /** Whether it can be used after a call. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether it can be used after a pause. */
  get isFresh(): boolean {
    return this.#isOpen && performance.now() - this.#idleSinceMs < IDLE_LIMIT_MS;
  }

  /** Sends a whole request. The connection must be open and must not be waiting for an answer. */
  send(request: Buffer, settle: Settle): void {
    this.#received = "";
    this.#settle = settle;
    this.#socket.write(request);
  }

  /** Ends the connection at once, so that its port is free again; a call that waits hears nothing of it. */
  destroy(): void {
    this.#settle = undefined;
    this.#isOpen = false;
    this.#socket.resetAndDestroy();
  }

  #receive(text: string): void {
    this.#received += text;
    const body = bodyOf(this.#received);
    if (body !== undefined) this.#end(body);
  }

  #end(body: string | undefined): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#idleSinceMs = performance.now();
    settle?.(body);
  }
}
