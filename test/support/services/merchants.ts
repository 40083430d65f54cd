/** Merchants as Alipay+ registers them, and the gateway in Approval mode. */
import { type Json, newId, type Reply } from "../alipayplus.ts";
import { otherEnvironment, sendIn } from "../home/other-environment.ts";

/** A registration, after the documentation (docs/spec/wallet/other-services.md#merchant-registration). */
export function registrationMessage(referenceMerchantId: string, changes: Json = {}): Json {
  return {
    registrationRequestId: newId("registration"),
    productCodes: ["IN_STORE_PAYMENT"],
    merchantInfo: {
      referenceMerchantId,
      merchantDisplayName: "海港餅店",
      merchantMCC: "5462",
      registrationDetail: { legalName: "Harbour Bakery Ltd", contactInfo: [{ contactNo: "+852 5555 0000" }] },
    },
    registrationNotifyUrl: "https://bakery.test/registered",
    ...changes,
  };
}

/** An environment in that mode, whose edge remembers no approval yet. */
export function inMode(MERCHANT_REGISTRATION: "NONE" | "REPORTING" | "APPROVAL") {
  return otherEnvironment({ MERCHANT_REGISTRATION });
}

/** Registers a merchant in Approval mode. */
export function register(message: Json, environment = inMode("APPROVAL")): Promise<Reply> {
  return sendIn(environment, "/merchants/registration", message);
}
