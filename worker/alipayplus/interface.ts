/** The shape of an interface that Alipay+ calls, and its input from the pipeline (protocol/exchange/answer.ts). */
import type { Configuration, Env } from "../../durable/env.ts";
import type { VerifiedCall } from "../../protocol/exchange/answer.ts";
import type { Answer, ResultCode } from "../../protocol/results.ts";

/** A verified call. */
export type Call = VerifiedCall & {
  readonly env: Env;
  readonly configuration: Configuration;
  /** Records for the log which shard answers. */
  readonly usesShard: (shard: number) => void;
};

/** An interface: its path below the base path, its name, by which it has its time, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  /** The answer when nothing is known by then: a payment or refund is in process, of the others nothing can be said. */
  readonly lateCode: Extract<ResultCode, "PAYMENT_IN_PROCESS" | "UNKNOWN_EXCEPTION">;
  readonly answer: (call: Call) => Promise<Answer>;
};
