/** The glossary as a test reads it: terms to avoid, and their replacements. docs/glossary.md explains the terms. */

/** A word that no code, comment, message, test or document may use. */
type AvoidedWord = { readonly pattern: RegExp; readonly instead: string };

/** Every avoided word. Names are matched in camel case and in capitals as well. */
export const AVOIDED_WORDS: readonly AvoidedWord[] = [
  { pattern: /(?<!style )\b[Ss]heets?\b|[a-z]Sheets?\b|\bSheet[A-Z]/, instead: "code stock" },
  { pattern: /\b[Ll]isteners?\b|[a-z]Listeners?(?<!Event[L]isteners?)\b/, instead: "publisher, subscriber" },
  { pattern: /\b[Ww]ords\b|\b[Ww]orded\b|[a-z]Words\b/, instead: "view, message" },
  { pattern: /\b([Tt]old|[Tt]ells?|[Tt]elling)\b|[a-z](Told|Tells?)\b|\b(told|tell)[A-Z]/, instead: "notify, answer" },
  { pattern: /\b[Ff]aces?\b|[a-z]Face\b|_FACE\b/, instead: "API" },
  { pattern: /\bby hand\b|\bby-hand\b|[Bb]yHand\b|\b[Dd]esks?\b|[a-z]Desk\b|\bDesk[A-Z]/, instead: "console, manual" },
  { pattern: /\b[Ll]ife\b|\blives of\b|[a-z]Life\b|\bLife[A-Z]/, instead: "epoch" },
  { pattern: /\b[Bb]ook\b|[a-z]Book\b|\bBook[A-Z]/, instead: "settlement ledger" },
  { pattern: /\b[Ss]tanding\b/, instead: "active" },
  { pattern: /\bg(ive|ives|iving|ave|iven) (\w+ ){0,3}back\b|[Gg]iv(e|ing)Back/, instead: "refund" },
  { pattern: /\b[Ss]elling\b/, instead: "sale flow" },
  { pattern: /\b[Ss]ilences?\b|\bSILENT\b|\bSilent\b/, instead: "unanswered" },
  { pattern: /\b[Cc]hances?\b|[a-z]Chance\b|_CHANCE\b/, instead: "random, probability" },
  { pattern: /\b[Mm]end(s|ed|ing)?\b/, instead: "fix, retry" },
  { pattern: /\b([Ww]hoever|[Nn]obody|[Ss]omebody|for ever|[Aa]new)\b/, instead: "the noun that is meant" },
  { pattern: /\bstands? twice\b|\bstand twice\b/, instead: "appears twice" },
];
