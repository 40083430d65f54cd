/** The way back to the merchant: what is added, and that nothing else changes. */
import { expect, it } from "vitest";
import { redirectUrlOf } from "../../../worker/wallet/authorizations/redirect-url.ts";

it.each([
  ["https://a.test", "https://a.test?authCode=c&authState=s%26%23+x"],
  ["https://a.test/?", "https://a.test/?&authCode=c&authState=s%26%23+x"],
  ["https://a.test/p?q=%20a+b#f?g#h", "https://a.test/p?q=%20a+b&authCode=c&authState=s%26%23+x#f?g#h"],
  ["shop://bound", "shop://bound?authCode=c&authState=s%26%23+x"],
])("%s leads to %s", (url, expected) => {
  expect(redirectUrlOf(url, { authCode: "c", authState: "s&#+x" })).toBe(expected.replace("+x", "%2Bx"));
});
