/** The texts of the fault switches, and the rules that each of them shows. Pure. */
import type { CatalogueEntry, Link, Rule } from "../calls/rehearsal.ts";

/** Caller and called of each link, and its interfaces (docs/sandbox/README.md). */
export const LINK_LABELS: Readonly<
  Record<Link, { readonly from: string; readonly to: string; readonly interfaces: readonly string[] }>
> = {
  ALIPAYPLUS_TO_MPP: {
    from: "Alipay+",
    to: "Wallet",
    interfaces: [
      ...["pay", "inquiryPayment", "cancelPayment", "refund"],
      ...["prepare", "applyToken", "cancelToken", "sendOTP", "verifyOTP"],
      ...["registration", "responseRetrieval", "responseEscalation"],
    ],
  },
  MPP_TO_ALIPAYPLUS: {
    from: "Wallet",
    to: "Alipay+",
    interfaces: [
      ...["getPaymentCode", "inquiryCodeRules", "userInitiatedPay", "notifyPayment"],
      ...["authNotify", "consultUnbinding"],
      ...["notifyRegistrationStatus", "initiateRetrieval", "initiateEscalation", "inquiryForeignExchangeQuote"],
    ],
  },
  ACQP_TO_ALIPAYPLUS: {
    from: "Acquirer",
    to: "Alipay+",
    interfaces: [
      ...["pay", "inquiryPayment", "cancelPayment", "refund", "consultPayment"],
      ...["prepare", "applyToken", "cancelToken"],
    ],
  },
  ALIPAYPLUS_TO_ACQP: {
    from: "Alipay+",
    to: "Acquirer",
    interfaces: ["notifyPayment", "authNotify", "consultUnbinding"],
  },
  MPP_TO_CORE: { from: "Wallet", to: "Core", interfaces: ["debit", "inquire", "reverse", "refund", "evaluate"] },
};

/** Every link, in the order of the page. */
export const LINKS = Object.keys(LINK_LABELS) as readonly Link[];

/** The links that exist here: the wallet's core may be embedded in the gateway. */
export function linksIn(catalogue: readonly CatalogueEntry[]): readonly Link[] {
  return LINKS.filter((link) => link !== "MPP_TO_CORE" || catalogue.some(({ links }) => links.includes(link)));
}

/** A link as it is written: `Alipay+ → Wallet`. */
export function linkText(link: Link): string {
  const { from, to } = LINK_LABELS[link];
  return `${from} → ${to}`;
}

/**
 * The label of a fault.
 *
 * @example faultText("ANSWER_LOST") // "Answer lost"
 */
export function faultText(fault: string): string {
  if (fault.startsWith("U_")) return fault.replace("THEN_S", "then S").replace("FOREVER", "always").replace("_", " ");
  if (fault.startsWith("HTTP_")) return fault.replace("_", " ");
  if (fault.startsWith("CHALLENGE_")) return fault.replace("CHALLENGE_", "Challenge ");
  const [first = "", ...others] = fault.split("_");
  return [first[0] + first.slice(1).toLowerCase(), ...others.map((word) => word.toLowerCase())].join(" ");
}

/** What a fault does, with its delay in seconds, as people read it. */
export function storyOf({ what, delayMs }: CatalogueEntry, wantedDelayMs: number): string {
  return delayMs === undefined ? what : what.replace("delayMs", `${wantedDelayMs / 1_000} s`);
}

/** The faults that make sense for an interface of a link; for every interface of it when the name is empty. */
export function faultsOf(
  catalogue: readonly CatalogueEntry[],
  link: Link,
  interfaceName: string,
): readonly CatalogueEntry[] {
  return catalogue.filter(
    ({ links, interfaces }) =>
      links.includes(link) && (interfaceName === "" || (interfaces?.includes(interfaceName) ?? true)),
  );
}

/** The rules that a switch shows as on: those without a count, for exactly this link and interface. */
export function rulesOf(rules: readonly Rule[], fault: string, link: Link, interfaceName: string): readonly Rule[] {
  return rules.filter(
    (rule) =>
      rule.fault === fault &&
      rule.times === undefined &&
      (rule.link ?? link) === link &&
      (rule.interface ?? "") === interfaceName,
  );
}

/** How many rules are about a link. */
export function countOn(rules: readonly Rule[], link: Link, catalogue: readonly CatalogueEntry[]): number {
  return rules.filter((rule) =>
    rule.link === undefined
      ? catalogue.find(({ fault }) => fault === rule.fault)?.links.includes(link)
      : rule.link === link,
  ).length;
}

/** A rule in a line: `Answer lost, Alipay+ → Wallet, pay, once`. */
export function ruleText({ fault, link, interface: interfaceName, times, delayMs, probability }: Rule): string {
  return [
    faultText(fault),
    link === undefined ? "every link" : linkText(link),
    interfaceName,
    delayMs !== undefined && `${Number(delayMs) / 1_000} s`,
    probability !== undefined && `${Number(probability) * 100} %`,
    times !== undefined && (times === "1" ? "once" : `${times} times`),
  ]
    .filter(Boolean)
    .join(", ");
}
