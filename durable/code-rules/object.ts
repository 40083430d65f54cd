/**
 * The code rules of Alipay+, as they were last fetched. There is one object for the whole deployment: however many
 * scans need the rules, Alipay+ is asked once.
 *
 * Source: docs/spec/code-rules.md: at least once a day, `version` compared first.
 */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import { type PauseLimits, pauseCeilingMs } from "../../protocol/exchange/retry.ts";
import type { Answers } from "../../protocol/exchange/schemas.ts";
import { textOfUnknown } from "../../protocol/exchange/verdict.ts";
import { alipayPlusClientOf } from "../alipayplus-client.ts";
import { openObject } from "../deployment/open-object.ts";
import { type Env, gatewayOf, requireConfiguration } from "../env.ts";
import { logFault } from "../platform/log.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { compileCodeRules } from "./compile.ts";
import { rulesOfAnswer } from "./rules-answer.ts";

/** `revision` counts how often rules were stored, because Alipay+ may send rules without a version. */
const SCHEMA = `CREATE TABLE code_rules (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  revision INTEGER NOT NULL,
  version TEXT,
  rules TEXT NOT NULL,
  fetched_time_ms INTEGER NOT NULL
)`;

const STORE = `INSERT INTO code_rules (only_row, revision, version, rules, fetched_time_ms) VALUES (1, 1, ?, ?, ?)
  ON CONFLICT (only_row) DO UPDATE SET revision = revision + 1, version = excluded.version, rules = excluded.rules,
    fetched_time_ms = excluded.fetched_time_ms`;

/** Twice a day, so that one failed fetch does not make them older than a day. */
export const CODE_RULES_AGE_MS = 12 * 60 * 60_000;

const PAUSES: PauseLimits = { firstPauseMs: 5_000, pauseLimitMs: 60_000 };

/** The answer to an isolate that has `knownRevision`. */
type CodeRulesReply =
  /** No rules are stored, and Alipay+ has just returned none. */
  | { readonly outcome: "UNAVAILABLE" }
  | { readonly outcome: "UNCHANGED" }
  /** `rules` is a JSON list for `compileCodeRules`. */
  | { readonly outcome: "KNOWN"; readonly revision: number; readonly rules: string };

type Stored = { revision: number; version: string | null; rules: string; fetched_time_ms: number };

/** Its public methods are its RPC interface. */
export class CodeRules extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #fetches = new SingleFlight<void>();
  #failures = 0;
  #nextFetchTimeMs = 0;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    openObject(context, env, "CodeRules", [SCHEMA]);
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** The rules as they are stored; fetched first when there are none. */
  async current(knownRevision?: number): Promise<CodeRulesReply> {
    if (!this.#stored()) await this.#fetchOnce();
    const stored = this.#stored();
    if (!stored) return { outcome: "UNAVAILABLE" };
    const { revision, rules } = stored;
    return revision === knownRevision ? { outcome: "UNCHANGED" } : { outcome: "KNOWN", revision, rules };
  }

  /** Fetches rules that are older than {@link CODE_RULES_AGE_MS}. A wallet that has never scanned has none. */
  async refresh(): Promise<void> {
    const stored = this.#stored();
    if (stored && nowMs() - stored.fetched_time_ms >= CODE_RULES_AGE_MS) await this.#fetchOnce();
  }

  /** Fetches, unless the last failure is too recent; concurrent callers share one answer. */
  async #fetchOnce(): Promise<void> {
    if (this.#fetches.isBusy || nowMs() >= this.#nextFetchTimeMs) {
      await this.#fetches.run("inquiryCodeRules", () => this.#fetch());
    }
  }

  /** One call. When it fails, the stored rules stay. */
  async #fetch(): Promise<void> {
    const fault = await this.#fetchAndStore().catch((error: unknown) => error ?? "unknown");
    if (fault === undefined) {
      this.#failures = 0;
      return;
    }
    logFault("code-rules-not-fetched", fault);
    this.#failures += 1;
    this.#nextFetchTimeMs = nowMs() + pauseCeilingMs(PAUSES, this.#failures);
  }

  /** @returns why the fetch failed; `undefined` when it succeeded */
  async #fetchAndStore(): Promise<string | undefined> {
    const gateway = await gatewayOf(this.env);
    if ("fault" in gateway) return gateway.fault;
    const verdict = await alipayPlusClientOf(gateway).call("inquiryCodeRules", {});
    switch (verdict.outcome) {
      case "S":
        return this.#store(verdict.answer);
      case "F":
        return `F ${verdict.code}`;
      case "U":
        return textOfUnknown(verdict);
    }
  }

  #store(answer: Answers["inquiryCodeRules"]): string | undefined {
    const { version = null } = answer;
    const stored = this.#stored();
    if (stored && version !== null && stored.version === version) {
      this.#sql.exec("UPDATE code_rules SET fetched_time_ms = ?", nowMs());
      return undefined;
    }
    const candidates = rulesOfAnswer(answer);
    const { rules, refused } = compileCodeRules(candidates, requireConfiguration(this.env).issuer);
    const [first] = refused;
    if (first) logFault("code-rules-refused", first.fault, { refused: refused.length, firstIndex: first.index });
    if (rules.length === 0) return "NO_USABLE_RULE";
    this.#sql.exec(STORE, version, JSON.stringify(candidates), nowMs());
    return undefined;
  }

  #stored(): Stored | undefined {
    const query = "SELECT revision, version, rules, fetched_time_ms FROM code_rules";
    return this.#sql.exec<Stored>(query).toArray()[0];
  }
}
