/** The gateway that days are played on: killed and started again, with one clock that goes ahead and never back. */
import type { RestartedGateway } from "../../../support/end-to-end/killable-gateway.ts";
import type { Parties } from "./parties.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Clearing days are days of UTC+8. */
const CLEARING_OFFSET_MS = 8 * 60 * MINUTE_MS;
const REPORT_MINUTE = 31;

export class World {
  readonly parties: Parties;
  /** When the gateway was killed, in the rehearsal's time. */
  readonly killTimesMs: number[] = [];
  readonly #gateway: RestartedGateway;
  #aheadMs = 0;
  #up: Promise<void> = Promise.resolve();

  constructor(parties: Parties, gateway: RestartedGateway) {
    this.parties = parties;
    this.#gateway = gateway;
  }

  /** The rehearsal's time, epoch milliseconds. */
  get timeMs(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Waits while the gateway is down. */
  untilUp(): Promise<void> {
    return this.#up;
  }

  /** Everything as it was before the first day; the clock is right again. */
  async reset(seed: string): Promise<void> {
    await this.parties.reset(seed);
    this.#aheadMs = 0;
  }

  async advance(durationMs: number): Promise<void> {
    const wholeMs = Math.max(0, Math.ceil(durationMs));
    // Counted before it is known to have been done: a gateway that is killed meanwhile must not go back.
    this.#aheadMs += wholeMs;
    await this.parties.advance(wholeMs);
  }

  /** Until the next time that it is so many minutes after midnight UTC+8. */
  async advanceToMinute(minuteOfDay: number): Promise<void> {
    const wantedMs = minuteOfDay * MINUTE_MS;
    const timeOfDayMs = (this.timeMs + CLEARING_OFFSET_MS) % DAY_MS;
    await this.advance((wantedMs - timeOfDayMs + DAY_MS) % DAY_MS);
  }

  /** The faults end, and days pass one after another: what is due each day is done before the next. */
  async advanceDays(days: number): Promise<void> {
    await this.parties.endFaults();
    for (let day = 0; day < days; day += 1) await this.advance(DAY_MS);
  }

  /** Until the reports about the day that it is now are there. */
  async advanceToReports(): Promise<void> {
    await this.advanceToMinute(0);
    await this.advanceToMinute(REPORT_MINUTE);
  }

  /** Kills the gateway and starts it again. A restart sets its clock right: what it was ahead is added once more. */
  kill(): Promise<void> {
    this.#up = this.#up.then(async () => {
      this.killTimesMs.push(this.timeMs);
      await this.#gateway.killAndRestart();
      await this.parties.advance(this.#aheadMs);
    });
    return this.#up;
  }
}

/** The clearing day of a time, yyyymmdd: a day of UTC+8. */
export function clearingDayOf(timeMs: number): string {
  return new Date(timeMs + CLEARING_OFFSET_MS).toISOString().slice(0, 10).replaceAll("-", "");
}

/** The day after a clearing day, on which its reports are made. */
export function dayAfter(clearingDay: string): string {
  const [year, month, day] = [clearingDay.slice(0, 4), clearingDay.slice(4, 6), clearingDay.slice(6)].map(Number);
  const next = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, (day ?? 1) + 1));
  return next.toISOString().slice(0, 10).replaceAll("-", "");
}
