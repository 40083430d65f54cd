/**
 * The reports for download, as Alipay+ puts them on a server of files. A date is the day on which the report was made,
 * the next after the clearing day. Source: docs/spec/reconciliation.md.
 */
import { formatTime } from "../../protocol/time.ts";
import { addItems, emptyBatches } from "../alipayplus/clearing/batch.ts";
import { dayOfDate, reportTimeMsOf } from "../alipayplus/clearing/day.ts";
import { addPage, emptyDraft, fileNamesOf, fileTextOf } from "../alipayplus/clearing/files.ts";
import type { ClearingItem } from "../alipayplus/clearing/item.ts";
import { FILE_SPACES, type FileSpace, fileOfName, type Report } from "../alipayplus/clearing/names.ts";
import { concerns, participantOf } from "../alipayplus/clearing/participant.ts";
import { refuse, refuseParameter, type SandboxContext } from "../http.ts";

/** GET /sandbox/settlements/{clearing|settlement}/{participantId}/{yyyymmdd}: the names of the files. */
export async function getSettlementFiles(context: SandboxContext): Promise<Response> {
  const named = namedReport(context);
  if ("refusal" in named) return named.refusal;
  const { report, space } = named;
  const { participant } = report;
  const batches = await foldDay(context, report, emptyBatches(participant), (sums, page) =>
    addItems(sums, participant, page),
  );
  return batches ? context.json({ files: fileNamesOf(report, space, batches) }) : refuseNotReady(context, report);
}

/** GET /sandbox/settlements/{clearing|settlement}/{participantId}/{yyyymmdd}/{fileName}: one of them. */
export async function getSettlementFile(context: SandboxContext): Promise<Response> {
  const named = namedReport(context);
  if ("refusal" in named) return named.refusal;
  const { report, space } = named;
  const fileName = context.req.param("fileName") ?? "";
  const file = fileOfName(report, fileName);
  const kinds: readonly string[] = FILE_SPACES[space];
  if (!file || !kinds.includes(file.kind)) return refuseFile(context);
  const draft = await foldDay(context, report, emptyDraft(report), (read, page) => addPage(read, report, file, page));
  if (!draft) return refuseNotReady(context, report);
  const text = fileTextOf(report, file, draft);
  if (text === undefined) return refuseFile(context);
  return context.body(text, 200, {
    "Content-Type": "text/csv; charset=UTF-8; header=present",
    "Content-Disposition": `attachment; filename="${fileName}"`,
    "X-Content-Type-Options": "nosniff",
  });
}

type NamedReport = { readonly report: Report; readonly space: FileSpace } | { readonly refusal: Response };

function namedReport(context: SandboxContext): NamedReport {
  const { space = "", participantId = "", date = "" } = context.req.param();
  if (space !== "clearing" && space !== "settlement") {
    return { refusal: refuse(context, "NOT_FOUND", "There are files below clearing and settlement.") };
  }
  const participant = participantOf(participantId);
  if (!participant) {
    const message = "Illegal parameter participantId: must be the pspId or the acquirerId of the sandbox's messages.";
    return { refusal: refuse(context, "PARTICIPANT_UNKNOWN", message) };
  }
  const reportDay = dayOfDate(date);
  if (reportDay === undefined) {
    return { refusal: refuseParameter(context, "date", "must be a day of the calendar, yyyymmdd") };
  }
  return { report: { participant, day: reportDay - 1 }, space };
}

/** A value made of all transactions of a day, page by page; undefined while the day can still change. */
async function foldDay<Value>(
  context: SandboxContext,
  { participant, day }: Report,
  initial: Value,
  add: (value: Value, page: readonly ClearingItem[]) => Value,
): Promise<Value | undefined> {
  const { network } = context.get("parties").alipayPlus;
  let value = initial;
  let afterEntry = 0;
  for (;;) {
    const page = await network().clearingPage(day, afterEntry);
    if (page.outcome === "NOT_READY") return undefined;
    const items = page.items.filter((item) => concerns(participant, item));
    value = add(value, items);
    if (page.lastEntry === undefined) return value;
    afterEntry = page.lastEntry;
  }
}

function refuseNotReady(context: SandboxContext, { day }: Report): Response {
  const from = formatTime(reportTimeMsOf(day));
  return refuse(context, "REPORT_NOT_READY", `The report of this date is made at ${from}.`);
}

function refuseFile(context: SandboxContext): Response {
  return refuse(context, "FILE_UNKNOWN", "Illegal parameter fileName: the report has no such file.");
}
