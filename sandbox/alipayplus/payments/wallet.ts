/**
 * Alipay+ towards the wallet: one method per message, each of which returns the meaning of the answer for the payment.
 * An answer that does not count, or is not final, is UNKNOWN.
 *
 * Source: docs/spec/wallet/pay.md, docs/spec/wallet/inquiry-payment.md, docs/spec/wallet/cancel-payment.md,
 * docs/spec/wallet/refund.md; docs/spec/results.md#how-a-result-is-reported.
 */
import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { nowMs } from "../../../protocol/clock.ts";
import { ALIPAYPLUS_ORIGINS, endpointOf } from "../../../protocol/endpoints.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { amountOf, identifier, reportedResult, time } from "../../../protocol/parameters.ts";
import { type ReportedResult, type Result, resultOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import { cancelWindowEndMs } from "../../../protocol/windows.ts";
import { type PartyOf, requireParty } from "../../misconfiguration.ts";
import { askWallet, type WalletAnswer } from "../ask-wallet.ts";
import { type InterfaceName, PARTIES } from "../message.ts";
import type { AlipayPlus } from "../party.ts";
import { type Payer, walletCurrencyOf } from "./charge.ts";
import type { PaymentEvent } from "./machine/payment.ts";
import type { RefundEvent } from "./machine/refund.ts";
import { type Charge, type PaymentRecord, type PaymentTerms, paidShares } from "./records/payment-records.ts";
import type { RefundRecord } from "./records/refund-records.ts";
import { chargeParametersOf, surchargeInfoOf } from "./views/charge-view.ts";

/** The meaning of an answer; PAID has `walletPaymentId`. */
export type WalletReport<Event> = { readonly event: Event; readonly walletPaymentId?: string };

const NOTIFY_URL = endpointOf(ALIPAYPLUS_ORIGINS.GLOBAL, "notifyPayment").url;

/** An unreadable time does not invalidate a success. */
const paid = z.object({ paymentId: identifier, paymentTime: time.optional().catch(undefined) });

const inquired = z.object({ paymentResult: reportedResult });

const refunded = z.object({ refundTime: time.optional().catch(undefined) });

/** The id of a payment in pay, and its expiry. */
type PaymentHead = { readonly paymentId: string; readonly expiryTimeMs: number };

/** The ids in a refund message. */
type AskedRefund = Pick<RefundRecord, "refundId" | "shares">;

/** The wallet under rehearsal, as the network calls it. */
export class Wallet {
  readonly #alipayPlusOf: PartyOf<AlipayPlus>;

  constructor(alipayPlusOf: PartyOf<AlipayPlus>) {
    this.#alipayPlusOf = alipayPlusOf;
  }

  /** Decodes a payment code; or why the payment fails. */
  async payerByCode(terms: PaymentTerms): Promise<Payer | Result> {
    const alipayPlus = await this.#alipayPlus();
    const decoded = await alipayPlus.issuedCodes().decode(terms.paymentCode ?? "", nowMs());
    switch (decoded.outcome) {
      case "EXPIRED":
        return resultOf("EXPIRED_CODE");
      case "UNKNOWN":
      case "NOT_YET_VALID":
        return resultOf("INVALID_CODE");
      case "VALID": {
        const { customerId } = decoded;
        const walletCurrency = await walletCurrencyOf(alipayPlus, customerId, terms.requested.currency);
        return { customerId, walletCurrency };
      }
    }
  }

  /** The currency of a customer who has scanned a code. */
  async currencyOf(customerId: string, otherwise: string): Promise<string> {
    return walletCurrencyOf(await this.#alipayPlus(), customerId, otherwise);
  }

  /** Asks the wallet to take the payment from the customer whose code was decoded. */
  async pay(payment: PaymentHead, terms: PaymentTerms, charge: Charge): Promise<WalletReport<PaymentEvent>> {
    const { result, parameters } = await this.#ask("pay", payMessage(payment, terms, charge), charge.customerId);
    if (result.resultStatus === "F") return { event: { type: "REFUSED", failure: failureOf(result) } };
    return result.resultStatus === "S" ? this.#paid(parameters) : { event: { type: "UNKNOWN" } };
  }

  /** Checks whether the customer could pay (`isPaymentEvaluation`). */
  async evaluate(payment: PaymentHead, terms: PaymentTerms, charge: Charge): Promise<ReportedResult> {
    const message = payMessage(payment, terms, charge, { isPaymentEvaluation: "true" });
    return (await this.#ask("pay", message, charge.customerId)).result;
  }

  /** Polls the result of a payment. */
  async inquire({ paymentId, charge }: PaymentRecord): Promise<WalletReport<PaymentEvent>> {
    const message = { ...PARTIES, paymentRequestId: paymentId };
    const { result, parameters } = await this.#ask("inquiryPayment", message, charge?.customerId);
    const known = inquired.safeParse(parameters);
    if (result.resultStatus !== "S" || !known.success) return { event: { type: "UNKNOWN" } };
    const { paymentResult } = known.data;
    if (paymentResult.resultStatus === "S") return this.#paid(parameters);
    if (paymentResult.resultStatus === "U") return { event: { type: "UNKNOWN" } };
    return { event: { type: "REFUSED", failure: failureOf(paymentResult) } };
  }

  /**
   * Has a payment cancelled, whatever its state. A cancel must succeed: one that is refused is tried again, but past
   * the wallet's window the whole is refunded instead, as merchants do it towards Alipay+
   * (docs/spec/time-limits.md#polling).
   */
  async cancel(payment: PaymentRecord, charge: Charge): Promise<WalletReport<PaymentEvent>> {
    const message = { ...PARTIES, paymentRequestId: payment.paymentId };
    const { result } = await this.#ask("cancelPayment", message, charge.customerId);
    if (result.resultStatus === "F") return this.#refundRest(payment, charge);
    return { event: { type: result.resultStatus === "S" ? "CANCELLED" : "UNKNOWN" } };
  }

  /**
   * Alipay+ may not know the success that it undoes, so it first asks the wallet for its time. That wallet may
   * have made the refund before, and refuse to cancel for that alone.
   */
  async #refundRest(payment: PaymentRecord, charge: Charge): Promise<WalletReport<PaymentEvent>> {
    const { event: paid, walletPaymentId } = await this.inquire(payment);
    if (paid.type !== "PAID" || walletPaymentId === undefined) return { event: { type: "UNKNOWN" } };
    const { paymentTimeMs } = paid;
    if (nowMs() < cancelWindowEndMs(paymentTimeMs)) return { event: { type: "UNKNOWN" } };
    // Its own id names the refund of the whole: however often it is asked for, it is refunded once.
    const whole = { refundId: payment.paymentId, shares: paidShares(payment) };
    const given = await this.refund(whole, { ...payment, walletPaymentId }, charge);
    if (given.type !== "REFUNDED") return { event: { type: "UNKNOWN" } };
    return { event: { type: "WALLET_REFUNDED", paymentTimeMs, refundTimeMs: given.refundTimeMs }, walletPaymentId };
  }

  /** Asks for a refund; a repeat is the same message, so that the wallet refunds once. */
  async refund(refund: AskedRefund, payment: PaymentRecord, charge: Charge): Promise<RefundEvent> {
    const { paymentMinor, payToMinor, customerMinor } = refund.shares;
    const message = definedMembers({
      ...PARTIES,
      paymentRequestId: payment.paymentId,
      paymentId: payment.walletPaymentId,
      refundRequestId: refund.refundId,
      refundAmount: amountOf({ ...charge.payment, amountMinor: paymentMinor }),
      refundFromAmount: amountOf({ ...charge.payTo, amountMinor: payToMinor }),
      refundQuote: charge.quote,
      surchargeInfo: surchargeInfoOf(charge, customerMinor),
    });
    const { result, parameters } = await this.#ask("refund", message, charge.customerId);
    if (result.resultStatus === "F") return { type: "REFUSED", failure: failureOf(result) };
    if (result.resultStatus === "U") return { type: "UNKNOWN" };
    return { type: "REFUNDED", refundTimeMs: refunded.safeParse(parameters).data?.refundTime ?? nowMs() };
  }

  /** A success without an id of the wallet could never be refunded: it is asked for again. */
  #paid(parameters: unknown): WalletReport<PaymentEvent> {
    const success = paid.safeParse(parameters);
    if (!success.success) return { event: { type: "UNKNOWN" } };
    const { paymentId: walletPaymentId, paymentTime: paymentTimeMs = nowMs() } = success.data;
    return { event: { type: "PAID", paymentTimeMs }, walletPaymentId };
  }

  async #ask(interfaceName: InterfaceName, message: JsonObject, customerId: string | undefined): Promise<WalletAnswer> {
    return askWallet(await this.#alipayPlus(), interfaceName, message, customerId);
  }

  #alipayPlus(): Promise<AlipayPlus> {
    return requireParty(this.#alipayPlusOf);
  }
}

function failureOf({ resultCode, resultMessage }: Pick<ReportedResult, "resultCode" | "resultMessage">) {
  return { resultCode, resultMessage };
}

function payMessage(
  { paymentId, expiryTimeMs }: PaymentHead,
  terms: PaymentTerms,
  charge: Charge,
  factor: JsonObject = {},
): JsonObject {
  const { paymentCode, accessToken, order, paymentRedirectUrl, passThroughInfo } = terms;
  return definedMembers({
    ...PARTIES,
    paymentRequestId: paymentId,
    order: JSON.parse(order) as JsonObject,
    ...chargeParametersOf(charge),
    paymentMethod: definedMembers({
      paymentMethodType: "CONNECT_WALLET",
      paymentMethodId: accessToken ?? paymentCode,
      customerId: charge.customerId,
    }),
    paymentFactor: definedMembers({
      ...scenarioMembersOf(terms),
      needSurcharge: charge.surcharge && "true",
      ...factor,
    }),
    paymentExpiryTime: formatTime(expiryTimeMs),
    paymentNotifyUrl: NOTIFY_URL,
    paymentRedirectUrl,
    passThroughInfo,
  });
}

/** What names the scenario of a payment that Alipay+ asks a wallet for (docs/spec/wallet/pay.md#scenarios). */
function scenarioMembersOf({ scenario, presentmentMode }: PaymentTerms): JsonObject {
  if (scenario !== "AUTO_DEBIT") return { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" };
  return definedMembers({ isInStorePayment: "false", isAgreementPayment: "true", presentmentMode });
}
