/** What the demo prints. */
import { inspect, styleText } from "node:util";
import type { ObservedCall } from "../../test/support/end-to-end/json-client.ts";
import type { Amount, Sent } from "../../test/support/end-to-end/sandbox-client.ts";

/** How wide a line is. */
export const WIDTH = Math.min(Math.max(process.stdout.columns ?? 100, 80), 120);
const COLOURS = process.stdout.isTTY && !process.env.NO_COLOR;

/** Prints a text, in a style where the terminal has one. */
export function print(text: string, style?: Parameters<typeof styleText>[0]): void {
  console.log(style && COLOURS ? styleText(style, text, { validateStream: false }) : text);
}

/** Prints JSON and cuts long texts in it, such as signatures and images. */
export function printBody(body: unknown): void {
  const shape = { depth: null, breakLength: WIDTH - 6, compact: 4, maxStringLength: 50, colors: COLOURS };
  print(inspect(body, shape).replace(/^/gm, "    "));
}

/** Prints a call with what was sent, if anything, and what was answered. */
export function printCall({ method, path, sent, status, body, tookMs }: ObservedCall): void {
  print(`\n  → ${method} ${path}`, "bold");
  if (sent !== undefined) printBody(sent);
  print(`  ← HTTP ${status} after ${tookMs} ms`, "bold");
  printBody(body);
}

/** Prints an exchange between Alipay+ and the wallet, and whether its answer verifies. */
export function printExchange({ request, response, tookMs }: NonNullable<Sent["exchange"]>): void {
  const sent = { headers: request.headers, body: JSON.parse(request.body) };
  const body = { headers: response.headers, body: response.body && JSON.parse(response.body) };
  printCall({ method: request.method, path: request.path, sent, status: response.httpStatus ?? 0, body, tookMs });
  if (response.verified) print("  ✓ the wallet's signature verifies", "green");
  else print(`  ✗ not verified: ${response.verificationFault ?? "no reason given"}`, "red");
}

/** An amount in the smallest unit as people read it: `37600` of HKD is `HKD 376.00`. */
export function amountText({ currency, value }: Amount): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" });
  return format.format(`${value}E-${format.resolvedOptions().maximumFractionDigits ?? 0}` as Intl.StringNumericLiteral);
}
