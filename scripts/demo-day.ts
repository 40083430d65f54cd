/** A day of a wallet customer as Alipay+ sees it: each exchange with the wallet, whole, and the ledger after it. */
import { type Account, CUSTOMER_ID, type ExpectedAccount } from "./demo-account.ts";
import { type ExpectedExchange, lookAtExchange, paymentRequestIdOf } from "./demo-exchange.ts";
import { type Amount, jpy, type Reply, type SandboxClient } from "./demo-sandbox.ts";
import type { Steps } from "./demo-steps.ts";

/** Plays the day from the opening balance to 480.00 HKD. */
export async function playDay(steps: Steps, sandbox: SandboxClient, account: Account): Promise<void> {
  const day = new Day(steps, sandbox, account);
  await playMorning(day);
  await playAfternoon(day);
}

class Day {
  readonly sandbox: SandboxClient;
  readonly #steps: Steps;
  readonly #account: Account;

  constructor(steps: Steps, sandbox: SandboxClient, account: Account) {
    this.sandbox = sandbox;
    this.#steps = steps;
    this.#account = account;
  }

  /** One exchange. */
  step(
    title: string,
    story: string,
    send: () => Promise<Reply>,
    expected: ExpectedExchange & ExpectedAccount,
  ): Promise<Reply> {
    return this.#steps.step(title, story, async (check) => {
      const reply = await send();
      lookAtExchange(check, reply, expected);
      await this.#account.look(check, expected);
      return reply;
    });
  }

  /** A payment by a fresh code. */
  async pay(paymentAmount: Amount): Promise<Reply> {
    const paymentCode = await this.sandbox.paymentCode(CUSTOMER_ID);
    return this.sandbox.send("/pay", { paymentCode, paymentAmount });
  }
}

async function playMorning(day: Day): Promise<void> {
  const { sandbox } = day;
  const payment = await day.step(
    "A payment",
    "A bakery in Yokohama scans the code that customer-1 shows: 12,000 yen. Alipay+ decodes the code, converts at its quote and asks the wallet to pay.",
    () => day.pay(jpy("12000")),
    { resultCode: "SUCCESS", balance: "37600", entryKinds: ["DEBIT"] },
  );
  const paymentRequestId = paymentRequestIdOf(payment);
  await day.step(
    "The same payment once more",
    "The answer was slow, so Alipay+ sends the very same bytes again. The wallet answers the same and debits nobody.",
    () => sandbox.send("/send/pay", payment.exchange?.request.body ?? ""),
    { resultCode: "SUCCESS", balance: "37600", entryKinds: [], sameAnswerAs: payment },
  );
  await day.step(
    "An inquiry",
    "Alipay+ asks what became of the payment.",
    () => sandbox.send("/inquiryPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", paymentResultCode: "SUCCESS", balance: "37600", entryKinds: [] },
  );
  await day.step(
    "A partial refund",
    "One of the cakes is given back: 2,000 yen, at the payment's own rate.",
    () => sandbox.send("/refund", { paymentRequestId, refundAmount: jpy("2000") }),
    { resultCode: "SUCCESS", balance: "48000", entryKinds: ["REFUND"] },
  );
}

async function playAfternoon(day: Day): Promise<void> {
  const { sandbox } = day;
  const payment = await day.step("A second payment", "Coffee for everybody: 3,000 yen.", () => day.pay(jpy("3000")), {
    resultCode: "SUCCESS",
    balance: "32400",
    entryKinds: ["DEBIT"],
  });
  const paymentRequestId = paymentRequestIdOf(payment);
  await day.step(
    "Its cancel",
    "The till lost its connection and the shop closes the order. Whatever the payment's state, the money goes back.",
    () => sandbox.send("/cancelPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", balance: "48000", entryKinds: ["REVERSAL"] },
  );
  await day.step(
    "What is left of the cancelled payment",
    "From now on it is closed, and stays so.",
    () => sandbox.send("/inquiryPayment", { paymentRequestId }),
    { resultCode: "SUCCESS", paymentResultCode: "ORDER_IS_CLOSED", balance: "48000", entryKinds: [] },
  );
  await day.step(
    "A refusal",
    "A watch for 500,000 yen, which the balance does not cover.",
    () => day.pay(jpy("500000")),
    { resultCode: "USER_BALANCE_NOT_ENOUGH", balance: "48000", entryKinds: [] },
  );
}
