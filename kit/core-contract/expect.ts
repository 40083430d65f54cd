/** Comparisons of answers with what the contract demands. */
import type { Exchange } from "./link.ts";
import type { ContractSubject } from "./subject.ts";
import { cut, textOf } from "./text.ts";

/** What the core's client answers where the core gave no answer that counts. */
const UNANSWERED = "UNANSWERED";

/** The core breaks a requirement; the message says which member of which answer is wrong, and how. */
export class Breach extends Error {
  /** The answer that is wrong, as the core's client has read it; undefined when no such answer is. */
  readonly answer: unknown;
  /** The exchange that shows it, where the check knows it. */
  readonly exchange: Exchange | undefined;

  constructor(message: string, { answer, exchange }: { readonly answer?: unknown; readonly exchange?: Exchange } = {}) {
    super(message);
    this.answer = answer;
    this.exchange = exchange;
  }

  /** Whether the core gave no answer that counts: then the exchange says why. */
  get isUnanswered(): boolean {
    return isRecord(this.answer) && this.answer.outcome === UNANSWERED;
  }
}

/** Throws Breach when an answer is not the one that the contract demands. Members may be in any order. */
export function expectAnswer(what: string, answer: unknown, expected: unknown): void {
  if (textOf(answer) === textOf(expected)) return;
  const differences = isRecord(answer) && isRecord(expected) ? differencesOf(answer, expected) : undefined;
  throw new Breach(
    `${what}: ${differences ?? `must be ${cut(textOf(expected))}, the core answered ${cut(textOf(answer))}`}`,
    { answer },
  );
}

/** Throws Breach when the core gave no answer that counts. */
export function expectAnswered(what: string, answer: { readonly outcome: string }): void {
  if (answer.outcome === UNANSWERED) throw new Breach(`${what}: must be answered`, { answer });
}

/** The time of an answer that must be DONE, epoch milliseconds. Throws Breach for any other. */
export function expectDone(
  what: string,
  answer: { readonly outcome: string; readonly timeMs?: number | undefined },
): number {
  const { timeMs } = answer;
  if (answer.outcome === "DONE" && timeMs !== undefined) return timeMs;
  throw new Breach(`${what}: "outcome" must be "DONE", the core answered ${cut(textOf(answer))}`, { answer });
}

/** Throws Breach when the balance, where it can be read, has not changed by `changeMinor` since `beforeMinor`. */
export async function expectBalanceChange(
  { balance }: ContractSubject,
  beforeMinor: bigint | undefined,
  changeMinor: bigint,
): Promise<void> {
  if (balance === undefined || beforeMinor === undefined) return;
  const changedMinor = (await balance()) - beforeMinor;
  if (changedMinor !== changeMinor) {
    throw new Breach(
      `the customer's balance must have changed by ${changeMinor} minor units, it has by ${changedMinor}`,
    );
  }
}

type Members = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function differencesOf(answer: Members, expected: Members): string {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(answer)])];
  return names
    .filter((name) => textOf(answer[name]) !== textOf(expected[name]))
    .map((name) => {
      const got = cut(textOf(answer[name]));
      if (expected[name] === undefined) return `there must be no "${name}", the core answered ${got}`;
      const must = `"${name}" must be ${cut(textOf(expected[name]))}`;
      return answer[name] === undefined ? `${must}, it is missing` : `${must}, the core answered ${got}`;
    })
    .join("; ");
}
