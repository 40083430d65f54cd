/** A file of sheets: pure functions. What is over makes room, so that a file does not grow with everybody it has seen. */
import { isSpent, type SheetContents } from "./code-stock.ts";

/** Sheets by key; the one that was changed last stands last. */
export type SheetFile = Readonly<Record<string, SheetContents>>;

/** How many sheets are filed together: a file is one stored value, which may have 2 MiB, and a sheet has about 1 KB. */
export const SHEETS_LIMIT = 1_000;

/** The file with a sheet in it; those that are spent, and the oldest where there are too many, are gone. */
export function filed(file: SheetFile, key: string, sheet: SheetContents, nowMs: number): SheetFile {
  const others = Object.entries(file).filter(([other, known]) => other !== key && !isSpent(known, nowMs));
  const kept = others.slice(Math.max(0, others.length - (SHEETS_LIMIT - 1)));
  return Object.fromEntries([...kept, [key, sheet]]);
}
