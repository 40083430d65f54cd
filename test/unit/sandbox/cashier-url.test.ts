/** Where Alipay+ leads a customer of the Cashier: docs/spec/wallet/cashier.md#the-merchants-side. */
import { expect, test } from "vitest";
import { payParametersOf } from "../../../sandbox/alipayplus/for-acquirers/pay-answer.ts";

const CODE = "https://pay.test/281002040001abc";
const PAGE = "https://wallet.test/cashier";
const APP = "wallet://cashier";

/** The address in the answer to pay, for a wallet with these registered URLs. */
function paymentUrlOf(cashierUrls: readonly string[], env: object | undefined, scenario = "CASHIER"): unknown {
  const requested = { currency: "JPY", amountMinor: 1_000n };
  const terms = { scenario, requested, settlement: requested, order: JSON.stringify({ env }) };
  const payment = { paymentId: "1", codeValue: CODE, terms, state: { status: { name: "OFFERED" } } };
  const call = { origin: "http://127.0.0.1", alipayPlus: { cashierUrls } };
  return payParametersOf(payment as never, call as never).paymentUrl;
}

const withCode = (url: string) => `${url}?source=alipay-connect&codeValue=${encodeURIComponent(CODE)}`;

test.each<[string, readonly string[], object | undefined, string]>([
  ["an app, to the wallet's app", [PAGE, APP], { terminalType: "APP" }, withCode(APP)],
  ["an app, to the page of a wallet without an app", [PAGE], { terminalType: "APP" }, withCode(PAGE)],
  ["a WAP page, to the wallet's page", [APP, PAGE], { terminalType: "WAP" }, withCode(PAGE)],
  ["a WAP page, to the code of a wallet with an app alone", [APP], { terminalType: "WAP" }, CODE],
  ["a phone, to the code of a wallet that has registered nothing", [], { terminalType: "APP" }, CODE],
  ["a desktop, to the code", [PAGE, APP], { terminalType: "WEB" }, CODE],
  ["a terminal of another kind, to the code", [PAGE, APP], { terminalType: "TV" }, CODE],
  ["an unknown terminal, to the code", [PAGE, APP], undefined, CODE],
])("a customer of the Cashier is led from %s [CSH-12]", (_, cashierUrls, env, expected) => {
  expect(paymentUrlOf(cashierUrls, env)).toBe(expected);
});

test("an entry code leads to the code, wherever the customer is", () => {
  expect(paymentUrlOf([PAGE, APP], { terminalType: "WAP" }, "ENTRY_CODE")).toBe(CODE);
});
