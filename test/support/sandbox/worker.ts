/** The Worker under test: the product's own entry and the sandbox's objects in one, which talk to each other. */
import { Network as SandboxNetwork, Sales as SandboxSales } from "../../../sandbox/objects.ts";
import { sandboxEnvironment } from "./gateway-binding.ts";

export { IssuedCodes } from "../../../sandbox/alipayplus/for-wallets/issued-codes.ts";
export { TrafficLog } from "../../../sandbox/traffic/traffic-log.ts";
export {
  CodeRules,
  CodeStocks,
  Codes,
  Customers,
  Deployment,
  Directory,
  Live,
} from "../../../worker/index.ts";
export { AlipayPlus } from "../alipayplus-binding.ts";
export { default } from "../gateway/own-environment.ts";

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
