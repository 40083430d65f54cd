/**
 * The network restarts at the worst moment, and nothing is lost, or done twice
 * (docs/spec/results.md#how-a-result-is-reported).
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrate } from "../../../durable/platform/migrate.ts";
import { OUTBOX_SCHEMA } from "../../../durable/platform/outbox/outbox.ts";
import { PAYMENT_SCHEMA } from "../../../sandbox/alipayplus/payments/records/payment-records.ts";
import { REFUND_SCHEMA } from "../../../sandbox/alipayplus/payments/records/refund-records.ts";
import { SETTLEMENT_LEDGER_SCHEMA } from "../../../sandbox/alipayplus/payments/records/settlement-ledger.ts";
import { hkd, jpy } from "../../support/amounts.ts";
import { DAY_MS } from "../../support/clock.ts";
import { ask, entriesOf, NOTIFY_URL, newId, payByCode, reportOf } from "../../support/sandbox/acquirer.ts";
import { realGateway, setGateway } from "../../support/sandbox/gateway-binding.ts";
import { type CustomerReply, call, openCustomer } from "../../support/sandbox/sandbox.ts";
import { Network } from "../../support/sandbox/worker.ts";

/** 1000 JPY, paid with 5200 HKD cents, of which 400 JPY were refunded, as rows of the first version. */
const OLD_PAYMENT = `INSERT INTO payments (payment_id, client_id, payment_request_id, fingerprint, created_time_ms, status,
  attempts, expiry_time_ms, payment_time_ms, scenario, requested_currency, requested_amount, settlement_currency,
  settlement_amount, details, customer_id, payment_amount, wallet_currency, pay_to_amount, payment_quote,
  wallet_payment_id, refunded_requested_amount, refunded_payment_amount, refunded_pay_to_amount,
  refunded_settlement_amount)
  VALUES ('p', 'acquirer', 'own', 'f', ${Date.now()}, 'SUCCEEDED', 0, ${Date.now()}, ${Date.now()}, 'PAYMENT_CODE', 'JPY',
  '1000', 'JPY', '1000', '{"order":"{}"}', 'alice', '1000', 'HKD', '5200',
  '{"quoteId":"SANDBOX_QUOTE_JPY_HKD","quoteCurrencyPair":"JPY/HKD","quotePrice":"5.2"}', 'wallet-1', '400', '400', '2080',
  '400')`;
const OLD_REFUND = `INSERT INTO refunds (refund_id, refund_request_id, payment_id, fingerprint, created_time_ms, status,
  attempts, refund_time_ms, requested_amount, payment_amount, pay_to_amount, settlement_amount)
  VALUES ('r', 'q', 'p', 'f', ${Date.now()}, 'SUCCEEDED', 0, ${Date.now()}, '400', '400', '2080', '400')`;

const network = () => env.NETWORK.getByName("network");
const advance = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

beforeEach(() => {
  // Ahead of the runtime's own clock: no alarm fires before a test calls it.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });
});

afterEach(() => {
  setGateway();
  vi.useRealTimers();
});

/**
 * The wallet does what `name` asks; before its answer arrives, another object is created on the same storage, as after
 * a restart, and handles what is due. The answer arrives in the end, too.
 */
async function restartAt(name: string, call: () => Promise<unknown>, afterRestart: () => Promise<void>): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  setGateway(async (request) => {
    const response = await realGateway(request);
    if (!request.url.endsWith(`/${name}`)) return response;
    reached.resolve();
    await finish.promise;
    return response;
  });
  const asked = call();
  await reached.promise;
  setGateway();
  advance(12_000);
  await runInDurableObject(network(), async (_, state) => {
    const restarted = new Network(state);
    await restarted.alarm();
    await restarted.alarm();
  });
  await afterRestart();
  finish.resolve();
  await asked;
}

describe("a payment whose network restarts while the wallet pays it", () => {
  it("is finished by a poll, entered in the settlement ledger once, and notified once", async () => {
    const customerId = await openCustomer();
    const paymentRequestId = newId();
    const pay = () => payByCode(customerId, { paymentRequestId, paymentNotifyUrl: NOTIFY_URL });
    const isFinished = async () => {
      const { status, notification, paymentId } = await reportOf(paymentRequestId);
      expect([status, notification?.attempts]).toMatchObject(["SUCCEEDED", [{ resultCode: "SUCCESS", outcome: "S" }]]);
      expect(await entriesOf(paymentId)).toEqual(["PAYMENT mpp 1000 HKD", "PAYMENT acquirer -1000 HKD"]);
    };
    await restartAt("pay", pay, isFinished);
    await isFinished();
    expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance).toBe("99000");
  });
});

