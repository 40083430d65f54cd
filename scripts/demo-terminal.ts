/** Lines of text for a terminal of 80 to 120 columns; without colours where the output is no terminal. */
import { styleText } from "node:util";

const WIDTH_MINIMUM = 80;
const WIDTH_MAXIMUM = 120;
const WIDTH_WITHOUT_TERMINAL = 100;
const INDENT = "  ";

/** How many columns a line may take. */
export const width = Math.min(Math.max(process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL, WIDTH_MINIMUM), WIDTH_MAXIMUM);

const hasColours = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";

/** A style of `node:util`. */
export type Style = Parameters<typeof styleText>[0];

/** The text in a style, where there are colours. */
export function styled(style: Style, text: string): string {
  return hasColours ? styleText(style, text, { validateStream: false }) : text;
}

/** Prints one line, indented by levels, and cut where it is too long. */
export function print(text: string, level = 1, style?: Style): void {
  const line = INDENT.repeat(level) + text;
  const shown = line.length > width ? `${line.slice(0, width - 1)}…` : line;
  console.log(style === undefined ? shown : styled(style, shown));
}

/** Prints a paragraph. */
export function printParagraph(text: string): void {
  for (const line of wrapped(text, width - INDENT.length)) print(line);
}

/** Prints a body: JSON in lines, each value on one line where it fits; anything else as it is. */
export function printBody(body: string): void {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    print(body === "" ? "(no body)" : body, 2);
    return;
  }
  for (const line of jsonLines(value, width - 2 * INDENT.length)) print(line, 2);
}

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
