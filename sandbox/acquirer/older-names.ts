/**
 * How the acquirer reads the older merchant interface: its names become those of today, which the acquirer's sales are
 * kept in. An unreadable member counts as missing.
 *
 * Source: docs/spec/acquirer/older-interface.md#answer.
 */
import * as z from "zod";
import { definedMembers } from "../../protocol/absent-parameters.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { reportedResult, text } from "../../protocol/parameters.ts";

/** The `resultStatus` of a payment by its `paymentStatus`. */
const RESULT_STATUS = { SUCCESS: "S", FAIL: "F", CANCELLED: "F", PROCESSING: "U", PENDING: "U" } as const;

const paymentState = z
  .object({
    paymentStatus: z.enum(["SUCCESS", "FAIL", "CANCELLED", "PROCESSING", "PENDING"]),
    paymentResultCode: text(64),
    paymentResultMessage: z.string().default(""),
  })
  .transform(({ paymentStatus, paymentResultCode: resultCode, paymentResultMessage: resultMessage }) => ({
    resultCode,
    resultStatus: RESULT_STATUS[paymentStatus],
    resultMessage,
  }));

const redirect = z.object({ redirectActionForm: z.object({ redirectUrl: z.string() }) });

/** The result of a payment that Alipay+ notifies. */
const notification = z.object({ notifyType: z.literal("PAYMENT_RESULT"), result: reportedResult });

/** The parameters of an answer, beside its result, under the names of today. */
export function readOlderAnswer(parameters: JsonObject): JsonObject {
  return definedMembers({
    ...parameters,
    settlementAmount: parameters.grossSettlementAmount,
    paymentUrl: redirect.safeParse(parameters).data?.redirectActionForm.redirectUrl,
    paymentResult: paymentState.safeParse(parameters).data,
  });
}

/** A notification under the names of today; one that is not about a payment's result has none. */
export function readOlderNotification(message: JsonObject): JsonObject {
  const paymentResult = notification.safeParse(message).data?.result;
  return definedMembers({ ...readOlderAnswer(message), paymentResult });
}
