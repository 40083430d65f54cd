/** The endpoints for developers, below /sandbox. */
import { Hono } from "hono";
import { logFault } from "../../durable/platform/log.ts";
import { ACQUIRER_PATHS } from "../acquirer/address.ts";
import { receiveNotification } from "../acquirer/notifications/receive-notification.ts";
import { getShop, postShop } from "../acquirer/shop/shop.ts";
import { getReturn } from "../acquirer/subscriptions/return-page.ts";
import { getCashier } from "../alipayplus/cashier.ts";
import { ACQUIRER_API } from "../alipayplus/for-acquirers/interfaces.ts";
import { OLDER_API } from "../alipayplus/for-acquirers/older/interfaces.ts";
import { getOrderCodeImage } from "../alipayplus/for-acquirers/order-code-image.ts";
import type { Api } from "../alipayplus/interface.ts";
import { receive } from "../alipayplus/receive.ts";
import { refuse, type SandboxApp, type SandboxContext } from "../http.ts";
import { getPage, getPageAsset, PAGE_ASSETS_PATH, wantsPage } from "../page/serve-page.ts";
import { getWalletApiPage } from "../page/wallet-api/serve.ts";
import { partiesOf } from "../parties.ts";
import { EpochEnded } from "../rehearsal/epoch.ts";
import { getAcquirerAuthorization } from "./acquirer/authorizations.ts";
import { getAcquirerPayment } from "./acquirer/payments.ts";
import { getSale, getSales, postCancelSale, postInquireSale, postRefundSale, postSales } from "./acquirer/sales.ts";
import {
  getSubscription,
  getSubscriptions,
  postCancelSubscription,
  postDebit,
  postRefreshSubscription,
  postSubscriptions,
} from "./acquirer/subscriptions.ts";
import { onlyJson, onlyLocalCallers } from "./callers.ts";
import { deleteMarket, getMarket, putMarket } from "./market.ts";
import { postOrderCodes } from "./orders/order-codes.ts";
import { getOrder, postCloseOrder } from "./orders/orders.ts";
import { getClock, postClock } from "./rehearsal/clock.ts";
import { deleteFault, deleteFaults, getFaults, postFault } from "./rehearsal/faults.ts";
import { postReset } from "./rehearsal/reset.ts";
import { getSettlementFile, getSettlementFiles } from "./settlements.ts";
import { getTraffic } from "./traffic.ts";
import { getCustomer, putCustomer } from "./wallet/customers.ts";
import { getDisputes, postDisputeAnswer } from "./wallet/disputes.ts";
import { postCancelPayment, postInquiryPayment } from "./wallet/inquiry-and-cancel.ts";
import { getLedger } from "./wallet/ledger.ts";
import { postPay } from "./wallet/pay.ts";
import { postPaymentCodes } from "./wallet/payment-codes.ts";
import { postRefund } from "./wallet/refund.ts";
import { getRegistrations, postRegistration } from "./wallet/registrations.ts";
import { postSend } from "./wallet/send.ts";

