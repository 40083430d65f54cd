/** cancelToken: a merchant ends an authorisation. Source: docs/spec/wallet/auto-debit.md#canceltoken. */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { text } from "../../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import type { Call, Interface } from "../../interface.ts";

const parameters = z.object({ accessToken: text(128) });

/** S also for a token that Alipay+ does not know, or that another acquirer has: there is nothing to end. */
export const cancelToken: Interface = { path: "/cancelToken", name: "cancelToken", answer };

/** U until the wallet has confirmed the end, although the token pays no more. */
async function answer({ alipayPlus, clientId, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { accessToken } = checked.parameters;
  const { outcome } = await alipayPlus.network().cancelToken({ clientId, accessToken });
  return answerOf(outcome === "ENDED" ? "SUCCESS" : "UNKNOWN_EXCEPTION");
}
