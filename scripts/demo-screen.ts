/** The demo's picture of a step: its story, the exchange with Alipay+, the ledger after it, the verdict. */
import { amountText, signedText } from "./demo-amount.ts";
import type { Customer, Exchange, LedgerEntry } from "./demo-sandbox.ts";
import { print, printBody, printParagraph, styled, width } from "./demo-terminal.ts";

/** Longer header values are cut: a signature has some 400 characters that nobody reads. */
const HEADER_SHOWN_CHARACTERS = 60;

/** The heading of a step, and what happens in it. */
export function showHeading(number: number, title: string, story: string): void {
  const heading = `${number}. ${title} `;
  console.log(`\n${styled(["bold", "cyan"], heading.padEnd(width, "─"))}`);
  printParagraph(story);
}

/** A request with its headers and body, and the answer with its own. */
export function showExchange(exchange: Exchange): void {
  const { request, response } = exchange;
  console.log();
  print(`→ ${request.method} ${request.path}`, 1, "bold");
  showHeaders(request.headers, Object.keys(request.headers));
  printBody(request.body);
  const status = response.httpStatus === undefined ? "no answer" : `HTTP ${response.httpStatus}`;
  console.log();
  print(`← ${status} after ${exchange.tookMs} ms`, 1, "bold");
  showHeaders(response.headers, ["client-id", "response-time", "signature", "content-type"]);
  printBody(response.body);
  if (response.verified) print("✓ the wallet's signature verifies", 1, "green");
  else print(`✗ not verified: ${response.verificationFault ?? "no reason given"}`, 1, "red");
}

/** The customer's balance and the entries that are new. */
export function showLedger(customer: Customer, before: Customer): void {
  const { customerId, balance, currency } = customer;
  const text = (value: string): string => amountText({ currency, value });
  console.log();
  const change = balance === before.balance ? "unchanged" : `was ${text(before.balance)}`;
  print(`Ledger of ${customerId}: ${text(balance)} (${change})`, 1, "bold");
  const entries = newEntries(customer, before);
  if (entries.length === 0) print("no new entry", 2, "dim");
  for (const entry of entries) {
    const legs = entry.legs.map(({ account, amount }) => `${account} ${signedText({ currency, value: amount })}`);
    print(`entry ${entry.entryNumber}  ${entry.kind.padEnd(8)}  ${legs.join("   ")}`, 2);
  }
}

/** The entries of a customer that were not there before, oldest first. */
export function newEntries(customer: Customer, before: Customer): LedgerEntry[] {
  const known = before.entries[0]?.entryNumber ?? 0;
  return customer.entries.filter(({ entryNumber }) => entryNumber > known).reverse();
}

/** What a step should have brought, or that it did. */
export function showVerdict(faults: readonly string[]): void {
  console.log();
  if (faults.length === 0) print("as expected", 1, "green");
  for (const fault of faults) print(`NOT AS EXPECTED: ${fault}`, 1, "red");
}

/** A closing line. */
export function showClosing(text: string, isGood: boolean): void {
  console.log(`\n${styled(["bold", isGood ? "green" : "red"], text)}`);
}

function showHeaders(headers: Readonly<Record<string, string>>, names: readonly string[]): void {
  for (const name of names) {
    const value = headers[name];
    if (value === undefined) continue;
    const isLong = value.length > HEADER_SHOWN_CHARACTERS;
    const shown = isLong ? `${value.slice(0, HEADER_SHOWN_CHARACTERS)}… (${value.length} characters)` : value;
    print(`${name}: ${shown}`, 2, "dim");
  }
}