/** The list that GET /sandbox answers; a browser gets the page instead. */
const ENDPOINTS = {
  "PUT /sandbox/customers/{customerId}": "opens or changes a customer of the embedded ledger",
  "GET /sandbox/customers/{customerId}": "settings, balance and ledger entries",
  "GET /sandbox/ledger": "the trial balance over all shards",
  "POST /sandbox/payment-codes": "payment codes for a customer, each valid for a minute",
  "POST /sandbox/pay": "a payment by code",
  "POST /sandbox/order-codes": "an order of a merchant, and the order code that a wallet scans",
  "GET /sandbox/orders/{paymentRequestId}": "an order, its status, and the notifications about it",
  "POST /sandbox/orders/{paymentRequestId}/close": "the merchant closes an order early",
  "POST /sandbox/inquiryPayment": "asks the wallet for the result of a payment",
  "POST /sandbox/cancelPayment": "closes a payment",
  "POST /sandbox/refund": "refunds a part or all of a payment",
  "POST /sandbox/registrations": "Alipay+ registers a merchant with the wallet, or updates it",
  "GET /sandbox/registrations": "the registrations that were sent, the wallet's answers, and what it has decided",
  "GET /sandbox/disputes": "the disputes that the wallet has initiated, and their answers",
  "POST /sandbox/disputes/{disputeRequestId}/answer": "answers a retrieval or an escalation for the merchant",
  "POST /sandbox/send/{pay|inquiryPayment|cancelPayment|refund|prepare|applyToken|cancelToken|sendOTP|verifyOTP|registration|responseRetrieval|responseEscalation}":
    "signs and sends any body as it is",
  "POST /sandbox/aps/api/v1/payments/{pay|inquiryPayment|cancelPayment|refund|consultPayment}":
    "Alipay+ as acquirers call it, signed",
  "POST /sandbox/aps/api/v1/authorizations/{prepare|applyToken|cancelToken}": "the same for Auto Debit, signed",
  "POST /sandbox/v1/payments/{pay|inquiryPayment|cancel|refund}": "the older merchant interface, signed",
  "POST /sandbox/acquirer/{notifications|authNotify|consultUnbinding}":
    "the sandbox's own acquirer takes what Alipay+ sends, signed",
  "GET /sandbox/acquirer/authorizations/{subscriptionId}": "a subscription of the acquirer, as Alipay+ keeps it",
  "GET /sandbox/acquirer/payments/{paymentRequestId}": "a payment of the acquirer, as Alipay+ keeps it",
  "GET /sandbox/market": "quotes, surcharges and promotions with which Alipay+ charges wallets",
  "PUT /sandbox/market": "replaces them",
  "DELETE /sandbox/market": "goes back to the table of quotes alone",
  "GET /sandbox/settlements/{clearing|settlement}/{participantId}/{yyyymmdd}":
    "the files of the report that was made on a day; with a file name after it, the file",
  "GET /sandbox/faults": "every fault, and the active rules",
  "POST /sandbox/faults": "applies a fault to every message that the rule matches",
  "DELETE /sandbox/faults/{ruleId}": "ends a rule",
  "DELETE /sandbox/faults": "ends all rules",
  "POST /sandbox/sales": "a merchant of the sandbox's acquirer sells something, in any scenario",
  "GET /sandbox/sales?limit=50": "the last sales, newest first",
  "GET /sandbox/sales/{paymentRequestId}": "a sale, as its merchant knows it",
  "POST /sandbox/sales/{paymentRequestId}/{inquire|cancel}": "the merchant asks for its result, or cancels it",
  "POST /sandbox/sales/{paymentRequestId}/refund": "the merchant refunds a part or all of it",
  "POST /sandbox/subscriptions": "a merchant asks a customer to agree to debits",
  "GET /sandbox/subscriptions?limit=50": "the last subscriptions, newest first",
  "GET /sandbox/subscriptions/{subscriptionId}": "a subscription and its debits, as its merchant knows them",
  "POST /sandbox/subscriptions/{subscriptionId}/debit": "the merchant debits at once",
  "POST /sandbox/subscriptions/{subscriptionId}/{refresh|cancel}": "the merchant wants new tokens, or ends it",
  "GET /sandbox/subscriptions/{subscriptionId}/return?authState&authCode":
    "the merchant's page that the customer comes back to, for a browser",
  "GET /sandbox/shop/{storeId}?currency=JPY": "the page behind an entry code, for the wallet",
  "GET /sandbox/cashier/{code}": "the page of the cashier at an order code's address, for a browser",
  "GET /sandbox/wallet-api": "the page about the calls of the wallet API, for a browser",
  "GET /sandbox/clock": "the time of the rehearsal",
  "POST /sandbox/clock": "sets the time of the rehearsal ahead",
  "POST /sandbox/reset": "erases everything, returns the clock to the true time, and may draw from a seed",
  "GET /sandbox/traffic?limit=20&interface&party&paymentRequestId": "the last exchanges, both ways",
} as const;

const METHODS = ["GET", "PUT", "POST", "DELETE"];

/** The path prefix. */
export const API_PATH = "/sandbox";

/** The application that serves it. */
export const api = new Hono<SandboxApp>({ strict: false }).basePath(API_PATH);

api.use(onlyLocalCallers);

api.use(async (context, next) => {
  const parties = await partiesOf(context.env);
  if ("fault" in parties) {
    logFault("sandbox-misconfigured", parties.fault);
    return refuse(context, "MISCONFIGURED", parties.fault);
  }
  context.set("parties", parties);
  return next();
});

// Signed messages, which are refused in Alipay+'s own form, and a form of the shop's page: all other bodies are JSON.
api.all("/aps/api/v1/payments/*", (context) => receiveFromAcquirer(ACQUIRER_API, context));
api.all("/aps/api/v1/authorizations/*", (context) => receiveFromAcquirer(ACQUIRER_API, context));
api.all("/v1/payments/*", (context) => receiveFromAcquirer(OLDER_API, context));
for (const path of Object.values(ACQUIRER_PATHS)) {
  api.post(path.slice(API_PATH.length), ({ req, get }) => receiveNotification(req.raw, get("parties").acquirer));
}
api.get("/shop/:storeId", getShop);
api.post("/shop/:storeId", postShop);
api.use(onlyJson);

