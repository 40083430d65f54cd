/**
 * consultUnbinding: the wallet asks whether its customer may end an authorisation there. The sandbox's own acquirer is
 * asked; for any other acquirer the answer is yes, as no document says where it would take the question.
 *
 * Source: docs/spec/wallet/auto-debit.md#consultunbinding.
 */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { flag, identifier, text } from "../../../protocol/parameters.ts";
import { answerOf, illegalParameter, type ReportedAnswer, resultOf } from "../../../protocol/results.ts";
import { ACQUIRER_HOST, ACQUIRER_PATHS } from "../../acquirer/address.ts";
import type { AuthorizationRecord } from "../authorizations/records.ts";
import type { Call, Interface } from "../interface.ts";
import { askAcquirer, isOwnAcquirer } from "../notify-acquirer.ts";

const CONSULT_URL = `https://${ACQUIRER_HOST}${ACQUIRER_PATHS.consultUnbinding}`;

const parameters = z.object({ authClientId: identifier, referenceMerchantId: text(64), accessToken: text(128) });

const answered = z.object({ allowUnbinding: flag });

/** `allowUnbinding` of the acquirer; INVALID_TOKEN for an unknown token, U when the acquirer gives no answer. */
export const consultUnbinding: Interface = {
  path: "/authorizations/consultUnbinding",
  name: "consultUnbinding",
  answer,
};

async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { authClientId, accessToken } = checked.parameters;
  const reply = await alipayPlus.network().findAuthorization({ accessToken });
  if (reply.outcome === "UNKNOWN") return answerOf("INVALID_TOKEN");
  if (reply.authorization.authClientId !== authClientId) {
    return illegalParameter("authClientId", "must be the merchant of the access token");
  }
  const isAllowed = await consult(alipayPlus, reply.authorization, accessToken);
  if (isAllowed === undefined) return answerOf("UNKNOWN_EXCEPTION", "The acquirer gives no answer: ask again.");
  return { result: resultOf("SUCCESS"), allowUnbinding: String(isAllowed) };
}

/** Whether the acquirer allows it; undefined without an answer that counts. */
async function consult(
  alipayPlus: Call["alipayPlus"],
  { authNotifyUrl, authClientId, referenceAgreementId, referenceMerchantId }: AuthorizationRecord,
  accessToken: string,
): Promise<boolean | undefined> {
  if (authNotifyUrl === undefined || !isOwnAcquirer(authNotifyUrl)) return true;
  const message = { authClientId, referenceAgreementId, referenceMerchantId, accessToken };
  const { judgement } = await askAcquirer(alipayPlus, "consultUnbinding", CONSULT_URL, JSON.stringify(message));
  if (!judgement.counts || judgement.result.resultStatus !== "S") return undefined;
  return answered.safeParse(judgement.parameters).data?.allowUnbinding;
}
