/** The last exchanges, both ways. */
import * as z from "zod";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { identifier, text } from "../../protocol/parameters.ts";
import { LINK_INTERFACES } from "../faults/links.ts";
import { checked, type SandboxContext } from "../http.ts";
import type { Parties } from "../parties.ts";
import { readRecord } from "../traffic/record.ts";
import { TRAFFIC_LIMIT } from "../traffic/traffic-log.ts";

const LIMIT_DEFAULT = 20;

/** `unknown`: of a message to a path that is none. */
const INTERFACES = [...new Set(Object.values(LINK_INTERFACES).flat()), "unknown"];

/** As an exchange names them, by what a query may say: there a + is a blank unless it is written %2B. */
const PARTIES: ReadonlyMap<string, string> = new Map([
  ["Alipay+", "Alipay+"],
  ["Alipay ", "Alipay+"],
  ["MPP", "MPP"],
  ["ACQP", "ACQP"],
  ["CORE", "CORE"],
]);

const query = z.strictObject({
  limit: text(4)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(TRAFFIC_LIMIT, `must be at most ${TRAFFIC_LIMIT}`))
    .default(LIMIT_DEFAULT),
  interface: z.enum(INTERFACES, `must be one of ${INTERFACES.join(", ")}`).optional(),
  party: text(8)
    .refine((party) => PARTIES.has(party), "must be Alipay+, MPP, ACQP or CORE")
    .transform((party) => PARTIES.get(party))
    .optional(),
  paymentRequestId: identifier.optional(),
});

/** GET /sandbox/traffic: the last exchanges, newest first; with filters, the last that every one of them fits. */
export async function getTraffic(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const { limit, paymentRequestId, ...wanted } = asked.parameters;
  const parties = context.get("parties");
  const ids = paymentRequestId === undefined ? undefined : await idsOf(parties, paymentRequestId);
  const records = await parties.alipayPlus.trafficLog().last(limit, { ...wanted, ids });
  return context.json({ traffic: records.map(readRecord) });
}

/**
 * Every id of a payment, by the acquirer's `paymentRequestId` or by Alipay+'s own: each party derives its id from the
 * one before (docs/spec/idempotency.md).
 */
async function idsOf({ alipayPlus }: Parties, paymentRequestId: string): Promise<string[]> {
  const { acquirerClientId, mppClientId } = alipayPlus;
  const ofAlipayPlus = await paymentIdOf(acquirerClientId, paymentRequestId);
  const ofWallet = [paymentRequestId, ofAlipayPlus].map((id) => paymentIdOf(mppClientId, id));
  return [paymentRequestId, ofAlipayPlus, ...(await Promise.all(ofWallet))];
}
