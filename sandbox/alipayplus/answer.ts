/** What Alipay+ answers, before it is signed. */
import type { ReportedAnswer } from "../../protocol/results.ts";

/** The body of an answer; its result code may be a wallet's own, passed on. */
export type SandboxAnswer = ReportedAnswer;
