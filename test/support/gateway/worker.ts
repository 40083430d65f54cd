/** The Worker under test: the product's own entry, with a core and an Alipay+ whose answers a test decides. */
import type { Env } from "../../../durable/env.ts";
import { Payments as ProductPayments } from "../../../durable/payments/object.ts";
import { TestDeadline, throughFaults } from "../core-faults.ts";

export { CodeRules, CodeStocks, Codes, default, Ledger, Live } from "../../../worker/index.ts";
export { AlipayPlus } from "../alipayplus-binding.ts";

export class Payments extends ProductPayments {
  constructor(context: DurableObjectState, env: Env) {
    const deadline = new TestDeadline();
    super(context, { ...env, LEDGER: throughFaults(env.LEDGER, deadline) }, deadline);
  }
}
