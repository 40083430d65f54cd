/**
 * The gateway as local development runs it: the product's own entry, with a clock that a rehearsal sets ahead, and
 * objects that a reset erases. The deployed Worker starts at worker/index.ts, and has none of this.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { refreshCodeRules } from "../../durable/code-rules/current-rules.ts";
import { type Env, requireConfiguration } from "../../durable/env.ts";
import { callShard } from "../../durable/platform/call-shard.ts";
import { advanceClock, nowMs, resetClock } from "../../protocol/clock.ts";
import gateway, * as product from "../../worker/index.ts";
import { redirectToPage } from "../page/redirects.ts";
import { type ConfirmFaults, throughConfirmFault } from "./confirm-fault.ts";
import { beginEpoch, betweenResets, endEpoch, isAlive, ofThisEpoch, whenAlive } from "./epoch.ts";
import { asksToErase, eraseAll, eraseObject, noteMade } from "./erase.ts";
import { storedObjects } from "./stored-objects.ts";

/** The gateway's environment in local development. */
interface DevelopmentEnv extends Omit<Env, "CUSTOMERS"> {
  readonly CUSTOMERS: DurableObjectNamespace<Customers>;
  /** The directory in which the runtime stores the objects of both Workers. */
  readonly STATE: Fetcher;
  /** Takes the faults that a wallet asks for with a confirmation. */
  readonly CORE_FAULTS: ConfirmFaults;
}

/** The gateway's Worker in development: calls and the sweep wait until a reset is over. */
export default {
  fetch(request, env, execution) {
    const answer = () => whenAlive(() => gateway.fetch(request, ofThisEpoch(env), execution));
    return redirectToPage(request) ?? throughConfirmFault(request, env.CORE_FAULTS, answer);
  },
  scheduled(controller, env) {
    return whenAlive(() => gateway.scheduled(controller, ofThisEpoch(env)));
  },
} satisfies ExportedHandler<DevelopmentEnv & Env>;

/** The gateway's clock. A restart or a reset returns it to the runtime's. */
export class GatewayClock extends WorkerEntrypoint<DevelopmentEnv> {
  /**
   * Sets the clock ahead, and handles what is due by then.
   *
   * @returns the gateway's time, epoch milliseconds
   */
  async advance(durationMs: number): Promise<number> {
    const env = ofThisEpoch(this.env);
    advanceClock(durationMs);
    const { shardCount, locationHint } = requireConfiguration(env);
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    await Promise.all(
      shards.map((shard) => callShard(env.CUSTOMERS, shard, locationHint, async (customers) => customers.wake())),
    );
    await refreshCodeRules(env, locationHint);
    return nowMs();
  }

  /** The gateway's time, epoch milliseconds. */
  time(): number {
    return nowMs();
  }
}

/** Resets the gateway to its initial state. The sandbox's reset (reset.ts) calls both, one after the other. */
export class GatewayReset extends WorkerEntrypoint<DevelopmentEnv> {
  /** Ends the gateway's work, erases its objects, and resets its clock. From now on it accepts no call. */
  async erase(): Promise<void> {
    endEpoch();
    await eraseAll(() => this.#objects());
    resetClock();
  }

  /** Accepts calls again. */
  open(): void {
    beginEpoch();
  }

  async #objects(): Promise<DurableObjectStub[]> {
    const { STATE, CUSTOMERS, DIRECTORY, CODES, LIVE, CODE_RULES, CODE_STOCKS, DEPLOYMENT } = this.env;
    const namespaces = {
      Customers: CUSTOMERS,
      Directory: DIRECTORY,
      Codes: CODES,
      Deployment: DEPLOYMENT,
      Live: LIVE,
      CodeRules: CODE_RULES,
      CodeStocks: CODE_STOCKS,
    };
    return storedObjects(STATE, namespaces);
  }
}

/** The environments of objects, by the one that the runtime passes. */
const environments = new WeakMap<Env, Env>();

/** Records that an object is created, and returns its environment. */
function made(context: DurableObjectState, env: Env): Env {
  noteMade(context);
  const known = environments.get(env) ?? { ...betweenResets(env), DEPLOYMENT: admissionOf(env) };
  environments.set(env, known);
  return known;
}

/**
 * The deployment's own object, as an object asks it at its birth. While a reset runs an object is created only to be
 * erased, and may ask no other: it is admitted.
 */
function admissionOf({ DEPLOYMENT }: Env): Env["DEPLOYMENT"] {
  const admitsAll = { admit: async () => undefined } as unknown as ReturnType<typeof DEPLOYMENT.getByName>;
  const getByName: typeof DEPLOYMENT.getByName = (name, options) =>
    isAlive() ? DEPLOYMENT.getByName(name, options) : admitsAll;
  return { getByName } as typeof DEPLOYMENT;
}

/** Adds to the product's object what the clock (`wake`) and a reset (`fetch`) ask of it. */
export class Customers extends product.Customers {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  /** Handles at once what is due, without the alarm's pause. */
  wake(): Promise<void> {
    return this.alarm();
  }

  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}

/** The product's object, which a reset erases with the scans that it keeps. */
export class Codes extends product.Codes {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}

/** The product's object, which a reset erases with the claims that it keeps. */
export class Directory extends product.Directory {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}

/** The product's object, which a reset erases with the settings that it remembers. */
export class Deployment extends product.Deployment {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}

/** The product's object, which a reset erases with the rules that it keeps. */
export class CodeRules extends product.CodeRules {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  override fetch(): Promise<never> {
    return eraseObject(this.ctx);
  }
}

/** The product's object, whose `fetch` also opens live streams: a reset asks by a request of its own. */
export class Live extends product.Live {
  constructor(context: DurableObjectState, env: Env) {
    super(context, made(context, env));
  }

  override fetch(request: Request): Promise<Response> {
    return asksToErase(request) ? eraseObject(this.ctx) : super.fetch(request);
  }
}

/** The product's object, whose `fetch` is the entry of every call: a reset asks by a request of its own. */
export class CodeStocks extends product.CodeStocks {
  constructor(state: DurableObjectState) {
    super(state);
    noteMade(state);
  }

  override fetch(request: Request): Promise<Response> {
    return asksToErase(request) ? eraseObject(this.state) : super.fetch(request);
  }
}
