/**
 * The calls of one-time passwords, which a core may leave out: `POST /otp/send` and `/otp/verify`. The password itself
 * is not seen here, so that no right one is tried. Each check is an authorisation of its own, as the limits are.
 */
import { askOtp, type OtpAnswer } from "../../durable/wallet-core/http/otp.ts";
import { NOT_OFFERED } from "../../durable/wallet-core/http/settings.ts";
import { Breach, expectAnswer } from "./expect.ts";
import type { SignedMessage } from "./link.ts";
import { RULES } from "./rules.ts";
import { type ContractSubject, freshId, type Requirement } from "./subject.ts";

type Sent = { readonly verifyRequestId: string; readonly authorizationId: string };

/** Lets the core send a password to the customer. */
function send({ link, customerId }: ContractSubject, sent: Sent): Promise<OtpAnswer<"send">> {
  const request = { ...sent, customerId, verifyType: "MOBILE" } as const;
  return askOtp("send", request, { ...link.settings, timeoutMs: link.timeoutMs, fetch: link.fetch });
}

/** Sends a message of its own making: the body is right but for `changes`. */
function sendRaw({ link, customerId }: ContractSubject, sent: Sent, changes: Partial<SignedMessage>) {
  const body = JSON.stringify({ ...sent, customerId, verifyType: "MOBILE" });
  return link.send({ operation: "otp/send", id: `otp-send_${sent.verifyRequestId}`, body, ...changes });
}

/** Why passwords cannot be checked; undefined when the core has the calls. An empty body sends nothing. */
async function otpObstacle({ link }: ContractSubject): Promise<string | undefined> {
  const { response } = await link.send({ operation: "otp/send", id: `otp-send_${freshId()}`, body: "{}" });
  return response && NOT_OFFERED.includes(response.status)
    ? `optional, and the core has no POST /otp/send (HTTP ${response.status}): sendOTP is BUSINESS_NOT_SUPPORT`
    : undefined;
}

const newPassword = (): Sent => ({ verifyRequestId: freshId(), authorizationId: freshId() });

/** The calls of one-time passwords. */
export const OTP: readonly Requirement[] = [
  {
    requirement:
      "a one-time password is sent once, however often it is asked for under its id, and no second one at once",
    rule: RULES.OTP,
    obstacle: otpObstacle,
    async check(subject) {
      const sent = newPassword();
      expectAnswer("otp/send", await send(subject, sent), { outcome: "DONE" });
      expectAnswer("otp/send again", await send(subject, sent), { outcome: "DONE" });
      expectAnswer("otp/send of another at once", await send(subject, { ...sent, verifyRequestId: freshId() }), {
        outcome: "REFUSED",
        reason: "TOO_SOON",
      });
      expectAnswer("otp/send of another authorisation", await send(subject, newPassword()), { outcome: "DONE" });
    },
  },
  {
    requirement: "a wrong one-time password is refused, and so is one that was never sent, or to another customer",
    rule: RULES.OTP,
    obstacle: otpObstacle,
    async check(subject) {
      const { link, customerId } = subject;
      const sent = newPassword();
      await send(subject, sent);
      const verify = (changes: object) => {
        const request = { ...sent, customerId, otpCode: "no password", ...changes };
        return askOtp("verify", request, { ...link.settings, timeoutMs: link.timeoutMs, fetch: link.fetch });
      };
      const wrong = { outcome: "REFUSED", reason: "OTP_WRONG" };
      expectAnswer("otp/verify", await verify({}), wrong);
      expectAnswer("otp/verify of none", await verify({ verifyRequestId: freshId() }), wrong);
      expectAnswer("otp/verify of another customer's", await verify({ customerId: freshId() }), wrong);
    },
  },
  {
    requirement: "a one-time password is sent only for a signature of its own",
    rule: RULES.OTP,
    obstacle: otpObstacle,
    async check(subject) {
      const wrong: readonly Partial<SignedMessage>[] = [
        { secret: `whsec_${btoa(crypto.randomUUID())}` },
        { id: `otp-verify_${freshId()}` },
      ];
      for (const changes of wrong) {
        const exchange = await sendRaw(subject, newPassword(), changes);
        const status = exchange.response?.status ?? 0;
        if (status >= 400 && status <= 499) continue;
        const what = "id" in changes ? "another webhook-id" : "another secret";
        throw new Breach(`with ${what}: the HTTP status must be 4xx`, { exchange });
      }
    },
  },
];
