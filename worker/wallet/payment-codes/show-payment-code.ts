/**
 * POST /wallet/v1/payment-codes: the code that a customer's screen shows now. Source:
 * docs/spec/wallet/get-payment-code.md, docs/spec/payment-codes.md.
 */
import * as z from "zod";
import { stockOf } from "../../../durable/code-stock/client.ts";
import { atHomeOfCustomer } from "../../../durable/customers/call-home.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { systemClock } from "../../../protocol/clock.ts";
import { region, text } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import { isProblem, type Problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletCall, WalletRoute } from "../route.ts";
import { barcodeSvg, qrCodeSvg } from "./code-images.ts";
import { type CurrentCode, findCurrentCode } from "./current-code.ts";
import { renewCodes } from "./renew-codes.ts";

const body = z.object({
  customerId: namedCustomer,
  deviceTokenId: text(256)
    .describe("The device that shows the code; Alipay+ judges risks by it.")
    .meta({ examples: ["phone-1"] }),
  region: region
    .optional()
    .describe("Where the customer is going to pay, ISO 3166 alpha-2. Another region means other codes."),
});

const svg = z.string().describe("An SVG document with its size in millimetres and its quiet zone. Draw it unchanged.");

const reply = z.object({
  paymentCode: z.string().describe("Digits. Show them partly masked until the customer taps them."),
  codeValidityStartTime: z.string(),
  codeExpiryTime: z.string().describe("The code must not be shown at or after this time."),
  nextChangeTime: z.string().describe("When to ask again."),
  serverTime: z.string().describe("The gateway's clock, for a device whose own clock is wrong."),
  region: z.string().optional(),
  remainingCodes: z.int().describe("How many codes are in stock after this one."),
  barcode: z.object({ symbology: z.literal("CODE_128"), svg }),
  qrCode: z.object({ svg }),
});

type Body = z.output<typeof body>;
type Reply = z.output<typeof reply>;

/** The customer's current payment code. */
export const showPaymentCode: WalletRoute<Body, Reply> = {
  method: "POST",
  path: "/payment-codes",
  name: "showPaymentCode",
  summary: "The payment code to show now",
  description:
    "Answers the code that is valid now, as digits, Code 128 barcode and QR code. Codes are fetched from Alipay+ in " +
    "advance: while one is left, an outage of Alipay+ is not noticed. Ask again at nextChangeTime, and after a " +
    "payment: a code pays once.",
  body,
  reply,
  problems: ["TOO_MANY_DEVICES", "TOO_MANY_PAYMENT_CODES", "ALIPAYPLUS_REFUSED", "ALIPAYPLUS_UNAVAILABLE"],
  answer,
};

async function answer(call: WalletCall<Body>): Promise<Reply | Problem> {
  const { gateway, requestId } = call;
  const { deviceTokenId, region } = call.body;
  const customer = customerOf(call.caller, call.body.customerId);
  if (isProblem(customer)) return customer;
  const { customerId } = customer;
  const stock = await stockOf(gateway.env.CODE_STOCKS, gateway.configuration.shardCount, customerId, deviceTokenId);
  const current = await findCurrentCode({
    stock,
    region,
    renew(leaseId) {
      const renewal = renewCodes({ gateway, stock, holder: { customerId, deviceTokenId, region }, requestId }, leaseId);
      // The codes are kept even when the customer has closed the screen.
      call.waitUntil(renewal.catch((error) => logFault("payment-codes-failed", error, { requestId })));
      return renewal;
    },
    isUsed: (paymentCode) =>
      atHomeOfCustomer(gateway, customerId, async (customers) => customers.isUsedCode(paymentCode)),
    clock: systemClock,
    random: Math.random,
  });
  return isProblem(current) ? current : replyOf(current, region, systemClock.nowMs());
}

function replyOf({ code, remainingCodes }: CurrentCode, region: string | undefined, nowMs: number): Reply {
  const { paymentCode } = code;
  const codeExpiryTime = formatTime(code.expiryTimeMs);
  return {
    paymentCode,
    codeValidityStartTime: formatTime(code.startTimeMs),
    codeExpiryTime,
    nextChangeTime: codeExpiryTime,
    serverTime: formatTime(nowMs),
    ...(region !== undefined && { region }),
    remainingCodes,
    barcode: { symbology: "CODE_128", svg: barcodeSvg(paymentCode) },
    qrCode: { svg: qrCodeSvg(paymentCode) },
  };
}
