/**
 * Every fault, by name: the links on which it exists, its effect, and one sentence about it. One total table: a name
 * without an entry does not compile, and an effect that a pipeline does not handle does not either (outgoing.ts,
 * incoming.ts).
 *
 * Source: docs/spec/results.md#how-a-result-is-reported, docs/spec/time-limits.md;
 * docs/spec/acquirer/older-interface.md#answer for the challenges.
 */

import type { JsonObject } from "../../protocol/json.ts";
import { type ReportedResult, type ResultCode, resultOf } from "../../protocol/results.ts";
import type { Link, MessageKind } from "./links.ts";

/** Every fault that can be asked for. */
export const FAULT_NAMES = [
  "ANSWER_LOST",
  "REQUEST_LOST",
  "ANSWER_DELAYED",
  "REQUEST_DELAYED",
  "DUPLICATED",
  "REORDERED",
  "SIGNATURE_WRONG",
  "KEY_VERSION_WRONG",
  "CLOCK_SKEWED",
  "U_THEN_S",
  "U_FOREVER",
  "HTTP_500",
  "ANSWER_GARBLED",
  "CANCEL_OVERTAKES_PAY",
  "NEVER_ACKNOWLEDGED",
  "TRAFFIC_LIMIT",
  "ACCESS_DENIED",
  "UNBINDING_REFUSED",
  "CHALLENGE_SMS_OTP",
  "CHALLENGE_PLAINTEXT_CARD_NO",
  "CHALLENGE_CARD_EXPIRE_DATE",
] as const;

/** A fault that can be asked for. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** Effects on the request. */
export type RequestEffect = "LOST" | "DELAYED" | "DUPLICATED" | "REORDERED" | "OVERTAKEN_BY_CANCEL";

/** Errors in what Alipay+ writes: its request when it calls, its answer when it is called. */
export type WritingEffect = "SIGNATURE_WRONG" | "KEY_VERSION_WRONG" | "CLOCK_SKEWED";

/** Answers that replace the true one. */
export type StandIn = { readonly result: ReportedResult; readonly parameters?: JsonObject };

/** The effect of a fault on a message. */
type Effect =
  | { readonly on: "REQUEST"; readonly does: RequestEffect }
  /** Answered at once, and not worked on. */
  | { readonly on: "REQUEST"; readonly does: "TURNED_AWAY"; readonly by: ResultCode }
  | { readonly on: "WRITING"; readonly does: WritingEffect }
  /** An effect on the answer, after the request has been processed. */
  | { readonly on: "ANSWER"; readonly does: "LOST" | "DELAYED" | "HTTP_500" | "GARBLED" }
  /** Applied once: a repeat of the same message gets the true answer. */
  | { readonly on: "ANSWER"; readonly does: "REPLACED" | "REPLACED_ONCE"; readonly by: StandIn };

/** The description of a fault. */
type CatalogueEntry = {
  readonly links: readonly Link[];
  /** Missing: every interface of these links. */
  readonly interfaces?: readonly string[];
  /** Only messages of the older merchant interface. */
  readonly isOlderOnly?: true;
  readonly effect: Effect;
  readonly what: string;
};

/** The links on which Alipay+ is caller or called. */
const WITH_ALIPAYPLUS: readonly Link[] = [
  "ALIPAYPLUS_TO_MPP",
  "MPP_TO_ALIPAYPLUS",
  "ACQP_TO_ALIPAYPLUS",
  "ALIPAYPLUS_TO_ACQP",
];

const EVERYWHERE: readonly Link[] = [...WITH_ALIPAYPLUS, "MPP_TO_CORE"];

const IN_PROCESS: StandIn = { result: resultOf("PAYMENT_IN_PROCESS") };

/**
 * A challenge of the older merchant interface; `AMS` is Alipay, `CHANNEL` an external party
 * (docs/spec/acquirer/older-interface.md#answer).
 */
function challengedBy(challengeType: string, triggerSource: "AMS" | "CHANNEL", what: string): CatalogueEntry {
  return {
    links: ["ACQP_TO_ALIPAYPLUS"],
    interfaces: ["pay"],
    isOlderOnly: true,
    effect: {
      on: "ANSWER",
      does: "REPLACED_ONCE",
      by: { ...IN_PROCESS, parameters: { challengeActionForm: { challengeType, triggerSource } } },
    },
    what: `The older pay is answered U with a challengeActionForm: ${what}. A repeat and an inquiry get the true result.`,
  };
}

