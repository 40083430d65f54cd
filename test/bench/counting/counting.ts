/**
 * Counts what one call asks of the platform, in short passes of their own on gateways that count: calls one at a time,
 * after others that have opened every object.
 */
import { join } from "node:path";
import type { LoadGenerator } from "../load-generator.ts";
import type { RawWorkerd } from "../raw-workerd.ts";
import { type CallMaker, type Core, CUSTOMER_COUNT, SCENARIOS, type ScenarioName } from "../scenarios.ts";
import { issueCodes, startGateway } from "../subjects.ts";
import { CommitCounter } from "./commits.ts";

/** Calls that open the objects of all shards. */
const OPENING_CALLS = 128;

/** How many codes of a customer are issued at a time: the default of PAYMENT_CODE_QUANTITY. */
export const CODES_ISSUED_TOGETHER = 5;

/** Calls that are counted: few enough for the write-ahead logs, which begin again after a thousand pages. */
const COUNTED_CALLS = CUSTOMER_COUNT * CODES_ISSUED_TOGETHER;

/** Less than the ten seconds after which an object is evicted. */
const COMMITS_READ_EVERY_MS = 2_000;

/** What one call asks of the platform, on average. */
export type CallCounts = {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Calls of Durable Objects. */
  readonly hops: number;
  /** How long the calls of Durable Objects take together, as their callers see it. */
  readonly activeMs: number;
  readonly alarms: number;
  /** Calls to the wallet's core over HTTP. */
  readonly outgoingCalls: number;
  readonly commits: number;
  /** Commits that the answer waits for, one after another. */
  readonly commitsInSequence: number;
  /** By how much the databases grow. */
  readonly storedBytes: number;
};

/** What is counted, by a name that is shown. `issue` is one time that codes are issued, all of them together. */
export type CountedName = Exclude<ScenarioName, "floor"> | "issue" | "ownCodePayHttp";

/** The counts by name; what the gateway cannot do is missing. */
export type Counted = Partial<Readonly<Record<CountedName, CallCounts>>>;

/** What the counting Worker has counted since it began (workers/counting-worker.ts). */
type Totals = Omit<CallCounts, "commits" | "storedBytes"> & { readonly databaseBytes: number };

type CountingOptions = Pick<Parameters<typeof startGateway>[0], "built" | "keys" | "variables"> & {
  readonly maker: CallMaker;
  readonly generator: LoadGenerator<"load.ts">;
  /** Takes the gateways' configuration and storage. */
  readonly directory: string;
};

/** One gateway that counts, for one pass. */
class Pass {
  readonly #options: CountingOptions;
  readonly #workerd: RawWorkerd;

  constructor(options: CountingOptions, workerd: RawWorkerd) {
    this.#options = options;
    this.#workerd = workerd;
  }

  /** Sends calls of a scenario, one at a time. */
  async send(name: ScenarioName, callCount: number): Promise<void> {
    const { maker, generator } = this.#options;
    await generator.run(`${name}, counted`, {
      origin: this.#workerd.originOf("gateway"),
      calls: await maker.make(name, callCount),
      callCount,
      connectionCount: 1,
      expectedText: SCENARIOS.find((scenario) => scenario.name === name)?.expectedText ?? "",
    });
  }

  /** Issues the codes of the next pays, those of a customer together. @returns how many calls of objects that took */
  issueCodes(payCount: number): Promise<number> {
    return issueCodes(this.#workerd, this.#options.maker.nextCodes(payCount));
  }

  /** What happens while something is done, as an average over a number of times. */
  async count(times: number, work: () => Promise<unknown>): Promise<CallCounts> {
    const before = await this.#totals();
    const commits = new CommitCounter(this.#workerd.storageDirectory);
    const reading = setInterval(() => commits.read(), COMMITS_READ_EVERY_MS);
    await work().finally(() => clearInterval(reading));
    const after = await this.#totals();
    const average = (name: keyof Totals) => (after[name] - before[name]) / times;
    return {
      statements: average("statements"),
      rowsRead: average("rowsRead"),
      rowsWritten: average("rowsWritten"),
      hops: average("hops"),
      activeMs: average("activeMs"),
      alarms: average("alarms"),
      outgoingCalls: average("outgoingCalls"),
      commits: commits.read() / times,
      commitsInSequence: average("commitsInSequence"),
      storedBytes: average("databaseBytes"),
    };
  }

  async #totals(): Promise<Totals> {
    const response = await fetch(`${this.#workerd.originOf("gateway")}/bench/counts`);
    return (await response.json()) as Totals;
  }
}

/** Counts with a fresh gateway, which ends with the pass. */
async function onPass<T>(
  options: CountingOptions,
  core: Core,
  foreignCodes: "ACCEPT" | "REFUSE",
  work: (pass: Pass) => Promise<T>,
): Promise<T> {
  const { built, keys } = options;
  const directory = join(options.directory, `${core}-${foreignCodes}`);
  const variables = { ...options.variables, FOREIGN_PAYMENT_CODES: foreignCodes };
  const workerd = await startGateway({ built, core, keys, variables, counts: true, directory });
  try {
    return await work(new Pass(options, workerd));
  } finally {
    workerd.stop();
  }
}

/** Pays with codes that this gateway did not issue; with the embedded core the other calls, too. */
function countForeignCodes(options: CountingOptions, core: Core): Promise<Counted> {
  const names: readonly Exclude<ScenarioName, "floor" | "ownCodePay">[] =
    core === "HTTP" ? ["freshPayHttp"] : ["freshPay", "duplicatePay", "inquiry", "badSignature"];
  return onPass(options, core, "ACCEPT", async (pass) => {
    const counted: Partial<Record<CountedName, CallCounts>> = {};
    for (const name of names) {
      await pass.send(name, OPENING_CALLS);
      counted[name] = await pass.count(COUNTED_CALLS, () => pass.send(name, COUNTED_CALLS));
    }
    return counted;
  });
}

/**
 * Pays with codes that this gateway issued, where no other code is accepted, and the issuing. Nothing, with a line that
 * says why, when the gateway cannot do it.
 */
function countOwnCodes(options: CountingOptions, core: Core): Promise<Counted> {
  const scenario = core === "HTTP" ? "freshPayHttp" : "ownCodePay";
  return onPass(options, core, "REFUSE", async (pass) => {
    try {
      await pass.issueCodes(OPENING_CALLS);
    } catch (error) {
      console.log(`Pays with codes of ours are left out: ${error instanceof Error ? error.message : error}`);
      return {};
    }
    await pass.send(scenario, OPENING_CALLS);
    const times = COUNTED_CALLS / CODES_ISSUED_TOGETHER;
    let calls = 0;
    const issue = await pass.count(times, async () => {
      calls = await pass.issueCodes(COUNTED_CALLS);
    });
    const pay = await pass.count(COUNTED_CALLS, () => pass.send(scenario, COUNTED_CALLS));
    if (core === "HTTP") return { ownCodePayHttp: pay };
    return { issue: { ...issue, hops: issue.hops + calls / times }, ownCodePay: pay };
  });
}

/** Counts what each kind of call asks of the platform. */
export async function countCalls(options: CountingOptions): Promise<Counted> {
  let counted: Counted = {};
  for (const core of ["EMBEDDED", "HTTP"] as const) {
    counted = { ...counted, ...(await countForeignCodes(options, core)), ...(await countOwnCodes(options, core)) };
  }
  return counted;
}
