/**
 * The Worker under test: the product's own entry, with a core and an Alipay+ whose answers a test decides, and with the
 * awaits of its objects watched.
 */
import { Codes as ProductCodes } from "../../../durable/codes/object.ts";
import { Customers as ProductCustomers } from "../../../durable/customers/object.ts";
import { Directory as ProductDirectory } from "../../../durable/directory/object.ts";
import type { Env } from "../../../durable/env.ts";
import { TestDeadline, throughFaults } from "../core-faults.ts";
import { waitingObject, watchedCore, watchedEnv } from "../home/awaits.ts";
import { testCore } from "../test-core.ts";

export { CodeRules, CodeStocks, Deployment, Live } from "../../../worker/index.ts";
export { AlipayPlus } from "../alipayplus-binding.ts";
export { default } from "./own-environment.ts";

/** A home whose core, where the settings name one by HTTP, is the test's. */
export class Customers extends ProductCustomers {
  constructor(context: DurableObjectState, env: Env) {
    const deadline = new TestDeadline();
    const home = waitingObject("Customers", context, () => deadline.noAnswer());
    const core = throughFaults(testCore, deadline, () => context.storage.sync());
    super(context, watchedEnv(env, home), { deadline, core: watchedCore(core, home) });
  }
}

export class Directory extends ProductDirectory {
  constructor(context: DurableObjectState, env: Env) {
    super(context, watchedEnv(env, waitingObject("Directory", context)));
  }
}

export class Codes extends ProductCodes {
  constructor(context: DurableObjectState, env: Env) {
    super(context, watchedEnv(env, waitingObject("Codes", context)));
  }
}
