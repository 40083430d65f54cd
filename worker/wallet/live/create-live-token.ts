/** POST /wallet/v1/live-tokens: a token for the live stream of one customer. */
import * as z from "zod";
import { formatTime } from "../../../protocol/time.ts";
import { issueLiveToken, LIVE_TOKEN_LIFETIME_MS } from "../../access/live-tokens.ts";
import { isProblem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletRoute } from "../route.ts";

const body = z.object({ customerId: namedCustomer });

const reply = z.object({
  token: z.string().describe("Presented when the app connects to the live stream; it opens nothing else."),
  expiryTime: z.string().describe("ISO 8601. The stream closes at this time, and the app asks for a new token."),
});

type Body = z.output<typeof body>;
type Reply = z.output<typeof reply>;

/** Issues a live token. */
export const createLiveToken: WalletRoute<Body, Reply> = {
  method: "POST",
  path: "/live-tokens",
  name: "createLiveToken",
  summary: "A short-lived token for the live stream of one customer",
  description: `Valid for ${LIVE_TOKEN_LIFETIME_MS / 60_000} minutes and for the live stream alone.`,
  body,
  reply,
  problems: [],
  answer: async ({ gateway, caller, body: { customerId: named }, receivedTimeMs }) => {
    const { liveKey } = gateway.credentials;
    if (!liveKey) return problem("MISCONFIGURED", "LIVE_TOKEN_SECRET is not set.");
    const customer = customerOf(caller, named);
    if (isProblem(customer)) return customer;
    const { token, expiryTimeMs } = await issueLiveToken(liveKey, customer.customerId, receivedTimeMs);
    return { token, expiryTime: formatTime(expiryTimeMs) };
  },
};
