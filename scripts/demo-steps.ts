/** The steps of the demo, one after the other, and how many were not as expected. */
import { showHeading, showVerdict } from "./demo-screen.ts";

/** What a step finds to be different. */
export class Check {
  readonly #faults: string[] = [];

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Compares a text, number or boolean. */
  same(what: string, actual: unknown, wanted: unknown): void {
    if (actual !== wanted) this.fault(`${what} is ${String(actual)} instead of ${String(wanted)}`);
  }

  fault(text: string): void {
    this.#faults.push(text);
  }
}

/** Shows and counts steps. */
export class Steps {
  #taken = 0;
  #failed = 0;

  get taken(): number {
    return this.#taken;
  }

  get failed(): number {
    return this.#failed;
  }

  /**
   * Takes one step: the heading, what the step itself shows, the verdict.
   *
   * @throws what `play` throws: then nothing can follow from the step.
   */
  async step<Outcome>(title: string, story: string, play: (check: Check) => Promise<Outcome>): Promise<Outcome> {
    this.#taken += 1;
    showHeading(this.#taken, title, story);
    const check = new Check();
    const outcome = await play(check);
    showVerdict(check.faults);
    if (check.faults.length > 0) this.#failed += 1;
    return outcome;
  }
}