describe("a refund whose network restarts while the wallet makes it", () => {
  it("is asked for again, and made once [IDM-12]", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("400") };
    const isFinished = async () => {
      const { refunds } = await reportOf(paymentRequestId);
      expect(refunds).toMatchObject([{ status: "SUCCEEDED" }]);
    };
    await restartAt("refund", () => ask("refund", wish), isFinished);
    await isFinished();
    expect((await call<CustomerReply>("GET", `/customers/${customerId}`)).balance).toBe("99400");
  });
});

describe("what is stored", () => {
  it("has the market, and each payment's own quote, surcharge and promotions", async () => {
    const market = {
      quotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" }],
      surchargeQuotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "8.9614" }],
      promotions: [{ savingsAmount: jpy("5") }],
    };
    await call("PUT", "/market", market);
    const { paymentRequestId, answer } = await payByCode(await openCustomer(), { paymentAmount: jpy("1000") });
    await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: jpy("500") });
    await runInDurableObject(network(), (object, state) => {
      const [before, after] = [object as Network, new Network(state)];
      expect(after.market()).toMatchObject({ promotions: [{ savings: { currency: "JPY", amountMinor: 5n } }] });
      expect(after.market()).toEqual(before.market());
      const known = after.inquire(String(answer.paymentId));
      expect(known).toMatchObject({
        payment: {
          charge: { surcharge: { amountMinor: 8_916n }, promotions: [{ savingsAmount: hkd("43") }] },
          refunded: { customerMinor: 4_458n },
        },
        refunds: [{ shares: { payToMinor: 4_259n, customerMinor: 4_458n } }],
      });
      expect(known).toEqual(before.inquire(String(answer.paymentId)));
    });
    await call("DELETE", "/market");
  });

  it("opens when it was stored before there was a market: its refunds go on", async () => {
    const old = env.NETWORK.getByName("from before the market");
    await runInDurableObject(old, async (_, state) => {
      await state.storage.deleteAll();
      migrate(state.storage, [
        [...PAYMENT_SCHEMA, ...REFUND_SCHEMA, ...OUTBOX_SCHEMA, ...SETTLEMENT_LEDGER_SCHEMA].join(";\n"),
      ]);
      state.storage.sql.exec(OLD_PAYMENT);
      state.storage.sql.exec(OLD_REFUND);
      const opened = new Network(state);
      expect(opened.market()).toMatchObject({ revision: 0, quotes: [], promotions: [] });
      const quote = { quoteId: "SANDBOX_QUOTE_JPY_HKD", quoteCurrencyPair: "JPY/HKD", quotePrice: "5.2" };
      expect(opened.inquire("p")).toMatchObject({
        payment: {
          charge: { payTo: { currency: "HKD", amountMinor: 5_200n }, quote, surcharge: undefined, promotions: [] },
          refunded: { payToMinor: 2_080n, customerMinor: 2_080n },
        },
        refunds: [{ shares: { payToMinor: 2_080n, customerMinor: 2_080n } }],
      });
      const refundAmount = { currency: "JPY", amountMinor: 600n };
      const command = { refundId: "r2", refundRequestId: "q2", paymentId: "p", fingerprint: "f", refundAmount };
      expect(await opened.refund(command)).toMatchObject({
        refund: { shares: { requestedMinor: 600n, payToMinor: 3_120n, customerMinor: 3_120n } },
      });
    });
  });

  it("comes back from the tables to the unit, above 2^53 too", async () => {
    const customerId = await openCustomer({ balance: "9007199254740995" });
    const { paymentRequestId, answer } = await payByCode(customerId, { paymentAmount: hkd("9007199254740993") });
    expect(answer.result.resultCode).toBe("SUCCESS");
    expect((await reportOf(paymentRequestId)).wallet).toMatchObject({ payToAmount: hkd("9007199254740993") });
    expect(await entriesOf(String(answer.paymentId))).toContain("PAYMENT mpp 9007199254740993 HKD");
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("1") };
    await ask("refund", wish);
    const rest = { ...wish, refundRequestId: newId(), refundAmount: hkd("9007199254740992") };
    expect((await ask("refund", rest)).refundAmount).toEqual(hkd("9007199254740992"));
  });
});
