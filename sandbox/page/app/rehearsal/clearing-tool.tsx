/** The files of a clearing day, for download. */
import { useState } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { fetchReport, type ReportPlace, reportPath } from "../calls/rehearsal.ts";
import { dayText, serverNowMs, untilReportMs } from "../server-clock.ts";
import { settings } from "../settings.ts";
import { useAction } from "../use-action.ts";
import type { RehearsalClock } from "./use-clock.ts";

const SPACES: readonly ReportPlace["space"][] = ["clearing", "settlement"];

type File = { readonly space: string; readonly name: string; readonly path: string };

/** Chooses a day and a participant. */
export function ClearingTool({ clock }: { clock: RehearsalClock }) {
  const [day, setDay] = useState(() => dayText(serverNowMs()));
  const [participantId, setParticipantId] = useState(settings.participants[0]?.participantId ?? "");
  const [files, setFiles] = useState<readonly File[] | undefined>();
  const { isBusy, failure, act } = useAction();
  const isNotReady = failure?.code === "REPORT_NOT_READY";

  const list = () => {
    setFiles(undefined);
    return act(filesOf(participantId, day), ({ files: found }) => setFiles(found));
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void list();
  };
  const advance = async () => {
    await clock.advance(untilReportMs(serverNowMs()));
    await list();
  };
  return (
    <form class="tool clearing-tool" onSubmit={onSubmit}>
      <div class="fields">
        <label>
          Day of the payments
          <input type="date" required value={day} onInput={({ currentTarget }) => setDay(currentTarget.value)} />
        </label>
        <label>
          Files for
          <select value={participantId} onChange={({ currentTarget }) => setParticipantId(currentTarget.value)}>
            {settings.participants.map(({ name, participantId: id }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary" aria-disabled={isBusy}>
          List the files
        </button>
      </div>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
      {isNotReady && day === dayText(serverNowMs()) && (
        <button type="button" onClick={advance}>
          Set the clock to 00:30 of the next day
        </button>
      )}
      {files && (
        <ul class="files" aria-label="Files">
          {files.map(({ space, name, path }) => (
            <li key={path}>
              <span class="dim">{space}</span>
              <a href={path} download={name}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** The files of both spaces; the report of a day is made on the next day. */
async function filesOf(participantId: string, day: string): Promise<{ readonly files: readonly File[] } | Failure> {
  const date = dayText(Date.parse(`${day}T00:00:00+08:00`), 1).replaceAll("-", "");
  const files: File[] = [];
  for (const space of SPACES) {
    const place = { space, participantId, date };
    const answer = await fetchReport(place);
    if (isFailure(answer)) return answer;
    files.push(...answer.files.map((name) => ({ space, name, path: reportPath(place, name) })));
  }
  return { files };
}
