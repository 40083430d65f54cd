/** cancelToken: the merchant's side ends an authorisation. Source: docs/spec/wallet/auto-debit.md#canceltoken. */
import * as z from "zod";
import type { CancelTokenReply } from "../../../durable/authorizations/messages.ts";
import { tokenDigest } from "../../../durable/authorizations/tokens.ts";
import { atHomeOfToken } from "../../../durable/customers/call-home.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier } from "../../../protocol/parameters.ts";
import { answerOf } from "../../../protocol/results.ts";
import type { Interface } from "../interface.ts";
import { tokenParameter } from "./apply-token.ts";

const cancelTokenParameters = z.object({ acquirerId: identifier, pspId: identifier, accessToken: tokenParameter });

/** The cancelToken interface. */
export const cancelToken: Interface = {
  path: "/authorizations/cancelToken",
  name: "cancelToken",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    if (!call.configuration.autoDebit) return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(cancelTokenParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { acquirerId, accessToken } = checked.parameters;
    const command = { digest: await tokenDigest(accessToken), acquirerId };
    const { outcome } = await atHomeOfToken<CancelTokenReply>(call, accessToken, async (customers) =>
      customers.cancelToken(command),
    );
    switch (outcome) {
      case "ENDED":
      case "UNKNOWN":
        return answerOf("SUCCESS");
      case "ENDING":
        // It pays no more, but a payment is under way: its success must not come after an end that was answered.
        return answerOf("PAYMENT_IN_PROCESS");
      case "OF_ANOTHER_ACQUIRER":
        return answerOf("INVALID_TOKEN");
    }
  },
};
