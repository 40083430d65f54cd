/** The tools of the rehearsal, in the order of the page. */
export const TOOLS = [
  ["FAULTS", "Faults"],
  ["CLOCK", "Clock"],
  ["MARKET", "Market"],
  ["CLEARING", "Clearing files"],
  ["RESET", "Reset"],
] as const;

/** A tool. */
export type Tool = (typeof TOOLS)[number][0];

/** Whether a text names a tool. */
export function isTool(text: string): text is Tool {
  return TOOLS.some(([name]) => name === text);
}
