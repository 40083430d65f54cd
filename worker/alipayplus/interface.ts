/** The shape of an interface that Alipay+ calls, and its input from the pipeline (protocol/exchange/answer.ts). */
import type { Configuration, Env } from "../../durable/env.ts";
import type { VerifiedCall } from "../../protocol/exchange/answer.ts";
import type { Answer } from "../../protocol/results.ts";

/** A verified call. */
export type Call = VerifiedCall & {
  readonly env: Env;
  readonly configuration: Configuration;
  /** Records for the log which shard answers. */
  readonly usesShard: (shard: number) => void;
};

/** An interface: its path below the base path, its name in the log, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<Answer>;
};
