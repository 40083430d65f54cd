/** What an interface that Alipay+ calls is made of, and what it gets from the pipeline that receives a call. */
import type { Configuration, Env } from "../../durable/env.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Answer } from "../../protocol/results.ts";

/** A verified call. */
export type Call = {
  readonly env: Env;
  readonly configuration: Configuration;
  readonly clientId: string;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  /** The body, `null`s taken away. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly message: string;
  /** Tells the log which shard answered. */
  readonly usesShard: (shard: number) => void;
};

/** An interface: its path below the base path, its name in the log, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<Answer>;
};
