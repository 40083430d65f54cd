/**
 * The wallet's own core of a day: the reference core in this process, on the day's clock, with a journal of every
 * movement of its balances. The journal notes what the balance has done, whatever the answer says.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Database } from "../../../../kit/reference-core/database.ts";
import { Ledger } from "../../../../kit/reference-core/ledger.ts";
import type { DebitRefusal, DebitRequest, PaymentKey, RefundRequest } from "../../../../kit/reference-core/messages.ts";
import { createCoreServer } from "../../../../kit/reference-core/server.ts";
import { Verifier } from "../../../../kit/reference-core/verify.ts";
import type { CustomerChange, CustomerSettings } from "../plan/plan.ts";
import type { Books, CustomerView, LedgerAccount, LedgerEntry } from "./views.ts";

const SECRET = `whsec_${Buffer.alloc(24, "core of the days").toString("base64")}`;

/** How long the gateway waits: an answer that a fault has lost costs that much for real. */
const TIMEOUT_MS = 400;

/** The settings of a customer for which the core refuses every debit; a core without limits knows no others. */
const REFUSALS: readonly (readonly [refuses: (settings: CustomerChange) => boolean, DebitRefusal])[] = [
  [({ status = "ACTIVE" }) => status !== "ACTIVE", "CUSTOMER_STATUS_ABNORMAL"],
  [({ kyc = "QUALIFIED" }) => kyc !== "QUALIFIED", "KYC_NOT_QUALIFIED"],
  [({ risk = "PASS" }) => risk !== "PASS", "RISK_REJECTED"],
  [({ paymentMethod = "AVAILABLE" }) => paymentMethod !== "AVAILABLE", "METHOD_UNAVAILABLE"],
  [({ verification = "PASSED" }) => verification !== "PASSED", "VERIFICATION_FAILED"],
  [({ blockedMerchants = [] }) => blockedMerchants.length > 0, "MERCHANT_NOT_REGISTERED"],
];

/** The reference core's ledger with its journal. */
class JournalLedger extends Ledger {
  readonly journal = new Map<string, LedgerEntry[]>();
  readonly #nowMs: () => number;

  constructor(database: Database, nowMs: () => number) {
    super(database);
    this.#nowMs = nowMs;
  }

  override debit(request: DebitRequest) {
    return this.#noted(request, "DEBIT", request.paymentId, request.payTo.amountMinor, () =>
      super.debit(request, this.#nowMs()),
    );
  }

  override evaluate(request: DebitRequest) {
    return super.evaluate(request, this.#nowMs());
  }

  override refund(request: RefundRequest) {
    return this.#noted(request, "REFUND", request.refundId, -request.payTo.amountMinor, () =>
      super.refund(request, this.#nowMs()),
    );
  }

  override reverse(key: PaymentKey) {
    const entries = this.journal.get(key.customerId) ?? [];
    const owedMinor = entries
      .filter(({ paymentId }) => paymentId === key.paymentId)
      .reduce((sum, { legs }) => sum + BigInt(legs[1]?.amount ?? 0), 0n);
    return this.#noted(key, "REVERSAL", key.paymentId, -owedMinor, () => super.reverse(key, this.#nowMs()));
  }

  /** Sets a balance from outside. */
  fund(customerId: string, currency: string, balanceMinor: bigint, refusal: DebitRefusal | undefined): void {
    this.customers.open(customerId, { currency, balanceMinor, refusal }, this.#nowMs());
    this.#note({ customerId }, "FUNDING", customerId, [
      ["customer", balanceMinor],
      ["funding", -balanceMinor],
    ]);
  }

