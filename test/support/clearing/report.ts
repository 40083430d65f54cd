/** All files of a report as its participant downloads them, made of the transactions of the day. */
import { addItems, emptyBatches } from "../../../sandbox/alipayplus/clearing/batch.ts";
import { addPage, emptyDraft, fileNamesOf, fileTextOf } from "../../../sandbox/alipayplus/clearing/files.ts";
import type { ClearingItem } from "../../../sandbox/alipayplus/clearing/item.ts";
import { fileOfName, type Report } from "../../../sandbox/alipayplus/clearing/names.ts";

const PAGE_ITEMS = 500;

/** Name and text of every file, those of the clearing cycle first. */
export function filesOf(report: Report, items: readonly ClearingItem[]): Map<string, string> {
  const pages = Array.from({ length: Math.ceil(items.length / PAGE_ITEMS) }, (_, page) =>
    items.slice(page * PAGE_ITEMS, (page + 1) * PAGE_ITEMS),
  );
  const { participant } = report;
  const batches = pages.reduce((sums, page) => addItems(sums, participant, page), emptyBatches(participant));
  const names = (["clearing", "settlement"] as const).flatMap((space) => fileNamesOf(report, space, batches));
  return new Map(names.map((name) => [name, textOf(report, name, pages)]));
}

function textOf(report: Report, name: string, pages: readonly (readonly ClearingItem[])[]): string {
  const file = fileOfName(report, name);
  if (!file) throw new Error(`${name} names no file`);
  const draft = pages.reduce((read, page) => addPage(read, report, file, page), emptyDraft(report));
  const text = fileTextOf(report, file, draft);
  if (text === undefined) throw new Error(`${name} is listed, and is not there`);
  return text;
}

/** The files of one settlement currency. */
export function filesIn(files: ReadonlyMap<string, string>, currency: string): Map<string, string> {
  return new Map([...files].filter(([name]) => name.split("_")[2] === currency));
}
