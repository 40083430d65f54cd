/** The files of a clearing day, for download. */
import { useState } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { fetchReport, type ReportPlace, reportPath } from "../calls/rehearsal.ts";
import { dayText, lastReportedDay, serverNowMs, untilReportMs } from "../server-clock.ts";
import { settings } from "../settings.ts";
import { useAction } from "../use-action.ts";
import type { RehearsalClock } from "./use-clock.ts";

const SPACES: readonly ReportPlace["space"][] = ["clearing", "settlement"];

type File = { readonly space: string; readonly name: string; readonly path: string };
type Listed = { readonly day: string; readonly files: readonly File[] };

/** Chooses a day and a participant. */
export function ClearingTool({ clock }: { clock: RehearsalClock }) {
  /** Until a person chooses another: the last day that can be had. */
  const [chosenDay, setChosenDay] = useState<string | undefined>();
  const [participantId, setParticipantId] = useState(settings.participants[0]?.participantId ?? "");
  const [listed, setListed] = useState<Listed | undefined>();
  const { isBusy, failure, act } = useAction();
  const day = chosenDay ?? lastReportedDay(serverNowMs());

  const list = (wantedDay: string) => {
    setListed(undefined);
    return act(filesOf(participantId, wantedDay), ({ files }) => setListed({ day: wantedDay, files }));
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void list(day);
  };
  const closeToday = async () => {
    const today = dayText(serverNowMs());
    await clock.advance(untilReportMs(serverNowMs()));
    setChosenDay(undefined);
    await list(today);
  };
  return (
    <form class="tool clearing-tool" onSubmit={onSubmit}>
      <div class="fields">
        <label>
          Day of the payments
          <input type="date" required value={day} onInput={({ currentTarget }) => setChosenDay(currentTarget.value)} />
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
        {(failure ?? clock.failure)?.failure}
      </p>
      <div class="next-day">
        <p class="dim">Today’s payments are cleared at 00:30 of the next day. Only a reset sets the clock back.</p>
        <button type="button" aria-disabled={isBusy || clock.isBusy} onClick={closeToday}>
          {clock.isBusy ? "Setting the clock …" : "Set the clock there, and list today’s files"}
        </button>
      </div>
      {listed && (
        <>
          <h3>Files of {listed.day}</h3>
          <ul class="files" aria-label="Files">
            {listed.files.map(({ space, name, path }) => (
              <li key={path}>
                <span class="dim">{space}</span>
                <a href={path} download={name}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </>
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
