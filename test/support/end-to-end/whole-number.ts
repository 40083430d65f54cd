import { StageFailure } from "../../../scripts/tool.ts";

/**
 * A whole number of the command line.
 *
 * @throws StageFailure for any other text, and for a number below `least`.
 */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new StageFailure(`--${name} must be a whole number from ${least} on, not "${text}".`);
}
