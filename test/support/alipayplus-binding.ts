/** Alipay+ as the gateway under test reaches it: whatever a test says. It runs in the same isolate as the tests. */
import { WorkerEntrypoint } from "cloudflare:workers";

/** Answers a request of the gateway. One that throws is a connection that failed. */
type AlipayPlusHandler = (request: Request) => Response | Promise<Response>;

const outOfService: AlipayPlusHandler = () => new Response(null, { status: 503 });

let current = outOfService;

/** From now on, `handler` is Alipay+; without one it is out of service. */
export function setAlipayPlus(handler: AlipayPlusHandler = outOfService): void {
  current = handler;
}

/** The service binding ALIPAYPLUS. */
export class AlipayPlus extends WorkerEntrypoint {
  override fetch(request: Request): Response | Promise<Response> {
    return current(request);
  }
}