  /** @param payableMinor by how much the debt to Alipay+ grows if the work moves money */
  #noted<Answer>(
    { customerId, paymentId }: PaymentKey,
    kind: LedgerEntry["kind"],
    id: string,
    payableMinor: bigint,
    work: () => Answer,
  ): Answer {
    const beforeMinor = this.customers.find(customerId)?.balanceMinor;
    const answer = work();
    const afterMinor = this.customers.find(customerId)?.balanceMinor;
    if (beforeMinor === undefined || afterMinor === undefined || beforeMinor === afterMinor) return answer;
    const movedMinor = afterMinor - beforeMinor;
    this.#note({ customerId, paymentId }, kind, id, [
      ["customer", movedMinor],
      ["alipayplus-payable", payableMinor],
      ["surcharge-income", -movedMinor - payableMinor],
    ]);
    return answer;
  }

  #note(
    { customerId, paymentId }: { readonly customerId: string; readonly paymentId?: string },
    kind: LedgerEntry["kind"],
    id: string,
    legs: readonly (readonly [LedgerAccount, bigint])[],
  ): void {
    const entries = this.journal.get(customerId) ?? [];
    this.journal.set(customerId, entries);
    entries.push({
      entryNumber: entries.length + 1,
      kind,
      id,
      ...(paymentId !== undefined && { paymentId }),
      time: new Date(this.#nowMs()).toISOString(),
      currency: this.customers.find(customerId)?.currency ?? "",
      legs: legs.map(([account, amountMinor]) => ({ account, amount: String(amountMinor) })),
    });
  }
}

/** A running core. */
export class DayCore {
  readonly #database = new Database(":memory:");
  readonly #ledger: JournalLedger;
  readonly #server: Server;

  private constructor(nowMs: () => number) {
    this.#ledger = new JournalLedger(this.#database, nowMs);
    this.#server = createCoreServer(this.#ledger, new Verifier([SECRET]));
  }

  /** Starts a core on a clock, epoch milliseconds. */
  static async start(nowMs: () => number): Promise<DayCore> {
    const core = new DayCore(nowMs);
    core.#server.listen(0, "127.0.0.1");
    await once(core.#server, "listening");
    return core;
  }

  /** The gateway's settings for it. */
  get gatewayVariables(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      CORE: "HTTP",
      CORE_NAME: "core-of-the-days",
      CORE_URL: `http://127.0.0.1:${port}`,
      CORE_SECRET: SECRET,
      CORE_TIMEOUT_MS: String(TIMEOUT_MS),
    };
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
    this.#database.close();
  }

  /** A core keeps its customers over every reset of the gateway; a day begins without those of the days before. */
  forgetJournal(): void {
    this.#ledger.journal.clear();
  }

  openCustomer(customerId: string, settings: CustomerSettings): void {
    this.#ledger.fund(customerId, settings.currency, BigInt(settings.balance), refusalOf(settings));
  }

  /** Changes why a customer is refused, and leaves the balance as it is. */
  changeCustomer(customerId: string, change: CustomerChange): void {
    const customer = this.#ledger.customers.find(customerId);
    if (customer) this.#ledger.customers.open(customerId, { ...customer, refusal: refusalOf(change) }, Date.now());
  }

  customer(customerId: string): CustomerView {
    const customer = this.#ledger.customers.find(customerId);
    if (!customer) throw new Error(`The core has no customer ${customerId}`);
    const entries = (this.#ledger.journal.get(customerId) ?? []).toReversed();
    const { currency, balanceMinor } = customer;
    return { customerId, currency, balance: String(balanceMinor), entryCount: entries.length, entries };
  }

  /** The sums by currency: the customers' by their balances, everything else by the journal. */
  books(): Books {
    const currencies: Record<string, Record<string, bigint>> = {};
    const add = (currency: string, account: string, amountMinor: bigint) => {
      currencies[currency] ??= {
        customers: 0n,
        "alipayplus-payable": 0n,
        "surcharge-income": 0n,
        funding: 0n,
        total: 0n,
      };
      const sums = currencies[currency];
      for (const name of [account, "total"]) sums[name] = (sums[name] ?? 0n) + amountMinor;
    };
    for (const [customerId, entries] of this.#ledger.journal) {
      const { currency = "", balanceMinor = 0n } = this.#ledger.customers.find(customerId) ?? {};
      add(currency, "customers", balanceMinor);
      for (const { legs } of entries) {
        for (const { account, amount } of legs) if (account !== "customer") add(currency, account, BigInt(amount));
      }
    }
    const texts = Object.entries(currencies).map(([currency, sums]) => [
      currency,
      Object.fromEntries(Object.entries(sums).map(([account, sum]) => [account, String(sum)])),
    ]);
    return { balanced: true, currencies: Object.fromEntries(texts) };
  }
}

function refusalOf(settings: CustomerChange): DebitRefusal | undefined {
  return REFUSALS.find(([refuses]) => refuses(settings))?.[1];
}
