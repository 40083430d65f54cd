/** A reset during open work: a payment without a known result, a shop that never acknowledges, calls in flight. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/end-to-end/eventually.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";

const HOUR_MS = 3_600_000;

const rehearsal = new Rehearsal(await freePort());
const { sandbox } = rehearsal;
const wallet = rehearsal.wallet("alice");

type ReceivedCall = { readonly path: string; readonly body: { readonly [member: string]: unknown } };

/** A server that keeps every call. */
class RecordingServer {
  readonly calls: ReceivedCall[] = [];
  readonly #server: Server;

  /** @param answer writes the answer, or none at all */
  constructor(answer: (response: ServerResponse) => void) {
    this.#server = createServer(async (request: IncomingMessage, response) => {
      // The sandbox's own look at a customer's account, which this core does not offer.
      if (request.method === "GET") return void response.writeHead(404).end();
      this.calls.push({ path: request.url ?? "", body: JSON.parse(await text(request)) as ReceivedCall["body"] });
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

describe("a rehearsal that is reset during open work", () => {
  const core = new RecordingServer(() => undefined);
  const shop = new RecordingServer((response) => response.writeHead(500).end());
  let shopUrl: string;

  beforeAll(async () => {
    shopUrl = `${await shop.open()}/notifications`;
    const CORE_SECRET = `whsec_${btoa("a secret of the right length for it")}`;
    const settings = { CORE: "HTTP", CORE_NAME: "recording-core", CORE_URL: await core.open(), CORE_SECRET };
    await rehearsal.start({ ...settings, CORE_TIMEOUT_MS: "500" });
  });

  afterAll(async () => {
    await rehearsal.end();
    core.close();
    shop.close();
  });

  /** A payment whose core does not answer, as soon as the core is called. */
  async function openPayment(paymentRequestId: string): Promise<Promise<unknown>[]> {
    const code = await sandbox.paymentCode("alice");
    const before = core.calls.length;
    const pay = rehearsal
      .acquirer()
      .pay(paymentRequestId, code, shopUrl)
      .catch(() => undefined);
    await eventually(() => expect(core.calls.length).toBeGreaterThan(before));
    return [pay];
  }

  test("leaves nothing behind: due work finds no payment, and neither core nor shop is called [SBX-19]", async () => {
    // A payment that both sides inquire again and again, and one whose result the shop does not acknowledge.
    await Promise.all(await openPayment("unknown-1"));
    await rehearsal.acquirer().pay("refused-1", "281006020000000000000000", shopUrl);
    await eventually(() => expect(shop.calls).toHaveLength(1));
    const order = await rehearsal.scannedOrder("alice");
    // Calls that the reset overtakes.
    const underWay = [
      ...(await openPayment("unknown-2")),
      wallet.confirm(order.paymentRequestId).catch(() => undefined),
    ];
    expect(await sandbox.reset()).toMatchObject({ status: 200 });
    await Promise.all(underWay);
    core.calls.length = 0;
    shop.calls.length = 0;

    await sandbox.advanceClock(25 * HOUR_MS);
    await Promise.all(await openPayment("unknown-3"));
    // The new payment is inquired again, by alarms that are due after every alarm from before the reset.
    await sandbox.advanceClock(HOUR_MS);
    const callsOf = (operation: string) => core.calls.filter((call) => call.path === `/${operation}`);
    await eventually(() => expect(callsOf("inquire").length + callsOf("reverse").length).toBeGreaterThan(1));

    expect(new Set(core.calls.map(({ body }) => body.paymentId)).size).toBe(1);
    expect(shop.calls.filter(({ body }) => body.paymentRequestId !== "unknown-3")).toEqual([]);
    for (const id of ["unknown-1", "unknown-2", "refused-1"]) {
      expect(await sandbox.call("GET", `/acquirer/payments/${id}`)).toMatchObject({ status: 404 });
    }
    expect(await wallet.payment(order.paymentRequestId)).toMatchObject({ status: 404 });
    const { traffic } = await sandbox.read<{ traffic: { exchange: { request: { body: string } } }[] }>(
      "GET",
      "/traffic?limit=1000",
    );
    const bodies = traffic.map(({ exchange }) => exchange.request.body);
    expect(bodies.filter((body) => /unknown-[12]|refused-1/.test(body))).toEqual([]);
  });
});
