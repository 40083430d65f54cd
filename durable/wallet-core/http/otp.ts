/**
 * One-time passwords of the wallet's core: `POST {CORE_URL}/otp/send` and `…/otp/verify`, which a core may leave out.
 * The core makes, sends and checks them, and decides how many there may be; no password is ever kept here.
 *
 * Source: docs/core.md#one-time-passwords; docs/spec/wallet/auto-debit.md#sendotp-and-verifyotp.
 */
import * as z from "zod";
import { type Clock, runtimeTimeMs, systemClock } from "../../../protocol/clock.ts";
import { within } from "../../../protocol/exchange/retry.ts";
import { logWarning } from "../../platform/log.ts";
import { troubleText } from "../trouble.ts";
import { attempt, type Fetch } from "./exchange.ts";
import { type HttpCoreSettings, NOT_OFFERED, webhookOf } from "./settings.ts";

const id = z.string().min(1).max(128);

const subject = {
  verifyRequestId: id.describe("The gateway's id of the password: it is sent once, however often the message comes."),
  customerId: id.describe("The customer, as the wallet names them."),
  authorizationId: id.describe("The authorisation by which a merchant asks: at least 3 a day, 30 s apart, for each."),
};

const done = z.strictObject({ outcome: z.literal("DONE") });

/** What is sent and answered, by the last part of the path. */
export const otpMessages = {
  send: {
    request: z.object({
      ...subject,
      verifyType: z.enum(["MOBILE", "EMAIL"]).describe("Where to send it: as the wallet knows it."),
    }),
    answer: z.discriminatedUnion("outcome", [
      done,
      z.strictObject({
        outcome: z.literal("REFUSED"),
        reason: z
          .enum(["TOO_SOON", "TOO_MANY", "NO_DESTINATION", "CUSTOMER_UNKNOWN"])
          .describe("TOO_SOON: ask later. TOO_MANY: not today. NO_DESTINATION: no such phone or e-mail."),
      }),
    ]),
  },
  verify: {
    request: z.object({ ...subject, otpCode: z.string().min(1).max(64).describe("What the customer typed.") }),
    answer: z.discriminatedUnion("outcome", [
      done,
      z.strictObject({
        outcome: z.literal("REFUSED"),
        reason: z
          .enum(["OTP_WRONG", "OTP_EXPIRED", "TOO_MANY", "CUSTOMER_UNKNOWN"])
          .describe(
            "OTP_WRONG: another one, or none, was sent under this id to this customer. TOO_MANY: too many tries.",
          ),
      }),
    ]),
  },
} as const;

/** One of the two calls. */
export type OtpOperation = keyof typeof otpMessages;

/** The body of a request, as it is written in JSON. */
type OtpRequest<Operation extends OtpOperation> = z.output<(typeof otpMessages)[Operation]["request"]>;

/** The answer; NOT_OFFERED by a core that has no such call, UNANSWERED when nothing is known. */
export type OtpAnswer<Operation extends OtpOperation> =
  | z.output<(typeof otpMessages)[Operation]["answer"]>
  | { readonly outcome: "NOT_OFFERED" | "UNANSWERED" };

/** Where the core is; the other members are for tests. */
type OtpOptions = HttpCoreSettings & {
  readonly timeoutMs: number;
  readonly fetch?: Fetch;
  readonly clock?: Clock;
};

/**
 * Asks once. Never throws. The message is signed with the id `otp-send_` or `otp-verify_` and the `verifyRequestId`.
 */
export async function askOtp<Operation extends OtpOperation>(
  operation: Operation,
  request: OtpRequest<Operation>,
  options: OtpOptions,
): Promise<OtpAnswer<Operation>> {
  const { clock = systemClock, timeoutMs } = options;
  const id = `otp-${operation}_${request.verifyRequestId}`;
  const message = { url: `${options.url}/otp/${operation}`, id, body: JSON.stringify(request) };
  // The table's schema for this operation; the compiler cannot follow a key that is a type parameter.
  const schema = otpMessages[operation].answer as unknown as z.ZodType<OtpAnswer<Operation>>;
  const timeMs = runtimeTimeMs(clock.nowMs());
  // Workers want fetch to be called on its own, not as a method.
  const fetchCore: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const tried = await within(clock, timeoutMs, (signal) =>
    attempt(message, schema, webhookOf(options), fetchCore, timeMs, signal),
  );
  if (tried?.kind === "ANSWER") return tried.answer;
  const why = tried?.why ?? ({ cause: "TIMED_OUT" } as const);
  if (why.cause === "HTTP_STATUS" && NOT_OFFERED.includes(why.httpStatus)) return { outcome: "NOT_OFFERED" };
  logWarning("core-unanswered", { operation: `otp/${operation}`, message: `The core ${troubleText(why)}` });
  return { outcome: "UNANSWERED" };
}
