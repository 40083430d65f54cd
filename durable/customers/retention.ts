/**
 * Retention: empties what is personal about final payments and refunds, RETENTION_DAYS after each was stored, and about
 * authorisations, as long after each ended. Texts are numbered in the order in which they were stored, so that the
 * oldest row says whether anything is due: no payment has a row or a due time for it. Authorisations have an index by
 * their end.
 *
 * Source: docs/storage.md#personal-data.
 */
import type { AuthorizationRecord, AuthorizationRecords } from "../authorizations/records.ts";
import type { Texts } from "../payments/texts.ts";
import type { PersonalData } from "./personal-data.ts";

/** How many rows one step looks at. */
const STEP_ROWS = 100;

/** The dependencies of the retention, all of them parts of the home. */
type RetentionContext = {
  readonly texts: Texts;
  readonly authorizationRecords: AuthorizationRecords;
  readonly personalData: PersonalData;
  readonly retentionMs: number;
};

/** The retention of one home: the alarm of the home takes a step at a time, until nothing is due. */
export class Retention {
  readonly #context: RetentionContext;
  /**
   * Where the walk is: it passes what is still open, which the next walk looks at again. It lives in memory: an object
   * that begins again begins with the oldest.
   */
  #afterNumber = 0;

  constructor(context: RetentionContext) {
    this.#context = context;
  }

  /** Whether the oldest texts, or the authorisation that ended first, are past RETENTION_DAYS. */
  isDue(nowMs: number): boolean {
    const [oldest] = this.#context.texts.oldest(0, 1);
    return (oldest !== undefined && this.#isOver(oldest, nowMs)) || this.#endedAuthorizations(nowMs, 1).length > 0;
  }

  /** Empties a few, the oldest first. @returns whether there may be more: call it again soon */
  step(nowMs: number): boolean {
    const { texts, personalData } = this.#context;
    const ended = this.#endedAuthorizations(nowMs, STEP_ROWS);
    const emptied = ended.filter((record) => personalData.emptyAuthorization(record)).length;
    const oldest = texts.oldest(this.#afterNumber, STEP_ROWS);
    const over = oldest.filter((stored) => this.#isOver(stored, nowMs));
    for (const stored of over) personalData.emptyOwner(stored);
    const isMore = over.length === STEP_ROWS;
    this.#afterNumber = isMore ? (over.at(-1)?.textsNumber ?? 0) : 0;
    return isMore || emptied === STEP_ROWS;
  }

  #endedAuthorizations(nowMs: number, limit: number): AuthorizationRecord[] {
    return this.#context.authorizationRecords.endedBy(nowMs - this.#context.retentionMs, limit);
  }

  #isOver({ storedTimeMs }: { readonly storedTimeMs: number }, nowMs: number): boolean {
    return nowMs >= storedTimeMs + this.#context.retentionMs;
  }
}
