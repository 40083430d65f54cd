/** The gateway: what Alipay+ calls, a health check, and the sweep. */
import { Hono } from "hono";
import { receive } from "./alipayplus/receive.ts";
import { answerOf } from "./alipayplus/result.ts";
import { type Env, gatewayOf } from "./env.ts";
import { logFault } from "./log.ts";
import { sweepShards } from "./sweep.ts";

export { Codes } from "../durable/codes.ts";
export { Ledger } from "../durable/ledger.ts";
export { Payments } from "../durable/payments.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", async ({ env, json }) => {
  const gateway = await gatewayOf(env);
  if (!("fault" in gateway)) return json({ status: "ready" });
  logFault("misconfigured", gateway.fault);
  return json({ status: "misconfigured" }, 503);
});

app.all("*", async ({ env, req, json }) => {
  const gateway = await gatewayOf(env);
  if (!("fault" in gateway)) return receive(req.raw, gateway);
  logFault("misconfigured", gateway.fault);
  return json(answerOf("UNKNOWN_EXCEPTION"));
});

/** Whatever happens, an answer with a `result` goes out. */
app.onError((error, { json }) => {
  logFault("answer-failed", error);
  return json(answerOf("UNKNOWN_EXCEPTION"));
});

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await sweepShards(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
