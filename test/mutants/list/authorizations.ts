/** Changes to authorisations: to what a code, a token and an end may do. */
import type { Change } from "../change.ts";

const MACHINE = "durable/authorizations/machine/authorization.ts";
const HOME = "durable/authorizations/authorizations.ts";
const NOTIFICATIONS = "durable/authorizations/notifications.ts";
const PAGE = "worker/wallet/authorizations/authorization-page.ts";
const TOKENS = "durable/authorizations/tokens.ts";

const MACHINE_TEST = "unit test/unit/durable/authorizations/machine-authorization.test.ts";
const TOKENS_TEST = "unit test/unit/durable/authorizations/tokens.test.ts";
const APPLY_TEST = "gateway test/gateway/authorizations/apply-token.test.ts";
const PAY_TEST = "gateway test/gateway/authorizations/pay-by-token.test.ts";
const REPEAT_TEST = "gateway test/gateway/authorizations/repeat-by-token.test.ts";
const END_TEST = "gateway test/gateway/authorizations/end.test.ts";
const INTERRUPTED_TEST = "gateway test/gateway/authorizations/interrupted-consent.test.ts";
const PLANTED_TEST = "gateway test/gateway/authorizations/planted-values.test.ts";
const OVERDUE_TEST = "http-core test/gateway/http-core/unanswered.test.ts";
const SWEEP_TEST = "gateway test/gateway/sweep.test.ts";
const OPEN_END_TEST = "http-core test/gateway/http-core/authorization-end.test.ts";

