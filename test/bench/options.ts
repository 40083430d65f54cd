/** The command line of the benchmark. */

import { StageFailure } from "../../scripts/tool.ts";
import { fastestDirectory } from "../support/node/fastest-directory.ts";

/** The options as they are parsed. */
export const OPTIONS = {
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "2" },
  connections: { type: "string", default: "16" },
  storage: { type: "string", default: fastestDirectory() },
  baseline: { type: "string" },
  overload: { type: "boolean", default: false },
  variable: { type: "string", multiple: true, default: [] as string[] },
} as const;

/** The options of a run. */
export type Options = {
  readonly roundCount: number;
  readonly measuredMs: number;
  readonly connectionCount: number;
  readonly storage: string;
  /** The other checkout. */
  readonly baseline: string | undefined;
  readonly isOverload: boolean;
  readonly variables: Readonly<Record<string, string>>;
};

/** A number of the command line, at least `least`. */
function numberOption(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new StageFailure(`--${name} must be a number of at least ${least}, not "${text}".`);
}

function variableOption(text: string): readonly [string, string] {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new StageFailure(`--variable must be NAME=VALUE, not "${text}".`);
  return [name, value];
}

/** What the command line holds. */
type Values = {
  readonly rounds: string;
  readonly seconds: string;
  readonly connections: string;
  readonly storage: string;
  readonly baseline?: string | undefined;
  readonly overload: boolean;
  readonly variable: readonly string[];
};

/** The options of a run. Throws StageFailure when one is too small or not in its form. */
export function readOptions(values: Values): Options {
  return {
    roundCount: Math.floor(numberOption("rounds", values.rounds, 1)),
    measuredMs: numberOption("seconds", values.seconds, 0.1) * 1000,
    connectionCount: Math.floor(numberOption("connections", values.connections, 1)),
    storage: values.storage,
    baseline: values.baseline,
    isOverload: values.overload,
    variables: Object.fromEntries(values.variable.map(variableOption)),
  };
}
