/** The tables of docs/core.md: what becomes of each refusal of a wallet's core. */
import { expect, it } from "vitest";
import document from "../../../docs/core.md?raw";
import { paymentRefusal, refundRefusal } from "../../../durable/payments/results.ts";
import { coreMessages } from "../../../durable/wallet-core/http/schema.ts";
import page from "../../../sandbox/page/app/phone/result-screen.tsx?raw";
import { adviceOf } from "../../../worker/wallet/payments/payment-view.ts";

/** The rows of the table below a line of headings. */
function rowsBelow(headings: string): string[] {
  const [, table = ""] = document.split(`${headings}\n`);
  const [, ...rows] = (table.split("\n\n")[0] ?? "").split("\n");
  return rows;
}

/** What the phone of the sandbox says for an advice. */
function sentenceOf(advice: string | undefined): string {
  return page.match(new RegExp(`\\["${advice}", "([^"]+)"\\]`))?.[1] ?? "no sentence";
}

it("docs/core.md says of every refused debit what Alipay+ and the customer get", () => {
  const rows = coreMessages.debit.answer.options[1].shape.reason.options.map((reason) => {
    const result = paymentRefusal(reason);
    const advice = adviceOf(result);
    return `| \`${reason}\` | \`${result.resultCode}\` | \`${advice}\`: ${sentenceOf(advice)} |`;
  });
  const headings = "| `reason` | Alipay+ gets | the app gets as `advice`, and the customer of the sandbox reads |";
  expect(rowsBelow(headings)).toEqual(rows);
});

it("docs/core.md says of every refused refund what Alipay+ gets", () => {
  const rows = coreMessages.refund.answer.options[1].shape.reason.options.map(
    (reason) => `| \`${reason}\` | \`${refundRefusal(reason).result.resultCode}\` |`,
  );
  expect(rowsBelow("| `reason` | Alipay+ gets |")).toEqual(rows);
});
