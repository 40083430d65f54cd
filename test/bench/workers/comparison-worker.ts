/**
 * Runs one function of the WebAssembly core, or its plain TypeScript twin, many times over. The caller measures from
 * outside, because a Worker's clock need not advance while it computes.
 */
import * as core from "../../../core-wasm/index.ts";
import { multiplyByQuote, parseAmount } from "../../support/twin/amount.ts";
import { classifyCode } from "../../support/twin/code.ts";
import { parseSignatureHeader, signedContent } from "../../support/twin/signature.ts";

const twin = { multiplyByQuote, parseAmount, classifyCode, parseSignatureHeader, signedContent };

type Side = Pick<typeof core, keyof typeof twin>;

const SIDES: Readonly<Record<string, Side>> = { core, twin };

const AMOUNTS = ["1", "100", "92807", "1234567890", "9007199254740993"];
const CODES = ["281006020000000000000001", "2892889331822611998", "https://example.com/entry?code=1", "4006381333931"];
const SIGNATURE = btoa("s".repeat(256));
const HEADER = `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(SIGNATURE)}`;
const BODY = new TextEncoder().encode(JSON.stringify({ message: "m".repeat(1200) }));

/** What is measured, by name: one call with the inputs of a turn. */
const CASES: Readonly<Record<string, (side: Side, turn: number) => unknown>> = {
  parseAmount: (side, turn) => side.parseAmount(AMOUNTS[turn % AMOUNTS.length] ?? ""),
  multiplyByQuote: (side, turn) => side.multiplyByQuote(BigInt(turn), "8.9614"),
  classifyCode: (side, turn) => side.classifyCode(CODES[turn % CODES.length] ?? ""),
  parseSignatureHeader: (side) => side.parseSignatureHeader(HEADER),
  signedContent: (side) =>
    side.signedContent("POST", "/aps/api/v1/payments/pay", "SANDBOX_5Y00000000000000001", "2026-01-01T00:00:00Z", BODY),
};

/** `GET /` lists the cases; `GET /?case=&side=&calls=` runs one. */
function answer(request: Request): Response {
  const { searchParams } = new URL(request.url);
  const run = CASES[searchParams.get("case") ?? ""];
  const side = SIDES[searchParams.get("side") ?? ""];
  if (run === undefined || side === undefined) return Response.json(Object.keys(CASES));
  const callCount = Number(searchParams.get("calls"));
  let kept: unknown;
  for (let turn = 0; turn < callCount; turn += 1) kept = run(side, turn);
  // Handing on the last result keeps the compiler from leaving the work out.
  return Response.json({ done: kept !== undefined });
}

export default { fetch: answer };