/** The table. */
export const CATALOGUE: Readonly<Record<FaultName, CatalogueEntry>> = {
  ANSWER_LOST: {
    links: EVERYWHERE,
    effect: { on: "ANSWER", does: "LOST" },
    what: "The request is worked on, and its answer never arrives.",
  },
  REQUEST_LOST: {
    links: EVERYWHERE,
    effect: { on: "REQUEST", does: "LOST" },
    what: "The request never arrives: nothing is done, and no answer comes.",
  },
  ANSWER_DELAYED: {
    links: EVERYWHERE,
    effect: { on: "ANSWER", does: "DELAYED" },
    what: "The answer arrives delayMs late; the caller may have given up by then.",
  },
  REQUEST_DELAYED: {
    links: EVERYWHERE,
    effect: { on: "REQUEST", does: "DELAYED" },
    what: "The request arrives delayMs late, even when the caller has given up by then.",
  },
  DUPLICATED: {
    links: EVERYWHERE,
    effect: { on: "REQUEST", does: "DUPLICATED" },
    what: "The same bytes arrive twice at once.",
  },
  REORDERED: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "REQUEST", does: "REORDERED" },
    what: "The request is held back until another message on its link has passed, or for delayMs.",
  },
  SIGNATURE_WRONG: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "WRITING", does: "SIGNATURE_WRONG" },
    what: "What Alipay+ writes has a signature that does not verify.",
  },
  KEY_VERSION_WRONG: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "WRITING", does: "KEY_VERSION_WRONG" },
    what: "What Alipay+ writes names a key version that does not exist.",
  },
  CLOCK_SKEWED: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "WRITING", does: "CLOCK_SKEWED" },
    what: "What Alipay+ writes is rightly signed, by a clock that is an hour fast.",
  },
  U_THEN_S: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "ANSWER", does: "REPLACED_ONCE", by: IN_PROCESS },
    what: "The first answer is U PAYMENT_IN_PROCESS although the work is done; a repeat gets the true answer.",
  },
  U_FOREVER: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "ANSWER", does: "REPLACED", by: IN_PROCESS },
    what: "Every answer is U PAYMENT_IN_PROCESS although the work is done.",
  },
  HTTP_500: {
    links: EVERYWHERE,
    effect: { on: "ANSWER", does: "HTTP_500" },
    what: "The request is worked on, and the answer is HTTP 500 without a body.",
  },
  ANSWER_GARBLED: {
    links: ["MPP_TO_CORE"],
    effect: { on: "ANSWER", does: "GARBLED" },
    what: "The request is worked on, and the answer is HTTP 200 with a text that is not JSON.",
  },
  CANCEL_OVERTAKES_PAY: {
    links: ["ALIPAYPLUS_TO_MPP"],
    interfaces: ["pay"],
    effect: { on: "REQUEST", does: "OVERTAKEN_BY_CANCEL" },
    what: "A cancelPayment of the same payment reaches the wallet before its pay, unless it is a repeat of an acquirer's.",
  },
  NEVER_ACKNOWLEDGED: {
    links: ["MPP_TO_ALIPAYPLUS", "ALIPAYPLUS_TO_ACQP"],
    interfaces: ["notifyPayment", "authNotify", "notifyRegistrationStatus"],
    effect: { on: "ANSWER", does: "REPLACED", by: { result: resultOf("UNKNOWN_EXCEPTION") } },
    what: "The notification is received, and not acknowledged: it is answered U.",
  },
  TRAFFIC_LIMIT: {
    links: WITH_ALIPAYPLUS,
    effect: { on: "REQUEST", does: "TURNED_AWAY", by: "REQUEST_TRAFFIC_EXCEED_LIMIT" },
    what: "The request is answered U REQUEST_TRAFFIC_EXCEED_LIMIT, and nothing is done.",
  },
  ACCESS_DENIED: {
    links: ["MPP_TO_ALIPAYPLUS", "ACQP_TO_ALIPAYPLUS"],
    interfaces: ["getPaymentCode", "inquiryCodeRules", "userInitiatedPay", "pay"],
    effect: { on: "REQUEST", does: "TURNED_AWAY", by: "ACCESS_DENIED" },
    what: "Alipay+ has not granted the interface: the request is answered F ACCESS_DENIED, and nothing is done.",
  },
  UNBINDING_REFUSED: {
    links: ["MPP_TO_ALIPAYPLUS", "ALIPAYPLUS_TO_ACQP"],
    interfaces: ["consultUnbinding"],
    effect: {
      on: "ANSWER",
      does: "REPLACED",
      by: { result: resultOf("SUCCESS"), parameters: { allowUnbinding: "false" } },
    },
    what: "The wallet may not end the authorisation: consultUnbinding is answered S with allowUnbinding false.",
  },
  CHALLENGE_SMS_OTP: challengedBy("SMS_OTP", "AMS", "a password by SMS"),
  CHALLENGE_PLAINTEXT_CARD_NO: challengedBy("PLAINTEXT_CARD_NO", "CHANNEL", "the number of the card"),
  CHALLENGE_CARD_EXPIRE_DATE: challengedBy("CARD_EXPIRE_DATE", "CHANNEL", "the expiry date of the card"),
};

/** Whether a text is the name of a fault. */
export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(CATALOGUE, text);
}

/** Whether a fault makes sense for a message. */
export function isPossible(name: FaultName, { link, interface: interfaceName, isOlder = false }: MessageKind): boolean {
  const { links, interfaces, isOlderOnly = false } = CATALOGUE[name];
  return links.includes(link) && (interfaces?.includes(interfaceName) ?? true) && (isOlder || !isOlderOnly);
}

/** Whether a fault takes time, so that a request may say how much (`delayMs`). */
export function takesTime(name: FaultName): boolean {
  const { does } = CATALOGUE[name].effect;
  return does === "DELAYED" || does === "REORDERED";
}

/** Whether a fault applies only to the first of several equal messages. */
export function isOnce(name: FaultName): boolean {
  return CATALOGUE[name].effect.does === "REPLACED_ONCE";
}
