/**
 * registration: Alipay+ registers a merchant with the wallet, or updates it. Source:
 * docs/spec/wallet/other-services.md#merchant-registration.
 */
import * as z from "zod";
import { DirectoryClient } from "../../../durable/directory/client.ts";
import { atMerchant } from "../../../durable/merchants/client.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { fingerprintOf, registrationIdOf } from "../../../protocol/idempotency.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import { answerOf } from "../../../protocol/results.ts";
import type { Interface } from "../interface.ts";

const PRODUCTS_LIMIT = 16;

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["productCodes", "merchantInfo"];

/** What is stored of its own beside the message; the rest of it only operators read. */
const registrationParameters = z.object({
  registrationRequestId: identifier,
  productCodes: z
    .array(text(64), "must be a list")
    .min(1, "must not be empty")
    .max(PRODUCTS_LIMIT, `must have at most ${PRODUCTS_LIMIT} products`),
  merchantInfo: z.object(
    { referenceMerchantId: text(32), merchantDisplayName: text(256).optional().catch(undefined) },
    "must be a MerchantRegistrationInfo",
  ),
});

/** The registration interface. */
export const registration: Interface = {
  path: "/merchants/registration",
  name: "registration",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const { merchantRegistration } = call.configuration;
    if (merchantRegistration === "NONE") return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(registrationParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { registrationRequestId, productCodes, merchantInfo } = checked.parameters;
    const { referenceMerchantId, merchantDisplayName } = merchantInfo;
    const [registrationId, fingerprint] = await Promise.all([
      registrationIdOf(call.clientId, registrationRequestId),
      fingerprintOf(call.body, COMPARED),
    ]);
    // Merchants are in other shards than this: what is stored below was claimed before, and a repeat finishes it.
    const claim = await new DirectoryClient(call).claimRegistration(registrationId, fingerprint);
    if (claim === "INCONSISTENT") return answerOf("REPEAT_REQ_INCONSISTENT");
    await atMerchant(call, referenceMerchantId, async (directory) =>
      directory.registerMerchant({
        referenceMerchantId,
        registrationRequestId,
        merchantDisplayName,
        productCodes,
        message: call.message,
        isApprovedAtOnce: merchantRegistration === "REPORTING",
        claimedTimeMs: claim.claimedTimeMs,
      }),
    );
    return answerOf("SUCCESS");
  },
};
