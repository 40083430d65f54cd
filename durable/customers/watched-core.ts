/** The wallet's core by HTTP as a home calls it, with what operators learn of one that does not answer. */
import { nowMs } from "../../protocol/clock.ts";
import type { CoreHealth } from "../messages.ts";
import type { PaymentRecords } from "../payments/records.ts";
import { logWarning } from "../platform/log.ts";
import { createHttpCore, type HttpCoreOptions } from "../wallet-core/http/core.ts";
import type { WalletCore } from "../wallet-core/port.ts";
import { isProbe, newProbe } from "../wallet-core/probe.ts";
import { type CoreTrouble, troubleText } from "../wallet-core/trouble.ts";

/**
 * Each operation without an answer is a line in the log, and the last one of a payment is kept in its row: the memory
 * of an object is gone after seconds without a call, and a payment that is open waits for up to a minute. A payment
 * that the core answers writes nothing of this.
 */
export class WatchedCore {
  readonly core: WalletCore;
  readonly #records: PaymentRecords;
  /** The last operation without an answer, but for probes. */
  #lastFailure: CoreTrouble | undefined;
  #probeFailure: CoreTrouble | undefined;

  /** @param replacement for tests */
  constructor(options: HttpCoreOptions, records: PaymentRecords, replacement?: WalletCore) {
    this.#records = records;
    this.core = replacement ?? createHttpCore({ ...options, report: (trouble) => this.#report(trouble) });
  }

  /** Inquires about a payment that does not exist: it moves nothing, and is signed like every other operation. */
  async health(): Promise<CoreHealth> {
    const askedTimeMs = nowMs();
    const { outcome } = await this.core.inquire(newProbe());
    const lastFailure = this.#lastFailure;
    if (outcome !== "UNANSWERED") return { answersInMs: nowMs() - askedTimeMs, breaker: "CLOSED", lastFailure };
    const probeFailure = this.#probeFailure;
    return { probeFailure, breaker: probeFailure?.breaker ?? "CLOSED", lastFailure };
  }

  #report(trouble: CoreTrouble): void {
    const { timeMs, ...context } = trouble;
    logWarning("core-unanswered", { ...context, message: `The core ${troubleText(trouble)}` });
    if (isProbe(trouble)) {
      this.#probeFailure = trouble;
    } else {
      this.#lastFailure = trouble;
      this.#records.keepTrouble(trouble);
    }
  }
}
