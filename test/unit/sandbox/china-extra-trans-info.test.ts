/** What an order to AlipayCN says about its business: docs/spec/acquirer/older-interface.md#request. */
import { expect, test } from "vitest";
import { chinaExtraTransInfoRefusal } from "../../../sandbox/alipayplus/for-acquirers/older/china-extra-trans-info.ts";
import type { Json } from "../../support/alipayplus.ts";

const refusalOf = (extendInfo: unknown) => {
  const refusal = chinaExtraTransInfoRefusal((extendInfo === undefined ? {} : { extendInfo }) as never);
  return refusal?.result.resultMessage;
};

const HOTEL = { hotelName: "Harbour Inn", checkinTime: "2026-03-01", checkoutTime: "2026-03-02" };
const FLIGHT = { flightNumber: "CX500|CX501", departureTime: "2026-03-01 08:00|2026-03-02 09:00" };

const withInfo = (chinaExtraTransInfo: Json) => ({ chinaExtraTransInfo });

test.each<[string, unknown]>([
  ["no extendInfo", undefined],
  ["another extendInfo", { other: "1" }],
  ["a hotel", withInfo({ businessType: "1", ...HOTEL })],
  ["a flight", withInfo({ businessType: "2", ...FLIGHT })],
  ["study abroad", withInfo({ businessType: "3", admissionNoticeUrl: "https://school.test/notice" })],
  ["trade", withInfo({ businessType: "4", totalQuantity: "2", goodsInfo: "tea^1|cup^1" })],
  ["another business", withInfo({ businessType: "5" })],
  ["a hotel and a flight", withInfo({ businessType: "1|2", ...HOTEL, ...FLIGHT })],
  ["JSON text, as the SDKs write it", JSON.stringify(withInfo({ businessType: "1", ...HOTEL }))],
])("an order with %s is taken [OLD-20]", (_, extendInfo) => {
  expect(refusalOf(extendInfo)).toBeUndefined();
});

test.each<[string, unknown]>([
  ["businessType", withInfo({})],
  ["businessType", withInfo({ businessType: "6" })],
  ["businessType", withInfo({ businessType: "1,2" })],
  ["checkoutTime", withInfo({ businessType: "1", ...HOTEL, checkoutTime: undefined })],
  ["flightNumber", withInfo({ businessType: "1|2", ...HOTEL })],
  ["admissionNoticeUrl", withInfo({ businessType: "3" })],
  ["totalQuantity", withInfo({ businessType: "4" })],
  ["goodsInfo", withInfo({ businessType: "4", totalQuantity: "1", goodsInfo: "" })],
  ["extendInfo", "{"],
  ["extendInfo", "[]"],
  ["extendInfo", " ".repeat(20_001)],
  ["extendInfo", ["chinaExtraTransInfo"]],
])("an order is refused by name for its %s: %# [OLD-20]", (name, extendInfo) => {
  expect(refusalOf(extendInfo)).toMatch(new RegExp(`^Illegal parameter order[.](.*[.])?${name}:`));
});
