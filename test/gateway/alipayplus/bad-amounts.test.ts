/** Amounts that are none: refused by name, and nothing changes. docs/spec/messages.md#parameters. */
import { describe, expect, it } from "vitest";
import { balanceOf, inquire, openCustomer, pay, payMessage, refund, send } from "../../support/alipayplus.ts";

/** JSON texts that cannot be the value of an Amount. */
const VALUES = [
  '"-1"',
  "-1",
  '"-0"',
  "-0",
  '"+1"',
  '"1.5"',
  "1.5",
  '"1000.0"',
  "1000.0",
  '"01"',
  '"1e3"',
  "1e3",
  "1E3",
  '"1E3"',
  '"0x10"',
  '"1,000"',
  '"1_000"',
  '" 1"',
  '"1 "',
  '"1\\n"',
  '"١"',
  '"１"',
  '"one"',
  '"NaN"',
  '"Infinity"',
  "true",
  '"0"',
  "0",
  '"00"',
  '"9223372036854775808"',
  "9223372036854775807",
  "9007199254740993",
  `"${"1".repeat(40)}"`,
  "1".repeat(40),
  `"${"1".repeat(100)}"`,
  "{}",
  "[1000]",
];

const CURRENCIES = [
  '"XYZ"',
  '"hkd"',
  '"HK"',
  '"HKDD"',
  '" HKD"',
  '"344"',
  "344",
  '"ＨＫＤ"',
  '"HK\\u0000"',
  "{}",
  '"toString"',
];

const AMOUNT = '{"currency":"HKD","value":"1000"}';

describe.each(["paymentAmount", "payToAmount", "surchargeInfo.surchargeAmount"])("pay refuses %s", (parameter) => {
  async function expectIllegal(name: string, amounts: readonly string[]): Promise<void> {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { surchargeInfo: { surchargeAmount: JSON.parse(AMOUNT) } });
    const place = `"${parameter.split(".").at(-1)}":`;
    const text = JSON.stringify(message);
    expect(text.split(`${place}${AMOUNT}`)).toHaveLength(2);
    for (const amount of amounts) {
      const reply = await send("/payments/pay", text.replace(`${place}${AMOUNT}`, `${place}${amount}`));
      expect(reply, amount).toMatchObject({ status: 200, code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
      expect(reply.message).toContain(`Illegal parameter ${parameter}.${name}: `);
    }
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await pay(message)).code).toBe("SUCCESS");
  }

  it("with a sign, point, exponent, leading zero, of zero, too large, or not in digits [OBJ-01]", () =>
    expectIllegal(
      "value",
      VALUES.map((value) => `{"currency":"HKD","value":${value}}`),
    ));

  it("in a currency that ISO 4217 does not have [MSG-11]", () =>
    expectIllegal(
      "currency",
      CURRENCIES.map((currency) => `{"currency":${currency},"value":"1000"}`),
    ));
});

describe.each(["refundAmount", "refundFromAmount"])("refund refuses %s", (parameter) => {
  it.each(["-1", "1.5", "01", "1e2", "0", "9223372036854775808", "1".repeat(40), "", 1.5, -1, 0])(
    "of %j, by name, and returns nothing",
    async (value) => {
      const customerId = await openCustomer();
      const message = payMessage(customerId);
      await pay(message);
      const reply = await refund(message.paymentRequestId, "400", { [parameter]: { currency: "HKD", value } });
      expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
      expect(reply.message).toContain(`Illegal parameter ${parameter}.value: `);
      expect(await balanceOf(customerId)).toBe(99_000n);
    },
  );
});
