/** pay with an access token. Source: docs/spec/wallet/auto-debit.md#pay-with-a-token. */
import * as z from "zod";
import type { TokenPayCommand, TokenPayReply } from "../../../durable/authorizations/messages.ts";
import { tokenDigest } from "../../../durable/authorizations/tokens.ts";
import { atHomeOfToken } from "../../../durable/customers/call-home.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { identifier } from "../../../protocol/parameters.ts";
import { type Answer, illegalParameter } from "../../../protocol/results.ts";
import type { Call } from "../interface.ts";
import { payAnswer } from "../pay-answer.ts";

/** A verified pay without its payer. */
export type Payment = Omit<TokenPayCommand, "digest" | "customerId" | "authClientId">;

/** The parts of pay that concern its token. */
type TokenParameters = {
  readonly paymentMethod: {
    readonly paymentMethodId: string;
    readonly customerId?: string | undefined;
    readonly paymentMethodMetaData?: unknown;
  };
  readonly paymentFactor: { readonly isPaymentEvaluation?: boolean | undefined };
};

/** Alipay+ writes it as an object, and in one message that was seen as a text: then it names no client. */
const metaData = z.object({ authClientId: identifier.optional().catch(undefined) }).catch({});

/** What the kept message has in place of the token: no database ever holds one. */
const HIDDEN = "(access token)";

/** The message to be kept. It is written again, so that the token is hidden however it was escaped. */
function withoutToken(body: JsonObject): string {
  return JSON.stringify({ ...body, paymentMethod: { ...(body.paymentMethod as JsonObject), paymentMethodId: HIDDEN } });
}

/** Pays, or evaluates, at the home that the token names. */
export async function payByToken(call: Call, parameters: TokenParameters, payment: Payment): Promise<Answer> {
  const { paymentMethodId, customerId, paymentMethodMetaData } = parameters.paymentMethod;
  const isEvaluation = parameters.paymentFactor.isPaymentEvaluation === true;
  const { authClientId } = metaData.parse(paymentMethodMetaData ?? {});
  const texts = { ...payment.texts, message: withoutToken(call.body) };
  const command = { ...payment, texts, digest: await tokenDigest(paymentMethodId), customerId, authClientId };
  const { customerId: payer, reply } = await atHomeOfToken<TokenPayReply>(call, paymentMethodId, (customers) =>
    customers.payByToken(command, isEvaluation),
  );
  // A slip in a parameter that may be left out must not end the authorisation, as INVALID_TOKEN would.
  return reply.outcome === "CUSTOMER_DIFFERS"
    ? illegalParameter("paymentMethod.customerId", "must be the customer of the access token")
    : payAnswer(reply, payment.paymentId, payer);
}