api.get("/", (context) =>
  wantsPage(context)
    ? getPage(context, API_PATH)
    : context.json({ sandbox: "plusgate", endpoints: ENDPOINTS }, { headers: { Vary: "Accept" } }),
);
api.get(`${PAGE_ASSETS_PATH}/:asset{.+}`, getPageAsset);
api.get("/wallet-api", ({ req, env }) => getWalletApiPage(req.raw, env.GATEWAY, env.WALLET_TOKEN));
api.put("/customers/:customerId", putCustomer);
api.get("/customers/:customerId", getCustomer);
api.get("/ledger", getLedger);
api.get("/clock", getClock);
api.post("/clock", postClock);
api.get("/market", getMarket);
api.put("/market", putMarket);
api.delete("/market", deleteMarket);
api.post("/reset", postReset);
api.post("/payment-codes", postPaymentCodes);
api.post("/pay", postPay);
api.post("/order-codes", postOrderCodes);
api.get("/orders/:paymentRequestId", getOrder);
api.post("/orders/:paymentRequestId/close", postCloseOrder);
api.post("/inquiryPayment", postInquiryPayment);
api.post("/cancelPayment", postCancelPayment);
api.post("/refund", postRefund);
api.post("/registrations", postRegistration);
api.get("/registrations", getRegistrations);
api.get("/disputes", getDisputes);
api.post("/disputes/:disputeRequestId/answer", postDisputeAnswer);
api.post("/send/:interface", postSend);
api.get("/traffic", getTraffic);
api.get("/faults", getFaults);
api.post("/faults", postFault);
api.delete("/faults", deleteFaults);
api.delete("/faults/:ruleId", deleteFault);
api.get("/acquirer/payments/:paymentRequestId", getAcquirerPayment);
api.post("/sales", postSales);
api.get("/sales", getSales);
api.get("/sales/:paymentRequestId", getSale);
api.post("/sales/:paymentRequestId/inquire", postInquireSale);
api.post("/sales/:paymentRequestId/cancel", postCancelSale);
api.post("/sales/:paymentRequestId/refund", postRefundSale);
api.post("/subscriptions", postSubscriptions);
api.get("/subscriptions", getSubscriptions);
api.get("/subscriptions/:subscriptionId", getSubscription);
api.get("/subscriptions/:subscriptionId/return", getReturn);
api.post("/subscriptions/:subscriptionId/debit", postDebit);
api.post("/subscriptions/:subscriptionId/refresh", postRefreshSubscription);
api.post("/subscriptions/:subscriptionId/cancel", postCancelSubscription);
api.get("/acquirer/authorizations/:subscriptionId", getAcquirerAuthorization);
api.get("/cashier/:code", getCashier);
api.get("/acquirer/order-codes/:paymentId/:image", getOrderCodeImage);
api.get("/settlements/:space/:participantId/:date", getSettlementFiles);
api.get("/settlements/:space/:participantId/:date/:fileName", getSettlementFile);

api.notFound((context) => {
  const { method, path } = context.req;
  const allowed = methodsOf(api.getPath(context.req.raw));
  if (allowed.length === 0) {
    return refuse(context, "NOT_FOUND", `${method} ${path} is no endpoint; GET /sandbox lists them.`);
  }
  context.header("Allow", allowed.join(", "));
  return refuse(context, "METHOD_NOT_ALLOWED", `${path} does not take ${method}; it takes ${allowed.join(", ")}.`);
});

api.onError((error, context) => {
  if (error instanceof EpochEnded) return refuse(context, "SANDBOX_RESET", error.message);
  logFault("sandbox-request-failed", error);
  return refuse(context, "UNKNOWN_EXCEPTION", "The sandbox failed; its log says more.");
});

/** The methods that a path takes. */
function methodsOf(path: string): string[] {
  const taken = METHODS.filter((method) => {
    const [handlers] = api.router.match(method, path);
    // Middleware is there for every method.
    return handlers.some(([[, route]]) => route.method === method);
  });
  return taken.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

function receiveFromAcquirer(api: Api, context: SandboxContext): Promise<Response> {
  const { alipayPlus } = context.get("parties");
  return receive(api, context.req.raw, async () => alipayPlus, context.executionCtx);
}
