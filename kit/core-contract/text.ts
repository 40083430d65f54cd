/** Values in messages. */

const CUT_LIMIT_CHARACTERS = 120;

/** A text in one line, with a mark where it is longer than a message should be. */
export function cut(text: string, limit = CUT_LIMIT_CHARACTERS): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit)} … (${text.length} characters)`;
}

/** A value as JSON, members in the order of their names, amounts as digits. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return member.toString();
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return text ?? "nothing";
}
