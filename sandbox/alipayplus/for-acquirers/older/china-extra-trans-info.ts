/**
 * `chinaExtraTransInfo` in `order.extendInfo`: what an order to AlipayCN says about its business, for the authorities.
 *
 * Source: docs/spec/acquirer/older-interface.md#request; the names of the members are those of the official SDKs.
 */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { type JsonObject, parseJsonBody } from "../../../../protocol/json.ts";
import { text } from "../../../../protocol/parameters.ts";
import { illegalParameter, type ReportedAnswer } from "../../../../protocol/results.ts";

/** What each business type needs: hotel, flight, study abroad, trade, other. */
const MEMBERS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  "1": ["hotelName", "checkinTime", "checkoutTime"],
  "2": ["flightNumber", "departureTime"],
  "3": ["admissionNoticeUrl"],
  "4": ["totalQuantity", "goodsInfo"],
  "5": [],
};

const MEMBER_LIMIT_CHARACTERS = 2_048;
const EXTEND_INFO_LIMIT_CHARACTERS = 20_000;

/** Several types stand with `|` between them, and so do several values of a member. */
const businessType = text(64).regex(/^[1-5](?:\|[1-5])*$/, "must be 1 to 5, with | between several");

const info = z
  .object({ businessType })
  .catchall(text(MEMBER_LIMIT_CHARACTERS))
  .superRefine((members, context) => {
    const needed = members.businessType.split("|").flatMap((type) => MEMBERS_OF_TYPE[type] ?? []);
    const missing = needed.find((name) => members[name] === undefined);
    if (missing !== undefined) {
      context.addIssue({
        code: "custom",
        path: [missing],
        message: `is required with businessType ${members.businessType}`,
      });
    }
  });

const extended = z.object({
  order: z.object({ extendInfo: z.object({ chinaExtraTransInfo: info.optional() }, "must be a JSON object") }),
});

/**
 * The refusal of an order whose `chinaExtraTransInfo` does not say what its business needs; one without it has none.
 */
export function chinaExtraTransInfoRefusal(order: JsonObject): ReportedAnswer | undefined {
  const { extendInfo } = order;
  if (extendInfo === undefined) return undefined;
  const read = typeof extendInfo === "string" ? readExtendInfo(extendInfo) : extendInfo;
  if (read === undefined) return illegalParameter("order.extendInfo", "must be a JSON object");
  const checked = parametersOf(extended, { order: { extendInfo: read } });
  return "refusal" in checked ? checked.refusal : undefined;
}

/** The SDKs write it as JSON text. */
function readExtendInfo(written: string): JsonObject | undefined {
  if (written.length > EXTEND_INFO_LIMIT_CHARACTERS) return undefined;
  const json = parseJsonBody(new TextEncoder().encode(written));
  return json.ok ? json.value : undefined;
}
