/** The demo's picture: exchanges and ledgers as text for a terminal of 80 to 120 columns. */
import { styleText } from "node:util";
import type { Customer, Exchange, LedgerEntry } from "./demo-sandbox.ts";

const WIDTH_MINIMUM = 80;
const WIDTH_MAXIMUM = 120;
const INDENT = "  ";
/** Longer header values are cut: a signature has some 400 characters that nobody reads. */
const HEADER_SHOWN_CHARACTERS = 60;

const width = Math.min(Math.max(process.stdout.columns ?? 100, WIDTH_MINIMUM), WIDTH_MAXIMUM);
const hasColours = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";

type Style = Parameters<typeof styleText>[0];

function styled(style: Style, text: string): string {
  return hasColours ? styleText(style, text, { validateStream: false }) : text;
}

function print(text: string, level = 1, style?: Style): void {
  const line = INDENT.repeat(level) + text;
  const shown = line.length > width ? `${line.slice(0, width - 1)}…` : line;
  console.log(style === undefined ? shown : styled(style, shown));
}

/** The heading of a step, and what happens in it. */
export function showHeading(number: number, title: string, story: string): void {
  const heading = `${number}. ${title} `;
  console.log(`\n${styled(["bold", "cyan"], heading.padEnd(width, "─"))}`);
  for (const line of wrapped(story, width - INDENT.length)) print(line);
}

/** A request with its headers and body, and the answer with its own. */
export function showExchange(exchange: Exchange): void {
  const { request, response } = exchange;
  console.log();
  print(`→ ${request.method} ${request.path}`, 1, "bold");
  showHeaders(request.headers, Object.keys(request.headers));
  showBody(request.body);
  const status = response.httpStatus === undefined ? "no answer" : `HTTP ${response.httpStatus}`;
  console.log();
  print(`← ${status} after ${exchange.tookMs} ms`, 1, "bold");
  showHeaders(response.headers, ["client-id", "response-time", "signature", "content-type"]);
  showBody(response.body);
  if (response.verified) print("✓ the wallet's signature verifies", 1, "green");
  else print(`✗ not verified: ${response.verificationFault ?? "no reason given"}`, 1, "red");
}

/** The customer's balance and the entries that are new. */
export function showLedger(customer: Customer, before: Customer): void {
  const { customerId, balance, currency } = customer;
  console.log();
  const change = balance === before.balance ? "unchanged" : `was ${amountText(before.balance, currency)}`;
  print(`Ledger of ${customerId}: ${amountText(balance, currency)} (${change})`, 1, "bold");
  const entries = newEntries(customer, before);
  if (entries.length === 0) print("no new entry", 2, "dim");
  for (const entry of entries) {
    const legs = entry.legs.map(({ account, amount }) => `${account} ${signedText(amount, currency)}`);
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

function showBody(body: string): void {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    print(body === "" ? "(no body)" : body, 2);
    return;
  }
  for (const line of jsonLines(value, width - 2 * INDENT.length)) print(line, 2);
}

/** JSON in lines, each value on one line where it fits. */
function jsonLines(value: unknown, room: number): string[] {
  const oneLine = JSON.stringify(value, undefined, 1).replace(/\n\s*/g, " ");
  if (oneLine.length <= room || typeof value !== "object" || value === null) return [oneLine];
  const isList = Array.isArray(value);
  const members = Object.entries(value).map(([key, member]) => {
    const [first = "", ...rest] = jsonLines(member, room - INDENT.length - key.length - 5);
    return [isList ? first : `${JSON.stringify(key)}: ${first}`, ...rest];
  });
  const lines = members.flatMap((member, index) => {
    const last = member.length - 1;
    const comma = index < members.length - 1 ? "," : "";
    return member.map((line, at) => INDENT + line + (at === last ? comma : ""));
  });
  return isList ? ["[", ...lines, "]"] : ["{", ...lines, "}"];
}

function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** An amount in the currency's ordinary unit, from its smallest. */
function amountText(minorUnits: string, currency: string): string {
  const { maximumFractionDigits: decimals = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  const isNegative = minorUnits.startsWith("-");
  const digits = minorUnits.replace("-", "").padStart(decimals + 1, "0");
  const whole = BigInt(digits.slice(0, digits.length - decimals)).toLocaleString("en");
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${isNegative ? "-" : ""}${whole}${fraction} ${currency}`;
}

function signedText(minorUnits: string, currency: string): string {
  const text = amountText(minorUnits, currency);
  return text.startsWith("-") ? text : `+${text}`;
}
