/** inquiryPayment and cancelPayment, which name nothing but a payment. Source: docs/spec/messages.md#interfaces. */
import * as z from "zod";
import { identifier } from "../../../protocol/parameters.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { PARTIES } from "../../alipayplus/message.ts";
import { checkedBody, checkedFault, type SandboxContext } from "../../http.ts";
import { exchangeManually } from "./manual-exchange.ts";

const wish = z.strictObject({ paymentRequestId: identifier });

/** POST /sandbox/inquiryPayment: asks the wallet for the result of a payment. */
export function postInquiryPayment(context: SandboxContext): Promise<Response> {
  return sendReference(context, "inquiryPayment");
}

/** POST /sandbox/cancelPayment: closes a payment. */
export function postCancelPayment(context: SandboxContext): Promise<Response> {
  return sendReference(context, "cancelPayment");
}

async function sendReference(
  context: SandboxContext,
  interfaceName: "inquiryPayment" | "cancelPayment",
): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const asked = checkedFault(
    context,
    walletMessageKind(interfaceName),
    interfaceName === "cancelPayment" ? "reverse" : undefined,
  );
  if ("refusal" in asked) return asked.refusal;
  const { alipayPlus } = context.get("parties");
  const message = { ...PARTIES, ...input.parameters };
  return context.json(await exchangeManually(alipayPlus, interfaceName, JSON.stringify(message), message, asked.fault));
}
