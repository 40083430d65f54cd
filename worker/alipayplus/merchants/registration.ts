/**
 * registration: Alipay+ registers a merchant with the wallet, or updates it. Source:
 * docs/spec/wallet/other-services.md#merchant-registration.
 */
import * as z from "zod";
import { atMerchant } from "../../../durable/merchants/client.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import { answerOf } from "../../../protocol/results.ts";
import type { Interface } from "../interface.ts";

const PRODUCTS_LIMIT = 16;

/** What is stored of its own beside the message; the rest of it only operators read. */
const registrationParameters = z.object({
  registrationRequestId: identifier,
  productCodes: z
    .array(text(64), "must be a list")
    .min(1, "must not be empty")
    .max(PRODUCTS_LIMIT, `must have at most ${PRODUCTS_LIMIT} products`),
  merchantInfo: z.object(
    { referenceMerchantId: identifier, merchantDisplayName: text(256).optional().catch(undefined) },
    "must be a MerchantRegistrationInfo",
  ),
});

/** The registration interface. */
export const registration: Interface = {
  path: "/merchants/registration",
  name: "registration",
  budgetMs: 5_000,
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const { merchantRegistration } = call.configuration;
    if (merchantRegistration === "NONE") return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(registrationParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { registrationRequestId, productCodes, merchantInfo } = checked.parameters;
    const { referenceMerchantId, merchantDisplayName } = merchantInfo;
    await atMerchant(call, referenceMerchantId, async (directory) =>
      directory.registerMerchant({
        referenceMerchantId,
        registrationRequestId,
        merchantDisplayName,
        productCodes,
        message: call.message,
        isApprovedAtOnce: merchantRegistration === "REPORTING",
      }),
    );
    return answerOf("SUCCESS");
  },
};
