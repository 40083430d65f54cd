/** Reads a report as a party to it would: RFC 4180, and the apostrophe that keeps a cell from being a formula. */

/** The lines of a file, each a list of fields; throws on what is no such file. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quoted = /"((?:[^"]|"")*)"(?=,|\r\n)/y;
    const bare = /[^",\r\n]*(?=,|\r\n)/y;
    quoted.lastIndex = at;
    bare.lastIndex = at;
    const cell = quoted.exec(text) ?? bare.exec(text);
    if (!cell) throw new Error(`No field at ${at}: ${text.slice(at, at + 40)}`);
    fields.push((cell[1]?.replaceAll('""', '"') ?? cell[0]).replace(/^'/, ""));
    at += cell[0].length;
    const endsLine = text.startsWith("\r\n", at);
    at += endsLine ? 2 : 1;
    if (!endsLine) continue;
    lines.push(fields);
    fields = [];
  }
  if (fields.length > 0) throw new Error("The last line has no end");
  return lines;
}

/** A record by the names of its columns. */
export type CsvRecord = Readonly<Record<string, string>>;

/** The first line names the columns of those that follow, as many as each of them has. */
export function recordsOf([names = [], ...lines]: readonly (readonly string[])[]): CsvRecord[] {
  return lines.map((fields) => {
    if (fields.length !== names.length) throw new Error(`${fields.length} fields in ${names.length} columns`);
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
  });
}
