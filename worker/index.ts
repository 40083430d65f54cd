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

const app = new Hono<{ Bindings: Env }>({ getPath: requestedPath });

app.get("/healthz", ({ env }) => answerHealth(env));

app.route("/", walletApi);
app.route("/", opsApi);

app.all("*", async ({ env, req }) => {
  const gateway = await edgeOf(env);
  return "fault" in gateway ? unavailable("misconfigured", gateway.fault) : receive(req.raw, gateway);
});

app.onError((error) => unavailable("answer-failed", error));

/** Every call gets an answer with a `result`, even when the gateway fails; the reason goes to the log. */
function unavailable(event: string, error: unknown): Response {
  const requestId = crypto.randomUUID();
  logFault(event, error, { requestId });
  const { headers, body } = unsignedAnswer(answerOf("UNKNOWN_EXCEPTION"), undefined, requestIdHeader(requestId));
  return new Response(body, { headers });
}

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await sweepShards(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
