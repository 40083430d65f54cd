/** A wallet's own core that a test can spoil: a server before the reference core. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the proxy does with a message: passes it on, or answers by itself. */
type CoreMood =
  | "PASS"
  /** Takes the message and never answers. */
  | "HANG"
  /** Ends the connection. */
  | "BREAK"
  /** Sends the gateway elsewhere. */
  | "REDIRECT";

/** The proxy. Beside what it passes on it remembers the connections that the gateway has given up. */
export class CoreProxy {
  mood: CoreMood = "PASS";
  /** How many connections ended before they were answered. */
  hungUp = 0;
  readonly #coreUrl: string;
  readonly #server: Server;

  private constructor(coreUrl: string) {
    this.#coreUrl = coreUrl;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts one before a core. */
  static async start(coreUrl: string): Promise<CoreProxy> {
    const proxy = new CoreProxy(coreUrl);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "POST" } = request;
    // The sandbox's own look at a customer's account is no message of the gateway's.
    if (method === "GET") return this.#passOn(request, response, { method });
    const { mood } = this;
    response.once("close", () => {
      if (!response.writableFinished) this.hungUp += 1;
    });
    const body = await text(request);
    if (mood === "HANG") return;
    if (mood === "BREAK") {
      request.socket.destroy();
      return;
    }
    if (mood === "REDIRECT") {
      response.writeHead(307, { Location: `${this.#coreUrl}${request.url}` }).end();
      return;
    }
    await this.#passOn(request, response, { method, body });
  }

  async #passOn(request: IncomingMessage, response: ServerResponse, message: RequestInit): Promise<void> {
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      /^(webhook-|content-type$)/.test(name) && typeof value === "string" ? [[name, value] as [string, string]] : [],
    );
    const answer = await fetch(`${this.#coreUrl}${request.url}`, { ...message, headers });
    // Spaces that no JSON writer would make: what the gateway gets must be these bytes.
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(` ${await answer.text()}  `);
  }
}
