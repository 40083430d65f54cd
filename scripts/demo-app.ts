/** The wallet's app on the customer's phone, listening to the live stream while things happen. */
import { type Account, CUSTOMER_ID } from "./demo-account.ts";
import { LiveStream } from "./demo-live.ts";
import { showCall, showHeard } from "./demo-phone-screen.ts";
import type { SandboxClient } from "./demo-sandbox.ts";
import type { Check, Steps } from "./demo-steps.ts";
import { replyOf, type WalletClient } from "./demo-wallet.ts";

/** What the steps on the phone work with. */
export type AppDemo = {
  readonly steps: Steps;
  readonly sandbox: SandboxClient;
  readonly wallet: WalletClient;
  readonly account: Account;
  readonly stream: LiveStream;
};

/** A moment that something happened at (`performance.now`). */
type Moment = { readonly what: string; readonly atMs: number };

/** Opens the live stream; whoever called closes it. */
export function listen(steps: Steps, wallet: WalletClient): Promise<LiveStream> {
  return steps.step(
    "The customer's own phone",
    "The app listens from the start: a token of a few minutes opens the live stream of this customer and nothing else. It goes as the second sub-protocol of the WebSocket, never in the URL.",
    async () => {
      const call = await wallet.post<{ token: string }>("/live-tokens", { customerId: CUSTOMER_ID });
      showCall(call);
      const beganAtMs = performance.now();
      const stream = new LiveStream(wallet.url, replyOf(call).token);
      const { message, heardAtMs } = await stream.ready();
      showHeard(message, heardAtMs - beganAtMs, "GET /wallet/v1/live");
      return stream;
    },
  );
}

/** Waits for what the live stream tells of a payment, shows it and compares the status. */
export async function hear(
  stream: LiveStream,
  check: Check,
  payment: { readonly paymentRequestId: string; readonly status: string },
  since: Moment,
): Promise<void> {
  const { message, heardAtMs } = await stream.payment(payment.paymentRequestId);
  showHeard(message, heardAtMs - since.atMs, since.what);
  check.same("the status that was heard", message.status, payment.status);
}
