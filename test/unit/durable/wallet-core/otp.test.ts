/** One-time passwords of the wallet's core, asked over the wire (docs/core.md#one-time-passwords). */
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { askOtp, type OtpAnswer } from "../../../../durable/wallet-core/http/otp.ts";
import { systemClock } from "../../../../protocol/clock.ts";
import { NOW_MS, URL_OF_CORE } from "../../../support/http-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const PASSWORD = "one-time-secret";
const REQUEST = { verifyRequestId: "v-1", customerId: "alice", authorizationId: "a-1", otpCode: PASSWORD };

let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
  vi.spyOn(console, "warn").mockImplementation((...texts: unknown[]) => void warnings.push(texts.join(" ")));
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Sent = { readonly url: string; readonly init: RequestInit };

async function verify(answer: (sent: Sent) => Response | Promise<Response>, timeoutMs = 4_000) {
  const sent: Sent[] = [];
  const reply: OtpAnswer<"verify"> = await askOtp("verify", REQUEST, {
    url: URL_OF_CORE,
    secret: SECRET,
    timeoutMs,
    clock: { ...systemClock, nowMs: () => NOW_MS },
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer({ url, init });
    },
  });
  return { reply, sent };
}

it("is a signed message, sent once", async () => {
  const { reply, sent } = await verify(() => Response.json({ outcome: "DONE" }));
  expect(reply).toEqual({ outcome: "DONE" });
  expect(sent).toHaveLength(1);
  const [{ url, init } = { url: "", init: {} }] = sent;
  expect(url).toBe(`${URL_OF_CORE}/otp/verify`);
  expect(init.body).toBe(JSON.stringify(REQUEST));
  const headers = new Headers(init.headers);
  expect(headers.get("webhook-id")).toBe("otp-verify_v-1");
  const signature = new Webhook(SECRET).sign("otp-verify_v-1", new Date(NOW_MS), String(init.body));
  expect(headers.get("webhook-signature")).toBe(signature);
});

it.each(["OTP_WRONG", "OTP_EXPIRED", "TOO_MANY", "CUSTOMER_UNKNOWN"])("reads the refusal %s", async (reason) => {
  const { reply } = await verify(() => Response.json({ outcome: "REFUSED", reason }));
  expect(reply).toEqual({ outcome: "REFUSED", reason });
});

it.each([404, 405, 501])("is not offered by a core that answers %i", async (status) => {
  expect((await verify(() => new Response(null, { status }))).reply).toEqual({ outcome: "NOT_OFFERED" });
  expect(warnings).toEqual([]);
});

it.each<[string, () => Response | Promise<Response>]>([
  ["500", () => new Response(null, { status: 500 })],
  ["another outcome", () => Response.json({ outcome: "VERIFIED" })],
  ["a reason of another call", () => Response.json({ outcome: "REFUSED", reason: "TOO_SOON" })],
  ["a member that is not known", () => Response.json({ outcome: "DONE", otpCode: PASSWORD })],
  ["no JSON", () => new Response("DONE")],
  ["a lost connection", () => Promise.reject(new TypeError("Network connection lost."))],
])("%s is no answer; the log says why, and nothing of the password", async (_case, answer) => {
  const { reply, sent } = await verify(answer);
  expect([reply, sent.length]).toEqual([{ outcome: "UNANSWERED" }, 1]);
  expect(warnings).toEqual([expect.stringContaining('"event":"core-unanswered"')]);
  for (const secret of [PASSWORD, "alice", "v-1"]) expect(warnings.join()).not.toContain(secret);
});

it("that takes too long is no answer", async () => {
  const { reply } = await verify(() => new Promise(() => {}), 5);
  expect(reply).toEqual({ outcome: "UNANSWERED" });
});
