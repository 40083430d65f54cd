/** The processes that send: each has a processor to itself where there is one, and none of the server's time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { StageFailure } from "../../scripts/tool.ts";
import type { Load, LoadResult } from "./load.ts";
import type { Answers, OfferedLoad } from "./overload/open-loop.ts";

/** What each program is sent and answers. */
type Programs = {
  readonly "load.ts": (load: Load) => LoadResult;
  readonly "overload/open-loop.ts": (load: OfferedLoad) => Answers;
};

/** A process that runs one of the programs, for one load at a time. */
export class LoadGenerator<Program extends keyof Programs> {
  readonly #child: ChildProcess;

  constructor(program: Program) {
    this.#child = fork(join(import.meta.dirname, program), { serialization: "advanced" });
  }

  /**
   * Sends the calls of a load and waits for the figures.
   *
   * @param what is sent to which gateway, for the reader of a failure
   * @throws StageFailure when an answer is not the expected one, or the program cannot go on
   */
  async run(what: string, load: Parameters<Programs[Program]>[0]): Promise<ReturnType<Programs[Program]>> {
    const answered = once(this.#child, "message");
    this.#child.send(load);
    const [result] = (await answered) as [ReturnType<Programs[Program]> | { readonly fault: string }];
    if ("fault" in result) throw new StageFailure(`${what}: not answered as expected: ${result.fault}`);
    return result;
  }

  readonly stop = (): void => {
    this.#child.kill();
  };
}
