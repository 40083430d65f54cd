/** GET /wallet/v1/quotes: docs/spec/wallet/other-services.md#exchange-rate-for-display. */
import { expect, it } from "vitest";
import { formatTime } from "../../../../protocol/time.ts";
import type { Json } from "../../../support/alipayplus.ts";
import { type Answering, type Asked, playAlipayPlus, resultOf, SUCCESS } from "../../../support/alipayplus-answers.ts";
import { advance, MINUTE_MS, SECOND_MS, standTheClock } from "../../../support/clock.ts";
import { fetchIn, otherEnvironment } from "../../../support/home/other-environment.ts";
import { walletReplyOf, walletRequest } from "../../../support/wallet/calls.ts";

/** As the documentation has it, without `/api`. */
const PATH = "/aps/v1/payments/inquiryForeignExchangeQuote";

standTheClock();

function quote(changes: Json = {}): Json {
  const foreignExchangeQuote = { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "5.2", ...changes };
  return { result: SUCCESS, foreignExchangeQuote };
}

function play(answering: Answering): Asked[] {
  return playAlipayPlus({ [PATH]: answering });
}

/** An edge that has asked nothing yet. */
function edge() {
  const environment = otherEnvironment({});
  return async (query: string) =>
    walletReplyOf(await fetchIn(environment, walletRequest("GET", `/quotes?${query}`, undefined)));
}

it("is the rate of Alipay+ between two currencies, asked for at the path of the documentation [SRV-13]", async () => {
  const quoteExpiryTime = formatTime(Date.now() + MINUTE_MS);
  const asked = play(() => quote({ quoteExpiryTime }));
  expect(await edge()("sellCurrency=JPY&buyCurrency=HKD")).toMatchObject({
    status: 200,
    body: { quoteId: "Q1", quoteCurrencyPair: "JPY/HKD", quotePrice: "5.2", quoteExpiryTime },
  });
  expect(asked).toMatchObject([{ path: PATH, verified: true, body: { sellCurrency: "JPY", buyCurrency: "HKD" } }]);
});

it("is shown for a minute, and not beyond its own expiry; each pair by itself [SRV-13]", async () => {
  const asked = play(() => quote());
  const get = edge();
  for (const _ of [1, 2]) await get("sellCurrency=JPY&buyCurrency=HKD");
  await get("sellCurrency=HKD&buyCurrency=JPY");
  expect(asked).toHaveLength(2);
  advance(MINUTE_MS);
  await get("sellCurrency=JPY&buyCurrency=HKD");
  expect(asked).toHaveLength(3);
  const short = play(() => quote({ quoteExpiryTime: formatTime(Date.now() + 10 * SECOND_MS) }));
  advance(MINUTE_MS);
  await get("sellCurrency=JPY&buyCurrency=HKD");
  await get("sellCurrency=JPY&buyCurrency=HKD");
  expect(short).toHaveLength(1);
  advance(10 * SECOND_MS);
  await get("sellCurrency=JPY&buyCurrency=HKD");
  expect(short).toHaveLength(2);
});

it.each<[string, Answering, object]>([
  ["is refused", () => resultOf("F", "CURRENCY_NOT_SUPPORT"), { status: 502, body: { code: "ALIPAYPLUS_REFUSED" } }],
  ["is U", () => resultOf("U", "UNKNOWN_EXCEPTION"), { status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } }],
  ["has no price", () => quote({ quotePrice: "0" }), { status: 503, body: { code: "ALIPAYPLUS_UNAVAILABLE" } }],
])("that %s is not shown, and is asked for again", async (_, answering, reply) => {
  play(answering);
  const get = edge();
  expect(await get("sellCurrency=JPY&buyCurrency=HKD")).toMatchObject(reply);
  play(() => quote());
  expect((await get("sellCurrency=JPY&buyCurrency=HKD")).status).toBe(200);
});

it.each([
  ["sellCurrency", "buyCurrency=HKD"],
  ["buyCurrency", "sellCurrency=HKD&buyCurrency=HK$"],
  ["buyCurrency", "sellCurrency=HKD&buyCurrency=HKD"],
])("without a right %s it is refused: %s", async (parameter, query) => {
  const { status, body } = await edge()(query);
  expect([status, body.code]).toEqual([400, "PARAM_ILLEGAL"]);
  expect(body.detail).toContain(`Illegal parameter ${parameter}:`);
});
