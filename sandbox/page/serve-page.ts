/**
 * The page at /sandbox: a document made here, and its script, its style sheet and the project's documents from the
 * directory that scripts/bundle/build-page.ts has filled. They are not part of the Worker's bundle.
 */
import { currencyExponent } from "../../core-wasm/index.ts";
import { QUOTED_CURRENCIES } from "../alipayplus/market/quote-table.ts";
import { PARTIES } from "../alipayplus/message.ts";
import { refuse, type SandboxContext } from "../http.ts";
import { DOCUMENT_HEADERS, documentOf } from "./document.ts";
import type { PageCurrency, PageParticipant, PageSettings } from "./settings.ts";

/** Below the sandbox's own path. */
export const PAGE_ASSETS_PATH = "/page";

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ["page.js", "text/javascript; charset=UTF-8"],
  ["page.js.map", "application/json"],
  ["page.css", "text/css; charset=UTF-8"],
  ["page.css.map", "application/json"],
  ["customer.css", "text/css; charset=UTF-8"],
  ["customer.css.map", "application/json"],
]);

/** A document of the project, as it was written. */
const DOCUMENT = /^docs\/(?:[a-z-]+\/)*[A-Za-z0-9-]+\.md$/;

const PARTICIPANTS: readonly PageParticipant[] = [
  { name: "the wallet", participantId: PARTIES.pspId },
  { name: "the acquirer", participantId: PARTIES.acquirerId },
];

/** Whether a request is a browser's that wants to show a page, and there is one. */
export function wantsPage({ req, env }: SandboxContext): boolean {
  return env.PAGE !== undefined && (req.header("Accept") ?? "").includes("text/html");
}

/**
 * GET /sandbox, to a browser.
 *
 * @param apiPath where the sandbox begins
 */
export function getPage({ env }: SandboxContext, apiPath: string): Response {
  const { WALLET_TOKEN, OPERATOR_TOKEN, CORE, CORE_NAME } = env;
  const settings: PageSettings = {
    ...(WALLET_TOKEN !== undefined && { walletToken: WALLET_TOKEN }),
    ...(OPERATOR_TOKEN !== undefined && { operatorToken: OPERATOR_TOKEN }),
    ...(CORE === "HTTP" && CORE_NAME !== undefined && { ownCore: CORE_NAME }),
    currencies: currencies(),
    participants: PARTICIPANTS,
  };
  return new Response(documentOf(settings, `${apiPath}${PAGE_ASSETS_PATH}`), { headers: DOCUMENT_HEADERS });
}

/** GET /sandbox/page/{asset}, where an asset may be in a folder. */
export async function getPageAsset(context: SandboxContext): Promise<Response> {
  const asset = context.req.param("asset") ?? "";
  const contentType = CONTENT_TYPES.get(asset) ?? (DOCUMENT.test(asset) ? "text/plain; charset=UTF-8" : undefined);
  const file = contentType === undefined ? undefined : await context.env.PAGE?.fetch(`https://page.test/${asset}`);
  if (contentType === undefined || !file?.ok) return refuse(context, "NOT_FOUND", "The page has no such file.");
  const headers = { "Content-Type": contentType, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" };
  return new Response(file.body, { headers });
}

function currencies(): PageCurrency[] {
  return QUOTED_CURRENCIES.flatMap((currency) => {
    const exponent = currencyExponent(currency);
    return exponent === undefined ? [] : [{ currency, exponent }];
  });
}
