/**
 * CSV as the reports write it: RFC 4180 with CRLF, in UTF-8 without a byte order mark.
 *
 * Identifiers come from acquirers and merchants, and a report is opened in spreadsheets, where a cell that begins like
 * a formula is one. Such a text gets an apostrophe before it, and so does one that begins with an apostrophe, so that a
 * reader who takes one away gets every text back as it was.
 */

/** A field: text, or a whole number. */
export type Field = string | number | bigint;

const NEEDS_QUOTES = /[",\r\n]/;
/** With their full-width forms, which spreadsheets of some languages read the same way. */
const BEGINS_LIKE_FORMULA = /^[=+\-@＝＋－＠\t\r\n']/;
const WHOLE_NUMBER = /^-?[0-9]+$/;

/** The text of a file: every line ends with CRLF, the last one too. */
export function csvOf(lines: readonly (readonly Field[])[]): string {
  return lines.map((fields) => `${fields.map(cellOf).join(",")}\r\n`).join("");
}

function cellOf(field: Field): string {
  const text = harmless(String(field));
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(text: string): string {
  return BEGINS_LIKE_FORMULA.test(text) && !WHOLE_NUMBER.test(text) ? `'${text}` : text;
}
