/** The operators' calls about the merchants that Alipay+ has registered: list, read, approve, reject. */
import * as z from "zod";
import { atMerchant, atMerchantShard, merchantShardCount } from "../../durable/merchants/client.ts";
import { isRegistered, type RegistrationDecision, statusOf } from "../../durable/merchants/machine/registration.ts";
import type { MerchantReport } from "../../durable/merchants/merchants.ts";
import type { MerchantSummary } from "../../durable/merchants/records.ts";
import { identifier, text } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { isProblem, type Problem, problem } from "../http/problem.ts";
import { checkInput, readBody, readQuery } from "../http/read-input.ts";
import { deliveryView } from "./delivery-view.ts";

const REASONS_LIMIT = 16;

const listed = z.strictObject({
  status: z.enum(["PENDING", "APPROVED", "REJECTED"], "must be PENDING, APPROVED or REJECTED").optional(),
  /** `next` of the page before: a shard, and the last merchant of it that was looked at. */
  after: text(80)
    .regex(/^[0-9]{1,2}(:.+)?$/s, "must be next of the page before")
    .optional(),
});

const approval = z.strictObject({ registrationRequestId: identifier });

const rejection = z.strictObject({
  registrationRequestId: identifier,
  rejectReasons: z
    .array(text(256), "must be a list of texts")
    .min(1, "must not be empty")
    .max(REASONS_LIMIT, `must have at most ${REASONS_LIMIT} reasons`),
});

/**
 * GET /ops/merchants?status=PENDING: the merchants by id, a part at a time; `next` goes on, also after an empty part.
 */
export const listMerchants: Endpoint = {
  method: "GET",
  path: "/merchants",
  name: "listMerchants",
  async respond(arrival) {
    const { url, gateway } = arrival;
    const read = readQuery(url);
    if (isProblem(read)) return read;
    const checked = checkInput(listed, read.members);
    if (isProblem(checked)) return checked;
    const { status, after = "0" } = checked.input;
    const [shardText = ""] = after.split(":", 1);
    const shard = Number(shardText);
    const shards = merchantShardCount(gateway.configuration);
    if (shard >= shards) return problem("PARAM_ILLEGAL", "Illegal parameter after: must be next of the page before.");
    const page = await atMerchantShard(callerOf(arrival), shard, async (directory) =>
      directory.merchants(status, after.slice(shardText.length + 1)),
    );
    const next = page.next === undefined ? nextShard(shard, shards) : `${shard}:${page.next}`;
    return jsonResponse({ merchants: page.items.map(summaryView), next });
  },
};

/** GET /ops/merchants/{referenceMerchantId}: a merchant with its latest registration as it came. */
export const readMerchant: Endpoint = {
  method: "GET",
  path: "/merchants/{referenceMerchantId}",
  name: "readMerchant",
  async respond(arrival) {
    const { referenceMerchantId = "" } = arrival.parameters;
    const report = await atMerchant(callerOf(arrival), referenceMerchantId, async (directory) =>
      directory.merchant(referenceMerchantId),
    );
    return report ? jsonResponse(merchantView(report)) : problem("MERCHANT_UNKNOWN");
  },
};

/** POST /ops/merchants/{referenceMerchantId}/approve: the merchant can be paid; Alipay+ is notified. */
export const approveMerchant: Endpoint = {
  method: "POST",
  path: "/merchants/{referenceMerchantId}/approve",
  name: "approveMerchant",
  respond: (arrival) => decide(arrival, approval, () => ({ status: "APPROVED", rejectReasons: [] })),
};

/** POST /ops/merchants/{referenceMerchantId}/reject: the merchant cannot be paid; Alipay+ is notified why. */
export const rejectMerchant: Endpoint = {
  method: "POST",
  path: "/merchants/{referenceMerchantId}/reject",
  name: "rejectMerchant",
  respond: (arrival) => decide(arrival, rejection, ({ rejectReasons }) => ({ status: "REJECTED", rejectReasons })),
};

async function decide<Input extends { readonly registrationRequestId: string }>(
  arrival: Arrival,
  schema: z.ZodType<Input>,
  decisionOf: (input: Input) => Pick<RegistrationDecision, "status" | "rejectReasons">,
): Promise<Response | Problem> {
  const { referenceMerchantId = "" } = arrival.parameters;
  const read = await readBody(arrival.request);
  if (isProblem(read)) return read;
  const checked = checkInput(schema, read.members);
  if (isProblem(checked)) return checked;
  const { registrationRequestId } = checked.input;
  const decision = { registrationRequestId, ...decisionOf(checked.input) };
  const reply = await atMerchant(callerOf(arrival), referenceMerchantId, async (directory) =>
    directory.decideMerchant(referenceMerchantId, decision),
  );
  switch (reply.outcome) {
    case "DECIDED":
      return jsonResponse(merchantView(reply.report));
    case "UNKNOWN":
      return problem("MERCHANT_UNKNOWN");
    case "SUPERSEDED":
      return problem("REGISTRATION_SUPERSEDED");
  }
}

function callerOf({ gateway, line }: Arrival) {
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  return { ...gateway, usesShard };
}

function nextShard(shard: number, shards: number): string | undefined {
  return shard + 1 < shards ? String(shard + 1) : undefined;
}

function summaryView(merchant: MerchantSummary): object {
  const { referenceMerchantId, registrationRequestId, merchantDisplayName, productCodes, registeredTimeMs } = merchant;
  const { decision } = merchant;
  return {
    referenceMerchantId,
    merchantDisplayName,
    productCodes,
    registrationRequestId,
    status: statusOf(merchant),
    canBePaid: isRegistered(merchant),
    registeredTime: formatTime(registeredTimeMs),
    decision: decision && {
      registrationRequestId: decision.registrationRequestId,
      status: decision.status,
      rejectReasons: decision.rejectReasons,
      time: formatTime(decision.decidedTimeMs),
    },
  };
}

/** The message was read strictly before it was stored. */
function merchantView({ merchant, notification }: MerchantReport): object {
  return {
    ...summaryView(merchant),
    registration: JSON.parse(merchant.message),
    notification: notification && deliveryView(notification, "content"),
  };
}
