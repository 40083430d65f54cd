/**
 * Counts what one call asks of the platform, in short passes of their own on gateways that count: calls one at a time,
 * after others that have opened every object.
 */
import { join } from "node:path";
import { StageFailure } from "../../../scripts/tool.ts";
import type { LoadGenerator } from "../load-generator.ts";
import type { RawWorkerd } from "../raw-workerd.ts";
import { type CallMaker, type Core, SCENARIOS, type ScenarioName } from "../scenarios.ts";
import { postToPreparing, startGateway } from "../subjects.ts";
import { commitsBetween, readCommits } from "./commits.ts";

/** Calls that open the objects of all shards. */
const OPENING_CALLS = 128;

/** Calls that are counted: few enough for the write-ahead logs, which begin again after a thousand pages. */
const COUNTED_CALLS = 640;

/** How many codes of a customer are issued at a time: the default of PAYMENT_CODE_QUANTITY. */
export const CODES_ISSUED_TOGETHER = 5;

/** How long an issued code is valid: longer than a pass. */
const CODE_VALIDITY_MS = 3_600_000;

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
export type CountedName = Exclude<ScenarioName, "floor"> | "issue" | "ownCodePay" | "ownCodePayHttp";

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
    await generator.run({
      origin: this.#workerd.originOf("gateway"),
      calls: await maker.make(name, callCount),
      callCount,
      connectionCount: 1,
      expectedText: SCENARIOS.find((scenario) => scenario.name === name)?.expectedText ?? "",
    });
  }

  /** Issues the codes of the next pays. @returns how many calls of objects each time took */
  async issueCodes(): Promise<number> {
    const expiryTimeMs = Date.now() + CODE_VALIDITY_MS;
    const codes = this.#options.maker.nextCodes(COUNTED_CALLS).map((code) => ({ ...code, expiryTimeMs }));
    let hops = 0;
    for (const ofCustomer of Map.groupBy(codes, ({ customerId }) => customerId).values()) {
      if (ofCustomer.length !== CODES_ISSUED_TOGETHER) throw new Error("the customers do not pay equally often");
      hops += Number(await postToPreparing(this.#workerd, "codes", { codes: ofCustomer }));
    }
    return (hops * CODES_ISSUED_TOGETHER) / COUNTED_CALLS;
  }

  /** What happens while something is done, as an average over a number of times. */
  async count(times: number, work: () => Promise<unknown>): Promise<CallCounts> {
    const [before, commitsBefore] = [await this.#totals(), readCommits(this.#workerd.storageDirectory)];
    await work();
    const [after, commitsAfter] = [await this.#totals(), readCommits(this.#workerd.storageDirectory)];
    const average = (name: keyof Totals) => (after[name] - before[name]) / times;
    return {
      statements: average("statements"),
      rowsRead: average("rowsRead"),
      rowsWritten: average("rowsWritten"),
      hops: average("hops"),
      activeMs: average("activeMs"),
      alarms: average("alarms"),
      outgoingCalls: average("outgoingCalls"),
      commits: commitsBetween(commitsBefore, commitsAfter) / times,
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
  name: string,
  work: (pass: Pass) => Promise<T>,
): Promise<T> {
  const { built, keys, variables } = options;
  const directory = join(options.directory, name);
  const workerd = await startGateway({ built, core, keys, variables, counts: true, directory });
  try {
    const pass = new Pass(options, workerd);
    await pass.send(core === "HTTP" ? "freshPayHttp" : "freshPay", OPENING_CALLS);
    return await work(pass);
  } finally {
    workerd.stop();
  }
}

/** The pays with codes that this gateway issued, and the issuing; empty, with a line that says why, when it cannot. */
async function countOwnCodes(options: CountingOptions, core: Core): Promise<Counted> {
  const isHttp = core === "HTTP";
  return onPass(options, core, `own-codes-${core}`, async (pass) => {
    let hops = 0;
    const times = COUNTED_CALLS / CODES_ISSUED_TOGETHER;
    try {
      const issue = await pass.count(times, async () => {
        hops = await pass.issueCodes();
      });
      const pay = await pass.count(COUNTED_CALLS, () => pass.send(isHttp ? "freshPayHttp" : "freshPay", COUNTED_CALLS));
      return isHttp ? { ownCodePayHttp: pay } : { issue: { ...issue, hops }, ownCodePay: pay };
    } catch (error) {
      if (error instanceof StageFailure) throw error;
      console.log(`Codes of its own are not counted: ${error instanceof Error ? error.message : error}`);
      return {};
    }
  });
}

/** Counts what each kind of call asks of the platform. */
export async function countCalls(options: CountingOptions): Promise<Counted> {
  const embedded = await onPass(options, "EMBEDDED", "counting-EMBEDDED", async (pass) => {
    const counted: Partial<Record<CountedName, CallCounts>> = {};
    for (const name of ["freshPay", "duplicatePay", "inquiry", "badSignature"] as const) {
      // The payments that are repeated must be there.
      if (name === "duplicatePay") await pass.send(name, OPENING_CALLS);
      counted[name] = await pass.count(COUNTED_CALLS, () => pass.send(name, COUNTED_CALLS));
    }
    return counted;
  });
  const freshPayHttp = await onPass(options, "HTTP", "counting-HTTP", (pass) =>
    pass.count(COUNTED_CALLS, () => pass.send("freshPayHttp", COUNTED_CALLS)),
  );
  const ownCodes = { ...(await countOwnCodes(options, "EMBEDDED")), ...(await countOwnCodes(options, "HTTP")) };
  return { ...embedded, freshPayHttp, ...ownCodes };
}
