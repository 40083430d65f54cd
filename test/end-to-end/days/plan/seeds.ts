/** The seeds of a run. */

/** The golden ratio of 2^32: days of runs with neighbouring seeds have nothing in common. */
const DAY_STRIDE = 0x9e3779b1;

/**
 * The seed of a day. The first day of a run has the run's own seed: a day is played again by a run of one day with the
 * day's seed.
 *
 * @param day 0 for the first
 */
export function seedOfDay(runSeed: number, day: number): number {
  return (runSeed + Math.imul(day, DAY_STRIDE)) >>> 0;
}

/** A random seed. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
