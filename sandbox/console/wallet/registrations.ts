/**
 * Merchants that Alipay+ registers with the wallet. Source: docs/spec/wallet/other-services.md#merchant-registration.
 */
import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import { PRODUCT_CODES } from "../../../protocol/product-code.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { checkedBody, checkedFault, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";
import { exchangeManually } from "./manual-exchange.ts";

const LIST_LIMIT = 200;

const wish = z.strictObject({
  referenceMerchantId: identifier,
  registrationRequestId: identifier.optional(),
  merchantDisplayName: text(256).optional(),
  merchantMCC: text(4).optional(),
  productCodes: z.array(z.enum(PRODUCT_CODES)).min(1).max(PRODUCT_CODES.length).optional(),
  registrationDetail: z.looseObject({}, "must be a RegistrationDetail").optional(),
});

/** POST /sandbox/registrations: registers a merchant, or updates it; the same `registrationRequestId` is a repeat. */
export async function postRegistration(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const asked = checkedFault(context, walletMessageKind("registration"));
  if ("refusal" in asked) return asked.refusal;
  const { body, parameters } = input;
  const { referenceMerchantId, registrationRequestId = newId() } = parameters;
  const { merchantDisplayName = "海港餅店", merchantMCC = "5462", registrationDetail } = body;
  const message = {
    registrationRequestId,
    productCodes: [...(parameters.productCodes ?? ["IN_STORE_PAYMENT"])],
    merchantInfo: definedMembers({ referenceMerchantId, merchantDisplayName, merchantMCC, registrationDetail }),
  };
  const { alipayPlus } = context.get("parties");
  // Before it is sent: the wallet's decision may overtake its answer.
  await alipayPlus.network().noteRegistration(registrationRequestId, referenceMerchantId);
  const reply = await exchangeManually(alipayPlus, "registration", JSON.stringify(message), message, asked.fault);
  await alipayPlus.network().noteRegistrationAnswer(registrationRequestId, referenceMerchantId, reply.result);
  return context.json(reply);
}

/**
 * GET /sandbox/registrations: the newest registrations that were sent, the wallet's answers, and what it has decided.
 */
export async function getRegistrations(context: SandboxContext): Promise<Response> {
  const registrations = await context.get("parties").alipayPlus.network().registrations(LIST_LIMIT);
  return context.json({
    registrations: registrations.map(({ registrationRequestId, referenceMerchantId, answer, result }) => ({
      registrationRequestId,
      referenceMerchantId,
      result: answer,
      registrationResult: result,
    })),
  });
}
