/** The gateway: what Alipay+, the wallet and its operators call, a health check, and the sweep. */
import { Hono } from "hono";
import type { Env } from "../durable/env.ts";
import { logFault } from "../durable/platform/log.ts";
import { unsignedAnswer } from "../protocol/exchange/answer.ts";
import { answerOf } from "../protocol/results.ts";
import { edgeOf } from "./access/edge.ts";
import { receive, requestIdHeader } from "./alipayplus/receive.ts";
import { answerHealth } from "./health.ts";
import { requestedPath } from "./http/api.ts";
import { opsApi } from "./ops/index.ts";
import { sweepShards } from "./sweep.ts";
import { walletApi } from "./wallet/index.ts";

export { CodeRules } from "../durable/code-rules/object.ts";
export { CodeStocks } from "../durable/code-stock/object.ts";
export { Codes } from "../durable/codes/object.ts";
export { Customers } from "../durable/customers/object.ts";
export { Deployment } from "../durable/deployment/object.ts";
export { Directory } from "../durable/directory/object.ts";
export { Live } from "../durable/live/object.ts";

type Execution = Pick<ExecutionContext, "waitUntil">;

/** The paths that callers other than Alipay+ use. */
const ROUTED = /^[a-z]+:\/\/[^/]*\/(?:healthz|wallet|ops)(?:[/?]|$)/;

const app = new Hono<{ Bindings: Env }>({ getPath: requestedPath });

app.get("/healthz", ({ req, env }) => answerHealth(req.raw, env));

app.route("/", walletApi);
app.route("/", opsApi);

app.notFound(({ req, env, executionCtx }) => answerAlipayPlus(req.raw, env, executionCtx));

app.onError((error) => unavailable("answer-failed", error));

/** Everything that is not the health check, the wallet's or the operators'. */
async function answerAlipayPlus(request: Request, env: Env, execution: Execution): Promise<Response> {
  try {
    const gateway = await edgeOf(env);
    if ("fault" in gateway) return unavailable("misconfigured", gateway.fault);
    return await receive(request, gateway, execution);
  } catch (error) {
    return unavailable("answer-failed", error);
  }
}

/** Every call gets an answer with a `result`, even when the gateway fails; the reason goes to the log. */
function unavailable(event: string, error: unknown): Response {
  const requestId = crypto.randomUUID();
  logFault(event, error, { requestId });
  const { headers, body } = unsignedAnswer(answerOf("UNKNOWN_EXCEPTION"), undefined, requestIdHeader(requestId));
  return new Response(body, { headers });
}

/** The deployed Worker: `fetch` never rejects, and `scheduled` runs the sweep by the crons of wrangler.toml. */
export default {
  /** The calls of Alipay+ go past the router: it would be a good part of what a refusal costs. */
  fetch(request: Request, env: Env, execution: ExecutionContext): Response | Promise<Response> {
    return ROUTED.test(request.url) ? app.fetch(request, env, execution) : answerAlipayPlus(request, env, execution);
  },
  async scheduled(controller, env) {
    await sweepShards(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
