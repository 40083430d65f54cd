/** What the demo expects of an exchange between Alipay+ and the wallet. */
import type { Reply } from "./demo-sandbox.ts";
import { showExchange } from "./demo-screen.ts";
import type { Check } from "./demo-steps.ts";
import { StageFailure } from "./tool.ts";

/** What an exchange should bring. */
export type ExpectedExchange = {
  readonly resultCode: string;
  /** Of the payment itself, where it is asked for. */
  readonly paymentResultCode?: string;
  /** The body that the answer must equal byte for byte. */
  readonly sameAnswerAs?: Reply;
};

/** Shows an exchange and compares it. */
export function lookAtExchange(check: Check, { exchange, result }: Reply, expected: ExpectedExchange): void {
  if (!exchange) {
    check.fault(`Alipay+ refused before it asked the wallet: ${result.resultCode}`);
    return;
  }
  showExchange(exchange);
  const { body, verified } = exchange.response;
  check.same("verified", verified, true);
  check.same("resultCode", result.resultCode, expected.resultCode);
  if (expected.paymentResultCode !== undefined) {
    const { paymentResult } = JSON.parse(body) as { paymentResult?: { resultCode?: string } };
    check.same("paymentResult.resultCode", paymentResult?.resultCode, expected.paymentResultCode);
  }
  if (expected.sameAnswerAs) check.same("the answer", body, expected.sameAnswerAs.exchange?.response.body);
}

/** The `paymentRequestId` that a pay went out with. */
export function paymentRequestIdOf({ exchange }: Reply): string {
  const { paymentRequestId } = JSON.parse(exchange?.request.body ?? "{}") as { paymentRequestId?: string };
  if (paymentRequestId === undefined) throw new StageFailure("The payment was not sent; nothing can follow from it.");
  return paymentRequestId;
}
