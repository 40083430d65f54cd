/** notifyRegistrationStatus. Source: docs/spec/wallet/other-services.md#merchant-registration. */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { identifier, text } from "../../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import type { Call, Interface } from "../../interface.ts";

const parameters = z.object({
  referenceMerchantId: identifier,
  registrationRequestId: identifier,
  registrationResult: z.object(
    {
      registrationStatus: z.enum(["APPROVED", "REJECTED"], "must be APPROVED or REJECTED"),
      rejectReasons: z.array(text(256), "must be a list of texts").max(16).default([]),
    },
    "must be a RegistrationResult",
  ),
});

/** The wallet's decision about a merchant that the sandbox has registered; PROCESS_FAIL for any other. */
export const notifyRegistrationStatus: Interface = {
  path: "/merchants/notifyRegistrationStatus",
  name: "notifyRegistrationStatus",
  answer,
};

async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { registrationRequestId, referenceMerchantId, registrationResult } = checked.parameters;
  const isKnown = await alipayPlus
    .network()
    .takeRegistrationResult(registrationRequestId, referenceMerchantId, registrationResult);
  return isKnown ? answerOf("SUCCESS") : answerOf("PROCESS_FAIL", "No such registration of this merchant was sent.");
}