/** The changes. */
export const AUTHORIZATION_CHANGES: readonly Change[] = [
  {
    name: "a token pays after its pair was replaced",
    file: MACHINE,
    find: 'if (pairNumber !== state.pairNumber) return "TOKEN_INVALID";',
    replacement: "",
    tests: [MACHINE_TEST],
  },
  {
    name: "a token pays while its authorisation ends",
    file: MACHINE,
    find: 'if (state.status.name !== "ACTIVE") return "TOKEN_INVALID";',
    replacement: 'if (state.status.name === "CANCELLED") return "TOKEN_INVALID";',
    tests: [MACHINE_TEST],
  },
  {
    name: "a code may be exchanged again and again",
    file: MACHINE,
    find: 'return state.pairNumber === 1 && isRepeatedInTime(state, nowMs) ? "REPEAT" : "INVALID";',
    replacement: 'return "GRANT";',
    tests: [MACHINE_TEST],
  },
  {
    name: "a refresh token may be repeated for good",
    file: MACHINE,
    find: "return nowMs < pairTimeMs + REPEAT_MS;",
    replacement: "return nowMs > pairTimeMs - REPEAT_MS;",
    tests: [MACHINE_TEST],
  },
  {
    name: "an end does not wait for the payment that may still succeed",
    file: HOME,
    find: "const hasOpenPayment = this.#context.hasOpenPayment(record.authorizationId);",
    replacement: "const hasOpenPayment = false;",
    tests: [OPEN_END_TEST],
  },
  {
    name: "an end waits for payments of other authorisations",
    file: "durable/payments/records.ts",
    find: "WHERE due_time_ms IS NOT NULL AND authorization_id = ? AND status = 'PROCESSING' LIMIT 1`;",
    replacement: "WHERE due_time_ms IS NOT NULL AND ? IS NOT NULL AND status = 'PROCESSING' LIMIT 1`;",
    tests: [OPEN_END_TEST],
  },
  {
    name: "the resolver does not finish an end",
    file: "durable/customers/resolver.ts",
    find: "for (const record of home.authorizationRecords.due(nowMs(), RESOLVE_BATCH)) home.authorizations.resolve(record);",
    replacement: "",
    tests: [OPEN_END_TEST],
  },
  {
    name: "a code of another client is exchanged",
    file: HOME,
    find: 'if (isOfAnotherClient(record, authClientId)) return { outcome: "INVALID" };',
    replacement: "",
    tests: [APPLY_TEST],
  },
  {
    name: "a refresh token pays like an access token",
    file: HOME,
    find: 'return token?.kind === "ACCESS" ? token : undefined;',
    replacement: "return token;",
    tests: [PAY_TEST],
  },
  {
    name: "an acquirer ends the authorisation of another",
    file: HOME,
    find: 'if (record.terms.acquirerId !== acquirerId) return { outcome: "OF_ANOTHER_ACQUIRER" };',
    replacement: "",
    tests: [END_TEST],
  },
  {
    name: "a second customer of the same home takes an authorisation over",
    file: HOME,
    find: 'if (known.customerId !== customerId) return { outcome: "OF_ANOTHER_CUSTOMER" };',
    replacement: "",
    tests: [INTERRUPTED_TEST],
  },
  {
    name: "an end is notified with a token that Alipay+ does not know",
    file: HOME,
    find: "this.#end(this.#nameEnd(record, endedDigest), ",
    replacement: "this.#end(record, ",
    tests: [END_TEST],
  },
  {
    name: "an unbinding ends what Alipay+ was not asked about",
    file: HOME,
    find: "if (record.accessDigest !== consulted.accessDigest) return this.#reportOf(record);",
    replacement: "",
    tests: [END_TEST],
  },
  {
    name: "the end is not notified",
    file: HOME,
    find: 'this.#notify(authorizationId, ends ? "TOKEN_CANCELED" : undefined,',
    replacement: "this.#notify(authorizationId, undefined,",
    tests: [END_TEST],
  },
  {
    name: "a code that has lapsed is notified",
    file: NOTIFICATIONS,
    find: 'return status.name === "CONSENTED";',
    replacement: "return true;",
    tests: [END_TEST],
  },
  {
    name: "a token is digested with its prefix",
    file: TOKENS,
    find: "encoder.encode(END.exec(text)?.[0] ?? text)",
    replacement: "encoder.encode(text)",
    tests: [TOKENS_TEST],
  },
  {
    name: "a token of a secret that was replaced is answered",
    file: TOKENS,
    find: "if (text !== undefined && (await tokenDigest(text)) === stored.digest) return text;",
    replacement: "if (text !== undefined) return text;",
    tests: [APPLY_TEST],
  },
  {
    name: "the message of a pay is kept with its token",
    file: "worker/alipayplus/authorizations/pay-by-token.ts",
    find: "const texts = { ...payment.texts, message: withoutToken(call.body) };",
    replacement: "const texts = payment.texts;",
    tests: [PLANTED_TEST],
  },
  {
    name: "a payment by a token names any customer",
    file: "durable/customers/authorized.ts",
    find: "if (named !== undefined && named !== customerId) {",
    replacement: 'if (named === "") {',
    tests: [PAY_TEST],
  },
  {
    name: "a payment by a token takes longer than a minute",
    file: "worker/alipayplus/pay.ts",
    find: "Math.min(parameters.paymentExpiryTime ?? latestTimeMs, latestTimeMs)",
    replacement: "parameters.paymentExpiryTime ?? latestTimeMs",
    tests: [PAY_TEST, OVERDUE_TEST],
  },
  {
    name: "a repeat with an unknown token is INVALID_TOKEN, though its payment is known",
    file: "durable/customers/authorized.ts",
    find: "if (!place) return refusal;",
    replacement: "return refusal;",
    tests: [REPEAT_TEST],
  },
  {
    name: "an evaluation by a token has limits",
    file: "durable/ledger/ledger.ts",
    find: "ignoresLimits && customer ? withoutLimits(customer) : customer",
    replacement: "customer",
    tests: [PAY_TEST],
  },
  {
    name: "a prepared authorisation moves to the home of a later customer",
    file: "durable/directory/prepared.ts",
    find: "if (known && known.home === undefined && undecidedOf(",
    replacement: "if (known && undecidedOf(",
    tests: [INTERRUPTED_TEST],
  },
  {
    name: "another customer of the same home finishes an interrupted consent",
    file: PAGE,
    find: "place.home !== home || (place.owner ?? owner) !== owner",
    replacement: "place.home !== home",
    tests: [INTERRUPTED_TEST],
  },
  {
    name: "an interrupted consent can be finished at any time",
    file: PAGE,
    find: 'undecided?.outcome === "PREPARED" ?',
    replacement: "undecided ?",
    tests: [INTERRUPTED_TEST],
  },
  {
    name: "a consent that its home has can be declined",
    file: "durable/customers/call-home.ts",
    find: "return report ? place : place.undecided;",
    replacement: "return place.undecided;",
    tests: [INTERRUPTED_TEST],
  },
  {
    name: "the sweep leaves in the directory what a home has",
    file: "durable/directory/object.ts",
    find: "this.#prepared.forgetExpired(now);",
    replacement: "",
    tests: [PLANTED_TEST],
  },
  {
    name: "the directory forgets what was prepared while its customer may agree",
    file: "durable/directory/prepared.ts",
    find: "home IS NOT NULL AND message IS NOT NULL AND expiry_time_ms <= ?",
    replacement: "home IS NOT NULL AND message IS NOT NULL AND ? > 0",
    tests: [PLANTED_TEST],
  },
  {
    name: "the directory forgets what no customer has agreed to",
    file: "durable/directory/prepared.ts",
    find: "home IS NOT NULL AND message IS NOT NULL AND expiry_time_ms <= ?",
    replacement: "message IS NOT NULL AND expiry_time_ms <= ?",
    tests: [PLANTED_TEST],
  },
  {
    name: "a consent that comes after what was prepared is forgotten is a bug",
    file: HOME,
    find: 'if (!prepared) return { outcome: "ENDED" };',
    replacement: 'if (!prepared) throw new Error("forgotten");',
    tests: [PLANTED_TEST],
  },
  {
    name: "the sweep leaves out a part of the directory",
    file: "worker/sweep.ts",
    find: "await callShard(env.DIRECTORY, shard,",
    replacement: "if (shard < 16) await callShard(env.DIRECTORY, shard,",
    tests: [SWEEP_TEST],
  },
];
