/** The sandbox: plays Alipay+, acquirers and merchants towards the gateway. For development only. */
import { Hono } from "hono";
import { logFault } from "../worker/log.ts";
import { getCustomer, putCustomer } from "./customers.ts";
import { sandboxOf } from "./env.ts";
import { refuse, type SandboxApp } from "./http.ts";
import { getLedger } from "./ledger.ts";
import { postPay } from "./pay.ts";
import { postPaymentCodes } from "./payment-codes.ts";
import { postCancelPayment, postInquiryPayment } from "./payment-reference.ts";
import { postRefund } from "./refund.ts";
import { postSend } from "./send.ts";
import { getTraffic } from "./traffic.ts";

export { Desk } from "./desk.ts";

/** What GET /sandbox shows. */
const ENDPOINTS = {
  "PUT /sandbox/customers/{customerId}": "opens or changes a customer of the embedded ledger",
  "GET /sandbox/customers/{customerId}": "settings, balance and ledger entries",
  "GET /sandbox/ledger": "the trial balance over all shards",
  "POST /sandbox/payment-codes": "payment codes for a customer, each valid for a minute",
  "POST /sandbox/pay": "a payment by code",
  "POST /sandbox/inquiryPayment": "what became of a payment",
  "POST /sandbox/cancelPayment": "closes a payment",
  "POST /sandbox/refund": "gives a part or all of a payment back",
  "POST /sandbox/send/{pay|inquiryPayment|cancelPayment|refund}": "signs and sends any body as it is",
  "GET /sandbox/traffic?limit=20": "the last exchanges with the gateway",
} as const;

const app = new Hono<SandboxApp>().basePath("/sandbox");

app.use(async (context, next) => {
  const sandbox = await sandboxOf(context.env);
  if ("fault" in sandbox) {
    logFault("sandbox-misconfigured", sandbox.fault);
    return refuse(context, "MISCONFIGURED", sandbox.fault);
  }
  context.set("sandbox", sandbox);
  return next();
});

app.get("/", (context) => context.json({ sandbox: "plusgate", endpoints: ENDPOINTS }));
app.put("/customers/:customerId", putCustomer);
app.get("/customers/:customerId", getCustomer);
app.get("/ledger", getLedger);
app.post("/payment-codes", postPaymentCodes);
app.post("/pay", postPay);
app.post("/inquiryPayment", postInquiryPayment);
app.post("/cancelPayment", postCancelPayment);
app.post("/refund", postRefund);
app.post("/send/:interface", postSend);
app.get("/traffic", getTraffic);

app.notFound((context) =>
  refuse(context, "NOT_FOUND", `${context.req.method} ${context.req.path} is no endpoint; GET /sandbox lists them.`),
);

app.onError((error, context) => {
  logFault("sandbox-request-failed", error);
  return refuse(context, "UNKNOWN_EXCEPTION", "The sandbox failed; its log says more.");
});

export default { fetch: app.fetch } satisfies ExportedHandler<SandboxApp["Bindings"]>;
