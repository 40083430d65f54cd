/**
 * prepare: Alipay+ asks for the page on which a customer may let a merchant take payments. Source:
 * docs/spec/wallet/auto-debit.md#prepare.
 */
import { prepareParameters } from "../../../durable/authorizations/prepare-message.ts";
import { DirectoryClient } from "../../../durable/directory/client.ts";
import { mayBePaid } from "../../../durable/merchants/client.ts";
import type { AutoDebit } from "../../../durable/settings/auto-debit.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { authorizationIdOf, fingerprintOf } from "../../../protocol/idempotency.ts";
import { type Answer, answerOf, resultOf } from "../../../protocol/results.ts";
import type { Interface } from "../interface.ts";

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["authClientName", "referenceMerchantId", "authRedirectUrl", "scopes"];

/** The prepare interface. */
export const prepare: Interface = {
  path: "/authorizations/prepare",
  name: "prepare",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const { clientId, configuration, receivedTimeMs } = call;
    const { autoDebit } = configuration;
    if (!autoDebit) return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(prepareParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { authClientId, referenceAgreementId, referenceMerchantId } = checked.parameters;
    // No customer is asked to authorise a merchant whose every payment would be refused.
    if (!(await mayBePaid(call, referenceMerchantId, receivedTimeMs))) return answerOf("MERCHANT_NOT_REGISTERED");
    const [preparedId, fingerprint] = await Promise.all([
      authorizationIdOf(clientId, authClientId, referenceAgreementId),
      fingerprintOf(call.body, COMPARED),
    ]);
    const expiryTimeMs = receivedTimeMs + autoDebit.pageTimeLimitMs;
    const command = { preparedId, fingerprint, message: call.message, expiryTimeMs };
    const outcome = await new DirectoryClient(call).prepareAuthorization(command, receivedTimeMs);
    return outcome === "PREPARED" ? answerOfPage(autoDebit, preparedId) : answerOf("REPEAT_REQ_INCONSISTENT");
  },
};

function answerOfPage({ authorizationUrl, schemeUrl, appLinkUrl }: AutoDebit, preparedId: string): Answer {
  const authUrl = pageOf(authorizationUrl, preparedId);
  return {
    result: resultOf("SUCCESS"),
    authUrl,
    normalUrl: authUrl,
    schemeUrl: schemeUrl && pageOf(schemeUrl, preparedId),
    applinkUrl: appLinkUrl && pageOf(appLinkUrl, preparedId),
  };
}

/** The setting is a URL without a fragment; an id is hexadecimal. */
function pageOf(url: string, preparedId: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}preparedId=${preparedId}`;
}
