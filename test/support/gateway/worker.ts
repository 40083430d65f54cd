/** The Worker under test: the product's own entry, with a core and an Alipay+ whose answers a test decides. */
import { Customers as ProductCustomers } from "../../../durable/customers/object.ts";
import type { Env } from "../../../durable/env.ts";
import { TestDeadline, throughFaults } from "../core-faults.ts";
import { testCore } from "../test-core.ts";

export { CodeRules, CodeStocks, Codes, Deployment, Directory, default, Live } from "../../../worker/index.ts";
export { AlipayPlus } from "../alipayplus-binding.ts";

/** A home whose core, where the settings name one by HTTP, is the test's. */
export class Customers extends ProductCustomers {
  constructor(context: DurableObjectState, env: Env) {
    const deadline = new TestDeadline();
    const claimed = () => context.storage.sync();
    super(context, env, { deadline, core: throughFaults(testCore, deadline, claimed) });
  }
}
