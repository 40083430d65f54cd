/** The last exchanges, both ways. */
import * as z from "zod";
import { text } from "../../protocol/parameters.ts";
import { checked, type SandboxContext } from "../http.ts";
import { readRecord } from "../traffic/record.ts";
import { TRAFFIC_LIMIT } from "../traffic/traffic-log.ts";

const LIMIT_DEFAULT = 20;

const query = z.object({
  limit: text(4)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(TRAFFIC_LIMIT, `must be at most ${TRAFFIC_LIMIT}`))
    .default(LIMIT_DEFAULT),
});

/** GET /sandbox/traffic: the last exchanges, newest first. */
export async function getTraffic(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const { alipayPlus } = context.get("parties");
  const records = await alipayPlus.trafficLog().last(asked.parameters.limit);
  return context.json({ traffic: records.map(readRecord) });
}
