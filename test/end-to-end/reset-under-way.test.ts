/** A reset while everything is under way: a payment that nobody knows the end of, a shop that does not listen, calls. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";

const HOUR_MS = 3_600_000;
const HEARING = { timeout: 60_000, interval: 100 };

const rehearsal = new Rehearsal(await freePort());

type Heard = { readonly path: string; readonly body: { readonly [member: string]: unknown } };

/** A server that remembers what it was told. */
class Listener {
  readonly heard: Heard[] = [];
  readonly #server: Server;

  /** @param answer to what was heard, or nothing at all */
  constructor(answer: (response: ServerResponse) => void) {
    this.#server = createServer(async (request: IncomingMessage, response) => {
      this.heard.push({ path: request.url ?? "", body: JSON.parse(await text(request)) as Heard["body"] });
      answer(response);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe("a rehearsal that is reset while everything is under way", () => {
  const core = new Listener(() => undefined);
  const shop = new Listener((response) => response.writeHead(500).end());
  let shopUrl: string;

  beforeAll(async () => {
    shopUrl = `${await shop.open()}/notifications`;
    const CORE_SECRET = `whsec_${btoa("a secret of the right length for it")}`;
    await rehearsal.start({ CORE_URL: await core.open(), CORE_SECRET, CORE_TIMEOUT_MS: "500" });
  });

  afterAll(async () => {
    await rehearsal.end();
    core.close();
    shop.close();
  });

  /** A payment whose core says nothing, once it was asked. */
  async function openPayment(paymentRequestId: string): Promise<Promise<unknown>[]> {
    const code = await rehearsal.sandboxCode("alice");
    const before = core.heard.length;
    const pay = rehearsal.acquirerPay(paymentRequestId, code, shopUrl).catch(() => undefined);
    await vi.waitFor(() => expect(core.heard.length).toBeGreaterThan(before), HEARING);
    return [pay];
  }

  test("leaves no ghost: whatever was due finds nothing, and nobody hears of it", async () => {
    await rehearsal.openCustomer("alice");
    // One that both sides ask for again and again, and one whose result the shop does not acknowledge.
    await Promise.all(await openPayment("unknown-1"));
    await rehearsal.acquirerPay("refused-1", "281006020000000000000000", shopUrl);
    await vi.waitFor(() => expect(shop.heard).toHaveLength(1), HEARING);
    const order = await rehearsal.scannedOrder("alice");
    // Calls that the reset overtakes.
    const path = `/payments/${order.paymentRequestId}/confirm`;
    const underWay = [
      ...(await openPayment("unknown-2")),
      rehearsal.wallet("POST", path, { customerId: "alice" }).catch(() => undefined),
    ];
    expect(await rehearsal.reset()).toMatchObject({ status: 200 });
    await Promise.all(underWay);
    core.heard.length = 0;
    shop.heard.length = 0;

    await rehearsal.sandbox("POST", "/clock", { advanceMs: String(25 * HOUR_MS) });
    await rehearsal.openCustomer("alice");
    await Promise.all(await openPayment("unknown-3"));
    // The new payment is asked for again, by alarms that were armed after all that there could have been before.
    await rehearsal.sandbox("POST", "/clock", { advanceMs: String(HOUR_MS) });
    const heardOf = (operation: string) => core.heard.filter((heard) => heard.path === `/${operation}`);
    await vi.waitFor(() => expect(heardOf("inquire").length + heardOf("reverse").length).toBeGreaterThan(1), HEARING);

    expect(new Set(core.heard.map(({ body }) => body.paymentId)).size).toBe(1);
    expect(shop.heard.filter(({ body }) => body.paymentRequestId !== "unknown-3")).toEqual([]);
    for (const id of ["unknown-1", "unknown-2", "refused-1"]) {
      expect(await rehearsal.sandbox("GET", `/acquirer/payments/${id}`)).toMatchObject({ status: 404 });
    }
    expect(await rehearsal.wallet("GET", `/payments/${order.paymentRequestId}?customerId=alice`)).toMatchObject({
      status: 404,
    });
    const { traffic } = await rehearsal.sandbox<{ traffic: { exchange: { request: { body: string } } }[] }>(
      "GET",
      "/traffic?limit=1000",
    );
    const bodies = traffic.map(({ exchange }) => exchange.request.body);
    expect(bodies.filter((body) => /unknown-[12]|refused-1/.test(body))).toEqual([]);
  });
});
