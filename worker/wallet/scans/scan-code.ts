/** POST /scans: what the app does with a scanned code. Source: docs/spec/order-codes.md. */
import * as z from "zod";
import { currentCodeRules } from "../../../durable/code-rules/current-rules.ts";
import { CODE_VALUE_LIMIT_CHARACTERS, identifyCode } from "../../../durable/code-rules/identify.ts";
import { codeValueOf } from "../../../protocol/cashier-url.ts";
import { hasAtMost } from "../../../protocol/characters.ts";
import { trimmedText } from "../../../protocol/parameters.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletCall, WalletRoute } from "../route.ts";
import {
  CASHIER_URL_LIMIT_CHARACTERS,
  ORDER_ACTIONS,
  ORDER_PROBLEMS,
  openOrder,
  passThroughInfo,
} from "./open-order.ts";

const RETRY_AFTER_SECONDS = 5;

const scannedCode = z.object({
  customerId: namedCustomer,
  codeValue: trimmedText(CASHIER_URL_LIMIT_CHARACTERS)
    .describe("What was scanned; white space, line breaks and a byte order mark around it are taken off.")
    .meta({ examples: ["https://pay.example/281002040001"] }),
  passThroughInfo,
});

type ScannedCode = z.infer<typeof scannedCode>;

const scanAction = z.discriminatedUnion("action", [
  z
    .object({
      action: z.literal("OPEN_URL"),
      url: z.string().describe("An https URL, to be opened inside the app."),
      userAgent: z.string().optional().describe("To be sent as User-Agent."),
    })
    .describe("An entry code: the acquirer's page takes the amount and leads to an order code."),
  z.object({ action: z.literal("NOT_ALIPAYPLUS") }).describe("Not a code of Alipay+."),
  ...ORDER_ACTIONS,
]);

type ScanAction = z.infer<typeof scanAction>;

/** POST /wallet/v1/scans */
export const scanCode: WalletRoute<ScannedCode, ScanAction> = {
  method: "POST",
  path: "/scans",
  name: "scanCode",
  summary: "The customer has scanned a code",
  description:
    "Answers by the code rules of Alipay+ what to do with it. An order code is decoded at once, and belongs to the " +
    "customer who scanned it first; scanned again while it is valid, it leads to the same payment. One of the wallet's " +
    "own cashier URLs (`CASHIER_URLS`) is taken as `openCashierOrder` takes its code value.",
  body: scannedCode,
  reply: scanAction,
  problems: [...ORDER_PROBLEMS, "NOT_CASHIER_ORDER", "CODE_RULES_UNAVAILABLE"],
  async answer(call) {
    const customer = customerOf(call.caller, call.body.customerId);
    if (isProblem(customer)) return customer;
    const { body } = call;
    const codeAtCashier = codeValueOf(body.codeValue, call.gateway.configuration.cashierUrls);
    if (codeAtCashier !== undefined && hasAtMost(codeAtCashier, CODE_VALUE_LIMIT_CHARACTERS)) {
      return openOrder(call, { ...body, ...customer, codeValue: codeAtCashier }, "CASHIER");
    }
    return actOnCode(call, customer.customerId);
  },
};

async function actOnCode(call: WalletCall<ScannedCode>, customerId: string): Promise<ScanAction | Problem> {
  const { body } = call;
  const rules = await currentCodeRules(call.gateway, call.receivedTimeMs);
  if (!rules) return { ...problem("CODE_RULES_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  const identified = identifyCode(body.codeValue, rules);
  switch (identified.action) {
    case "NOT_ALIPAYPLUS":
      return identified;
    case "OPEN_URL": {
      const { action, url, userAgent } = identified;
      return { action, url, ...(userAgent !== undefined && { userAgent }) };
    }
    case "DECODE":
      return openOrder(call, { ...body, customerId }, "ANYWHERE");
  }
}
