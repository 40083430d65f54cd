/** The wallet's core in one line of the terminal: where it is, and whether it answers. */
import { createHttpCore } from "../../durable/wallet-core/http/core.ts";
import { newProbe } from "../../durable/wallet-core/probe.ts";
import { type CoreTrouble, troubleText } from "../../durable/wallet-core/trouble.ts";

const ANSWER_TIMEOUT_MS = 2_000;

/**
 * Asks the core of the settings for a payment that there is not; it moves nothing.
 *
 * @param variables of the gateway, without a fault
 * @returns `embedded`, or the URL with what the core answers: `http://127.0.0.1:9000 (answers in 3 ms)`
 */
export async function coreStateText(variables: Readonly<Record<string, string>>): Promise<string> {
  const { CORE, CORE_URL: url = "", CORE_SECRET: secret = "" } = variables;
  if (CORE !== "HTTP") return "embedded";
  let trouble: CoreTrouble | undefined;
  const report = (reported: CoreTrouble) => {
    trouble = reported;
  };
  const core = createHttpCore({ url, secret, timeoutMs: ANSWER_TIMEOUT_MS, report });
  const { outcome } = await core.inquire(newProbe());
  // The first question opens the connection, which the gateway keeps.
  const askedAtMs = performance.now();
  if (!trouble) await core.inquire(newProbe());
  const tookMs = Math.max(1, Math.round(performance.now() - askedAtMs));
  if (trouble)
    return `${url} (${trouble.cause === "TIMED_OUT" ? `does not answer in ${ANSWER_TIMEOUT_MS} ms` : troubleText(trouble)})`;
  const surprise = outcome === "UNKNOWN" ? "" : `, but ${outcome} to a payment that it cannot know`;
  return `${url} (answers in ${tookMs} ms${surprise})`;
}
