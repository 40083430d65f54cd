/** What was found, for a terminal, as JSON and as JUnit's XML. */
import type { Finding } from "./check-core.ts";
import type { Exchange } from "./link.ts";
import { describeRule } from "./rules.ts";
import { cut } from "./text.ts";

/** A run of the contract, or why there was none. */
export type Run = {
  readonly url: string;
  readonly customerId: string;
  readonly currency: string;
  /** Why the contract could not be checked; undefined when it was. */
  readonly cause: string | undefined;
  readonly findings: readonly Finding[];
  readonly durationMs: number;
};

const LABELS = { MET: "ok    ", BROKEN: "broken", NOT_CHECKED: "–     " } as const;
const INDENT = " ".repeat(10);
const VERBOSE_LIMIT_CHARACTERS = 1_000;

/** Whether the contract is met: `NOT_CHECKED` when it could not be checked at all. */
export function outcomeOf({ cause, findings }: Run): "MET" | "BROKEN" | "NOT_CHECKED" {
  if (cause !== undefined) return "NOT_CHECKED";
  return findings.some(({ outcome }) => outcome === "BROKEN") ? "BROKEN" : "MET";
}

/** The lines of one requirement. @param verbose with every exchange */
export function findingText(finding: Finding, verbose: boolean): string {
  const { requirement, outcome, detail, exchange, exchanges } = finding;
  const lines = [`  ${LABELS[outcome]}  ${requirement.requirement}`];
  if (detail !== "") lines.push(`${INDENT}${detail}`);
  if (exchange) lines.push(`${INDENT}${exchangeText(exchange)}`);
  if (outcome === "BROKEN") lines.push(`${INDENT}${describeRule(requirement.rule)}`);
  if (verbose) lines.push(...exchanges.map(verboseText));
  return lines.join("\n");
}

/** The last lines: how many requirements are met, and how long it took. */
export function summaryText(run: Run): string {
  const { findings, durationMs } = run;
  const count = (wanted: Finding["outcome"]) => findings.filter(({ outcome }) => outcome === wanted).length;
  const unchecked = count("NOT_CHECKED");
  const parts = [
    `${count("MET")} of ${findings.length} requirements are met`,
    ...(count("BROKEN") > 0 ? [`${count("BROKEN")} are broken`] : []),
    ...(unchecked > 0 ? [`${unchecked} could not be checked`] : []),
  ];
  return `${parts.join(", ")}, in ${(durationMs / 1000).toFixed(1)} s.`;
}

/** The run as JSON. */
export function runJson(run: Run): string {
  const { findings, ...about } = run;
  const requirements = findings.map(({ requirement, exchange, exchanges, ...finding }) => ({
    requirement: requirement.requirement,
    rule: requirement.rule,
    ...finding,
    ...(exchange && { exchange: exchangeView(exchange) }),
    exchanges: exchanges.map(exchangeView),
  }));
  return JSON.stringify({ outcome: outcomeOf(run), ...about, requirements }, undefined, 2);
}

/** The run in the form of JUnit, which build servers read. A run that could not be made is an error. */
export function runJunit(run: Run): string {
  const { url, cause, findings, durationMs } = run;
  const failures = findings.filter(({ outcome }) => outcome === "BROKEN").length;
  const skipped = findings.filter(({ outcome }) => outcome === "NOT_CHECKED").length;
  const cases = findings.map(junitCase);
  if (cause !== undefined)
    cases.push(junitElement("testcase", { name: "probe" }, junitElement("error", { message: cause })));
  const counts = { tests: cases.length, failures, skipped, errors: cause === undefined ? 0 : 1 };
  const suite = { name: `core-contract ${url}`, ...counts, time: durationMs / 1000 };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${junitElement("testsuite", suite, cases.join("\n"))}\n`;
}

function junitCase({ requirement, outcome, detail, exchange, durationMs }: Finding): string {
  const about = { classname: describeRule(requirement.rule), name: requirement.requirement, time: durationMs / 1000 };
  if (outcome === "MET") return junitElement("testcase", about);
  const kind = outcome === "BROKEN" ? "failure" : "skipped";
  return junitElement(
    "testcase",
    about,
    junitElement(kind, { message: detail }, exchange && escaped(exchangeText(exchange))),
  );
}

function junitElement(name: string, attributes: Readonly<Record<string, string | number>>, content = ""): string {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${text.join("")}>${content}</${name}>`;
}

/** A text inside XML: without what XML 1.0 does not allow. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/"/g, "&quot;")
  );
}

function exchangeText({ method, operation, response, failure }: Exchange): string {
  const got = response
    ? `HTTP ${response.status} ${response.body === "" ? "without a body" : cut(response.body)}`
    : `no answer (${failure?.code})`;
  return `${method} /${operation} -> ${got}`;
}

function verboseText({ method, operation, messageId, request, response, failure, durationMs }: Exchange): string {
  const status = response ? `HTTP ${response.status}` : `no answer (${failure?.code}: ${failure?.message})`;
  return [
    `${INDENT}${method} /${operation} (${messageId}) -> ${status} in ${durationMs} ms`,
    ...(request === "" ? [] : [`${INDENT}  > ${cut(request, VERBOSE_LIMIT_CHARACTERS)}`]),
    ...(response ? [`${INDENT}  < ${cut(response.body, VERBOSE_LIMIT_CHARACTERS)}`] : []),
  ].join("\n");
}

function exchangeView({ response, ...exchange }: Exchange) {
  return { ...exchange, ...(response && { status: response.status, body: response.body }) };
}
