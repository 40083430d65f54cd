/** The wallet's cashier URL with a code value in it: docs/spec/wallet/cashier.md#the-url. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cashierUrlOf, codeValueOf, isCashierUrl, opensAppAlone } from "../../../protocol/cashier-url.ts";

const PAGE = "https://wallet.test/pay/authorise";
const APP_LINK = "https://wallet.app.test/IvWm7?%24fallback_url=https%3A%2F%2Fwallet.test%2Fpay";
const SCHEME = "wallet://inAppDeeplink?deeplink_path=deeplink/onetimepayment";
const REGISTERED = [PAGE, APP_LINK, SCHEME];
const CODE = "https://pay.test/2810020400931LFH2t2mq1jjJ8zSetyv31VU?a=1&b=é+ 100%";

describe("a code value", () => {
  test.each(REGISTERED)("is appended to %s as Alipay+ does, and read again [CSH-03]", (registered) => {
    const url = cashierUrlOf(registered, CODE);
    expect(url).toBe(
      `${registered}${registered === PAGE ? "?" : "&"}source=alipay-connect&codeValue=${encodeURIComponent(CODE)}`,
    );
    expect(codeValueOf(url, REGISTERED)).toBe(CODE);
  });

  test.each<[string, string]>([
    ["without the source", `${PAGE}?codeValue=1`],
    ["before the source", `${PAGE}?codeValue=1&source=alipay-connect`],
    ["with other parameters around it", `${PAGE}?lang=en&codeValue=1&utm=x#top`],
    ["in upper case before the path", "HTTPS://WALLET.TEST/pay/authorise?codeValue=1"],
    ["behind the port that https has anyway", "https://wallet.test:443/pay/authorise?codeValue=1"],
    ["between the parameters of an app's link", SCHEME.replace("?", "?codeValue=1&")],
  ])("is read %s [CSH-03]", (_, url) => {
    expect(codeValueOf(url, REGISTERED)).toBe("1");
  });

  test.each<[string, string]>([
    ["of another domain", "https://wallet.example/pay/authorise?codeValue=1"],
    ["of a domain that ends like it", "https://evil-wallet.test/pay/authorise?codeValue=1"],
    ["of a domain before it", "https://wallet.test.evil.test/pay/authorise?codeValue=1"],
    ["of a user name like it", "https://wallet.test@evil.test/pay/authorise?codeValue=1"],
    ["of another path", "https://wallet.test/pay?codeValue=1"],
    ["of a path below it", "https://wallet.test/pay/authorise/x?codeValue=1"],
    ["of another port", "https://wallet.test:8443/pay/authorise?codeValue=1"],
    ["without encryption", "http://wallet.test/pay/authorise?codeValue=1"],
    ["of another app", "wallets://inAppDeeplink?deeplink_path=deeplink/onetimepayment&codeValue=1"],
    ["of another page of the app", "wallet://inAppDeeplink?deeplink_path=deeplink/topup&codeValue=1"],
    ["without a code value", PAGE],
    ["with an empty one", `${PAGE}?codeValue=`],
    ["with two", `${PAGE}?codeValue=1&codeValue=2`],
    ["with one behind the fragment", `${PAGE}#?codeValue=1`],
    ["that is none", "281002040001"],
    ["that is empty", ""],
  ])("is not read from a URL %s [CSH-04]", (_, url) => {
    expect(codeValueOf(url, REGISTERED)).toBeUndefined();
    expect(codeValueOf(url, [])).toBeUndefined();
  });

  test("of any text comes back from any registered URL, and any other text is read without a fault [CSH-03]", () => {
    const anyCode = fc.string({ unit: "binary", minLength: 1 }).filter((code) => code.isWellFormed());
    fc.assert(
      fc.property(anyCode, fc.constantFrom(...REGISTERED), (code, registered) => {
        expect(codeValueOf(cashierUrlOf(registered, code), REGISTERED)).toBe(code);
        expect(codeValueOf(code, REGISTERED)).toBeUndefined();
        expect(() => codeValueOf(`${registered}${code}`, REGISTERED)).not.toThrow();
      }),
    );
  });
});

describe("a URL to be registered", () => {
  test.each([...REGISTERED, "wallet:pay", "https://wallet.test"])("may be %s", (url) => {
    expect(isCashierUrl(url)).toBe(true);
    expect(opensAppAlone(url)).toBe(!url.startsWith("https:"));
  });

  test.each([
    "wallet.test",
    "http://wallet.test/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "https://user@wallet.test/",
    "https://wallet.test/#x",
    "https://wallet.test/?codeValue=1",
    "",
  ])("may not be '%s'", (url) => {
    expect(isCashierUrl(url)).toBe(false);
  });
});
