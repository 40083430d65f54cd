/** The Worker under test: the product's own entry, with a core and an Alipay+ whose answers a test decides. */
import { Ledger as EmbeddedLedger } from "../../durable/ledger/object.ts";
import type {
  DebitAnswer,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRequest,
  ReverseAnswer,
} from "../../durable/wallet-core/port.ts";
import { Network as SandboxNetwork, Sales as SandboxSales } from "../../sandbox/objects.ts";
import { throughFaults } from "./core-faults.ts";
import { sandboxEnvironment } from "./gateway-binding.ts";

export { IssuedCodes } from "../../sandbox/alipayplus/for-wallets/issued-codes.ts";
export { TrafficLog } from "../../sandbox/traffic/traffic-log.ts";
export { CodeRules, CodeStocks, Codes, default, Live, Payments } from "../../worker/index.ts";
export { AlipayPlus } from "./alipayplus-binding.ts";

export class Network extends SandboxNetwork {
  constructor(context: DurableObjectState) {
    super(context, sandboxEnvironment());
  }
}

export class Sales extends SandboxSales {
  constructor(context: DurableObjectState) {
    super(context, sandboxEnvironment());
  }
}

export class Ledger extends EmbeddedLedger {
  override debit(request: DebitRequest): DebitAnswer {
    return throughFaults(request.customerId, "debit", () => super.debit(request));
  }

  override inquire(key: PaymentKey): InquireAnswer {
    return throughFaults(key.customerId, "inquire", () => super.inquire(key));
  }

  override reverse(key: PaymentKey): ReverseAnswer {
    return throughFaults(key.customerId, "reverse", () => super.reverse(key));
  }

  override refund(request: RefundRequest): RefundAnswer {
    return throughFaults(request.customerId, "refund", () => super.refund(request));
  }

  override evaluate(request: DebitRequest): EvaluateAnswer {
    return throughFaults(request.customerId, "evaluate", () => super.evaluate(request));
  }
}
