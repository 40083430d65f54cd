/** The faults of a day: single ones that go with a call, and active rules. Source: docs/sandbox/faults.md. */
import type { Random } from "../../../support/random.ts";
import type { FaultOfCall, FaultRule } from "./plan.ts";

const ALIPAYPLUS_TO_MPP = "ALIPAYPLUS_TO_MPP";
const MPP_TO_ALIPAYPLUS = "MPP_TO_ALIPAYPLUS";
const ACQP_TO_ALIPAYPLUS = "ACQP_TO_ALIPAYPLUS";
const ALIPAYPLUS_TO_ACQP = "ALIPAYPLUS_TO_ACQP";
const EVERY_LINK = [ALIPAYPLUS_TO_MPP, MPP_TO_ALIPAYPLUS, ACQP_TO_ALIPAYPLUS, ALIPAYPLUS_TO_ACQP] as const;

type Link = (typeof EVERY_LINK)[number];

/** Every fault by name, and where it can happen. */
export const FAULT_LINKS = {
  ANSWER_LOST: EVERY_LINK,
  REQUEST_LOST: EVERY_LINK,
  ANSWER_DELAYED: EVERY_LINK,
  REQUEST_DELAYED: EVERY_LINK,
  DUPLICATED: EVERY_LINK,
  REORDERED: EVERY_LINK,
  SIGNATURE_WRONG: EVERY_LINK,
  KEY_VERSION_WRONG: EVERY_LINK,
  CLOCK_SKEWED: EVERY_LINK,
  HTTP_500: EVERY_LINK,
  U_THEN_S: EVERY_LINK,
  U_FOREVER: EVERY_LINK,
  TRAFFIC_LIMIT: EVERY_LINK,
  CANCEL_OVERTAKES_PAY: [ALIPAYPLUS_TO_MPP],
  NEVER_ACKNOWLEDGED: [MPP_TO_ALIPAYPLUS, ALIPAYPLUS_TO_ACQP],
  UNBINDING_REFUSED: [MPP_TO_ALIPAYPLUS, ALIPAYPLUS_TO_ACQP],
  CHALLENGE_SMS_OTP: [ACQP_TO_ALIPAYPLUS],
  CHALLENGE_PLAINTEXT_CARD_NO: [ACQP_TO_ALIPAYPLUS],
  CHALLENGE_CARD_EXPIRE_DATE: [ACQP_TO_ALIPAYPLUS],
} as const satisfies Readonly<Record<string, readonly Link[]>>;

type FaultName = keyof typeof FAULT_LINKS;

const FAULT_NAMES = Object.keys(FAULT_LINKS) as readonly FaultName[];

/** The messages about authorisations: a day has fewer of them than payments, so they get rules of their own. */
const OF_AUTHORIZATIONS: Readonly<Record<Link, readonly string[]>> = {
  ALIPAYPLUS_TO_MPP: ["prepare", "applyToken", "cancelToken"],
  MPP_TO_ALIPAYPLUS: ["authNotify", "consultUnbinding"],
  ACQP_TO_ALIPAYPLUS: ["prepare", "applyToken", "cancelToken"],
  ALIPAYPLUS_TO_ACQP: ["authNotify", "consultUnbinding"],
};
const OF_AUTHORIZATIONS_PROBABILITY = 0.3;
/** Faults that only some interfaces have. */
const WITH_INTERFACES: Readonly<Partial<Record<FaultName, readonly string[]>>> = {
  CANCEL_OVERTAKES_PAY: [],
  NEVER_ACKNOWLEDGED: ["authNotify"],
  UNBINDING_REFUSED: ["consultUnbinding"],
  CHALLENGE_SMS_OTP: [],
  CHALLENGE_PLAINTEXT_CARD_NO: [],
  CHALLENGE_CARD_EXPIRE_DATE: [],
};

/** These take a time; short ones, as they pass for real. */
const DELAYED: ReadonlySet<string> = new Set(["ANSWER_DELAYED", "REQUEST_DELAYED", "REORDERED"]);
const LONGEST_DELAY_MS = 120;

const LIMITED_PROBABILITY = 0.6;
const TIMES_MOST = 4;
const PROBABLE_PROBABILITY = 0.4;
const PROBABILITIES = [0.2, 0.5, 0.8] as const;

/**
 * What happens to one call of the acquirer.
 *
 * @param mayBeChallenged whether it is a pay of the older interface: no other is challenged
 */
export function faultOfCall(random: Random, mayBeChallenged: boolean): FaultOfCall {
  const names = FAULT_NAMES.filter(
    (name) => isOnLink(name, ACQP_TO_ALIPAYPLUS) && (mayBeChallenged || !name.startsWith("CHALLENGE_")),
  );
  return withDelay(random.pick(names), random);
}

/** What happens to many messages, until it is taken away or used up. */
export function faultRule(random: Random): FaultRule {
  const fault = random.pick(FAULT_NAMES);
  const link = random.pick<Link>(FAULT_LINKS[fault]);
  const interfaces = OF_AUTHORIZATIONS[link].filter((name) => WITH_INTERFACES[fault]?.includes(name) ?? true);
  return {
    ...withDelay(fault, random),
    link,
    ...(interfaces.length > 0 &&
      random.happens(OF_AUTHORIZATIONS_PROBABILITY) && { interface: random.pick(interfaces) }),
    ...(random.happens(LIMITED_PROBABILITY) && { times: 1 + random.below(TIMES_MOST) }),
    ...(random.happens(PROBABLE_PROBABILITY) && {
      probability: random.pick(PROBABILITIES),
      seed: String(random.below(2 ** 31)),
    }),
  };
}

function isOnLink(fault: FaultName, link: Link): boolean {
  const links: readonly Link[] = FAULT_LINKS[fault];
  return links.includes(link);
}

function withDelay(fault: FaultName, random: Random): FaultOfCall {
  return DELAYED.has(fault) ? { fault, delayMs: 1 + random.below(LONGEST_DELAY_MS) } : { fault };
}
