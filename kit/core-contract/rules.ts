/** The rules of docs/core.md that requirements belong to, so that a broken one leads to its text. */

/** A rule: a numbered one of "What a core must do", or a part of the page. */
export type Rule = {
  /** The number in "What a core must do"; undefined for a rule outside that list. */
  readonly number?: number;
  /** As docs/core.md has it. */
  readonly title: string;
  /** The heading of docs/core.md, as links name it. */
  readonly anchor: string;
};

const numbered = (number: number, title: string): Rule => ({ number, title, anchor: "what-a-core-must-do" });

/** Every rule that a requirement names. */
export const RULES = {
  OPERATIONS: { title: "final answers", anchor: "the-operations" },
  AMOUNTS: { title: "Amounts are digits in a string", anchor: "the-operations" },
  SAME_ANSWER: numbered(1, "Always give the same answer"),
  REFUSALS: numbered(2, "Remember refusals"),
  REVERSALS: numbered(3, "Remember a reversal of a debit that never came"),
  EXPIRY: numbered(4, "Refuse a debit that arrives after `expiryTimeMs`"),
  REFUNDS: numbered(5, "Never refund more than was paid"),
  SIGNATURE: numbered(6, "Check the signature"),
  ANSWERS: numbered(7, "Answer 200 only for the outcomes above"),
  OTP: { title: "One-time passwords", anchor: "one-time-passwords" },
  ACCOUNT: { title: "A customer's account", anchor: "a-customers-account" },
  SECRETS: { title: "Messages are signed", anchor: "signatures" },
} as const satisfies Readonly<Record<string, Rule>>;

/** The rule for a reader: `rule 3 of docs/core.md#what-a-core-must-do (Remember a reversal …)`. */
export function describeRule({ number, title, anchor }: Rule): string {
  return `${number === undefined ? "" : `rule ${number} of `}docs/core.md#${anchor} (${title})`;
}
