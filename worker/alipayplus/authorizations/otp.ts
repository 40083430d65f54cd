/**
 * sendOTP and verifyOTP: a merchant lets the wallet verify its customer by a one-time password, which the wallet's own
 * core sends and checks. Source: docs/spec/wallet/auto-debit.md#sendotp-and-verifyotp.
 */
import * as z from "zod";
import type { OtpBearer } from "../../../durable/authorizations/messages.ts";
import { tokenDigest } from "../../../durable/authorizations/tokens.ts";
import { atHomeOfToken } from "../../../durable/customers/call-home.ts";
import { paymentRefusal } from "../../../durable/payments/results.ts";
import { askOtp, type OtpAnswer } from "../../../durable/wallet-core/http/otp.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier } from "../../../protocol/parameters.ts";
import { type Answer, answerOf, type ResultCode, resultOf } from "../../../protocol/results.ts";
import type { Call, Interface } from "../interface.ts";
import { tokenParameter } from "./apply-token.ts";

const ofToken = { acquirerId: identifier, pspId: identifier, accessToken: tokenParameter };
const verifyType = z.enum(["MOBILE", "EMAIL"], "must be MOBILE or EMAIL").default("MOBILE");

const sendParameters = z.object({ ...ofToken, verifyType });
const verifyParameters = z.object({ ...ofToken, verifyType, verifyRequestId: identifier, otpCode: identifier });

type SendRefusal = Extract<OtpAnswer<"send">, { outcome: "REFUSED" }>["reason"];
type VerifyRefusal = Extract<OtpAnswer<"verify">, { outcome: "REFUSED" }>["reason"];

const SEND_REFUSALS: Record<SendRefusal, readonly [ResultCode, string?]> = {
  TOO_SOON: ["REQUEST_TRAFFIC_EXCEED_LIMIT", "A one-time password was sent a moment ago: ask again later."],
  TOO_MANY: ["RISK_REJECT", "No more one-time passwords are sent for this authorization today."],
  NO_DESTINATION: [
    "PROCESS_FAIL",
    "The user has nothing that a one-time password of this verifyType could be sent to.",
  ],
  CUSTOMER_UNKNOWN: ["USER_NOT_EXIST"],
};

const VERIFY_REFUSALS: Record<VerifyRefusal, readonly [ResultCode, string?]> = {
  OTP_WRONG: ["USER_PAYMENT_VERIFICATION_FAILED", "The one-time password is wrong."],
  OTP_EXPIRED: ["USER_PAYMENT_VERIFICATION_FAILED", "The one-time password is expired."],
  TOO_MANY: ["RISK_REJECT", "There were too many wrong one-time passwords."],
  CUSTOMER_UNKNOWN: ["USER_NOT_EXIST"],
};

/** The sendOTP interface. */
export const sendOtp: Interface = {
  path: "/users/sendOTP",
  name: "sendOTP",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const core = coreOf(call);
    if (!core) return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(sendParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const bearer = await bearerOf(call, checked.parameters.accessToken);
    if ("result" in bearer) return bearer;
    const verifyRequestId = crypto.randomUUID();
    const request = { ...bearer, verifyRequestId, verifyType: checked.parameters.verifyType };
    const answer = await askOtp("send", request, core);
    switch (answer.outcome) {
      case "DONE":
        return { result: resultOf("SUCCESS"), verifyRequestId };
      case "REFUSED":
        return answerOf(...SEND_REFUSALS[answer.reason]);
      default:
        return withoutAnswer(answer.outcome);
    }
  },
};

/** The verifyOTP interface. */
export const verifyOtp: Interface = {
  path: "/users/verifyOTP",
  name: "verifyOTP",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const core = coreOf(call);
    if (!core) return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(verifyParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { accessToken, verifyRequestId, otpCode } = checked.parameters;
    const bearer = await bearerOf(call, accessToken);
    if ("result" in bearer) return bearer;
    const answer = await askOtp("verify", { ...bearer, verifyRequestId, otpCode }, core);
    switch (answer.outcome) {
      case "DONE":
        return answerOf("SUCCESS");
      case "REFUSED":
        return answerOf(...VERIFY_REFUSALS[answer.reason]);
      default:
        return withoutAnswer(answer.outcome);
    }
  },
};

/** The core that sends and checks; the embedded one has no phone numbers. */
function coreOf({ configuration }: Call) {
  const { autoDebit, core, coreTimeoutMs } = configuration;
  return autoDebit && core.kind === "HTTP" ? { ...core, timeoutMs: coreTimeoutMs } : undefined;
}

/** Whose password it is, or the answer to a token that may not ask for one. */
async function bearerOf(
  call: Call,
  accessToken: string,
): Promise<{ readonly customerId: string; readonly authorizationId: string } | Answer> {
  const digest = await tokenDigest(accessToken);
  const reply = await atHomeOfToken<OtpBearer>(call, accessToken, async (customers) => customers.otpBearer(digest));
  return "reason" in reply ? { result: paymentRefusal(reply.reason) } : reply;
}

function withoutAnswer(outcome: "NOT_OFFERED" | "UNANSWERED"): Answer {
  return answerOf(outcome === "NOT_OFFERED" ? "BUSINESS_NOT_SUPPORT" : "UNKNOWN_EXCEPTION");
}
