/** Messages that arrive once more with a change. */
import type { RepeatChange, WalletInterface } from "../plan/plan.ts";

/** What a repeat must not change, by interface; a cancel has nothing of the kind. */
const CHANGED_AMOUNT: Readonly<Record<string, string>> = { pay: "payToAmount", refund: "refundFromAmount" };

/** The same message with a change, where the interface has something of the kind. */
export function changedBody(interfaceName: WalletInterface, body: string, change: RepeatChange): string {
  const amount = CHANGED_AMOUNT[interfaceName];
  if (amount === undefined) return body;
  if (change === "AMOUNT" || interfaceName !== "pay") return withOtherAmount(body, amount);
  const message = JSON.parse(body) as { readonly paymentMethod: object };
  return JSON.stringify({ ...message, paymentMethod: { ...message.paymentMethod, ...change } });
}

/** The same message with one unit more. */
export function withOtherAmount(body: string, parameter: string): string {
  const message = JSON.parse(body) as Record<string, { readonly value: string }>;
  const amount = message[parameter];
  return JSON.stringify({ ...message, [parameter]: { ...amount, value: String(BigInt(amount?.value ?? "0") + 1n) } });
}
