/** What Alipay+ answers, before it is signed. */
import type { ReportedResult } from "../../protocol/exchange/signed-answer.ts";

/** The body of an answer; its result code may be a wallet's own, passed on. */
export type SandboxAnswer = { readonly result: ReportedResult; readonly [parameter: string]: unknown };
