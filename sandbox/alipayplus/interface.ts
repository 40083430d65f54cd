/** What an interface of Alipay+ is made of, what it gets from the pipeline (receive.ts), and what an API is. */
import type { VerifiedCall } from "../../protocol/exchange/answer.ts";
import type { ReportedAnswer } from "../../protocol/results.ts";
import type { Sandbox } from "../env.ts";

/** A verified call. */
export type Call = VerifiedCall & {
  readonly sandbox: Sandbox;
  /** Where the sandbox was reached, such as `http://127.0.0.1:8787`. */
  readonly origin: string;
};

/** The body of an answer; its result code may be a wallet's own, passed on. */
export type SandboxAnswer = ReportedAnswer;

/** An interface: its path below the base path, its name, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<SandboxAnswer>;
};

/** All that one kind of caller may call. */
export type Api = {
  readonly caller: "MPP" | "ACQP";
  readonly clientIdOf: (sandbox: Sandbox) => string;
  /** The older merchant interface. */
  readonly isOlder?: true;
  /** By the whole path. */
  readonly interfaces: ReadonlyMap<string, Interface>;
  /** How an answer reads in this API; missing: as it is. */
  readonly view?: (answer: SandboxAnswer) => SandboxAnswer;
};

/** The interfaces of an API, by their whole paths. */
export function interfacesBelow(basePath: string, interfaces: readonly Interface[]): ReadonlyMap<string, Interface> {
  return new Map(interfaces.map((known) => [basePath + known.path, known]));
}
