/** The steps of the demo: each is played, shown, and compared with what is expected of it. */
import type { LiveStream } from "../../test/support/end-to-end/live-stream.ts";
import type { SandboxClient, Sent } from "../../test/support/end-to-end/sandbox-client.ts";
import type { Payment } from "../../test/support/end-to-end/wallet-client.ts";
import { StageFailure } from "../tool.ts";
import type { DemoAccount, ShownAccount } from "./account.ts";
import { amountText, print, printBody, printExchange, WIDTH } from "./print.ts";

/** What happens to the customer's account: by how much the balance changes, and the kinds of the new entries. */
type Movement = { readonly movedMinor: bigint; readonly entries: string };

/** What a step expects of an exchange: its result, and the movement. */
type Expected = Movement & {
  readonly resultCode: string;
  /** The result of the payment itself, where Alipay+ inquires it. */
  readonly paymentResultCode?: string;
  /** The exchange whose answer must be the same, byte for byte. */
  readonly repeats?: Sent;
};

/** Plays steps one after the other and counts those that are as expected. */
export class Demo {
  readonly sandbox: SandboxClient;
  readonly account: DemoAccount;
  steps = 0;
  failedSteps = 0;
  #differences: string[] = [];
  #shown: ShownAccount | undefined;

  constructor(sandbox: SandboxClient, account: DemoAccount) {
    this.sandbox = sandbox;
    this.account = account;
    this.#shown = account.atFirst;
  }

  /** Plays one step. Rejects when no later step can follow from it. */
  async step<Outcome>(title: string, play: () => Promise<Outcome>): Promise<Outcome> {
    this.steps += 1;
    print(`\n${`${this.steps}. ${title} `.padEnd(WIDTH, "─")}`, ["bold", "cyan"]);
    this.#differences = [];
    const outcome = await play();
    if (this.#differences.length > 0) this.failedSteps += 1;
    else print("\n  as expected", "green");
    for (const difference of this.#differences) print(`\n  NOT AS EXPECTED: ${difference}`, "red");
    return outcome;
  }

  /** Plays a step that is one exchange between Alipay+ and the wallet. */
  exchange(title: string, send: () => Promise<Sent>, expected: Expected): Promise<Sent> {
    return this.step(title, async () => {
      const sent = await send();
      await this.expectExchange(sent, expected);
      return sent;
    });
  }

  expect(what: string, actual: unknown, wanted: unknown): void {
    if (actual !== wanted) this.#differences.push(`${what} is ${actual} instead of ${wanted}`);
  }

  async expectExchange({ exchange, result }: Sent, expected: Expected): Promise<void> {
    if (!exchange) throw new StageFailure(`Alipay+ refuses with ${result.resultCode} and does not ask the wallet.`);
    printExchange(exchange);
    const { verified, body } = exchange.response;
    this.expect("verified", verified, true);
    this.expect("resultCode", result.resultCode, expected.resultCode);
    const { paymentResult } = JSON.parse(body || "{}") as { readonly paymentResult?: Sent["result"] };
    this.expect("paymentResult.resultCode", paymentResult?.resultCode, expected.paymentResultCode);
    if (expected.repeats) this.expect("the answer", body, expected.repeats.exchange?.response.body);
    await this.expectAccount(expected);
  }

  /** Shows the customer's account with the entries since the last step, and compares both; not where none is shown. */
  async expectAccount({ movedMinor, entries: kinds }: Movement): Promise<void> {
    const { customerId, read } = this.account;
    const before = this.#shown;
    const now = await read();
    this.#shown = now;
    if (!before || !now) return print(`\n  Account of ${customerId}: the core shows none`, "bold");
    const { currency, balance } = now;
    const text = amountText({ currency, value: balance });
    const was =
      balance === before.balance ? ", unchanged" : ` (was ${amountText({ currency, value: before.balance })})`;
    print(`\n  Account of ${customerId}: ${text}${was}`, "bold");
    const newest = JSON.stringify(before.entries[0]);
    const known = now.entries.findIndex((entry) => JSON.stringify(entry) === newest);
    const newEntries = now.entries.slice(0, known < 0 ? now.entries.length : known).reverse();
    for (const { kind, legs } of newEntries) {
      const movements = legs.map(({ account, amount }) => `${account} ${amountText({ currency, value: amount })}`);
      print(`    ${kind}  ${movements.join("   ")}`);
    }
    this.expect("the balance", balance, String(BigInt(before.balance) + movedMinor));
    this.expect("new entries", newEntries.map(({ kind }) => kind).join(), kinds);
  }

  /** Waits for a payment on the live stream, shows the event and compares its status. */
  async expectLive(stream: LiveStream, paymentRequestId: string, status: string): Promise<void> {
    const event = await stream.first((message) => message.paymentRequestId === paymentRequestId);
    print("\n  ⇠ live stream", "bold");
    printBody(event);
    this.expect("the status on the live stream", event.status, status);
  }

  /** Waits for the wallet's notification about an order, shows the order at its merchant and compares both. */
  async expectOrder({ paymentRequestId, paymentId }: Payment, status: string, resultCode: string): Promise<void> {
    const order = await this.sandbox.notifiedOrder(paymentRequestId);
    print("\n  The order at its merchant", "bold");
    printBody({ status: order.status, notifications: order.notifications });
    const [notification] = order.notifications;
    this.expect("the status of the order", order.status, status);
    this.expect("resultCode of notifyPayment", notification?.resultCode, resultCode);
    this.expect("paymentId of notifyPayment", notification?.paymentId, paymentId);
    this.expect("the answer of Alipay+", notification?.answer, "SUCCESS");
  }
}
