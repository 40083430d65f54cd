/** GET /sandbox/wallet-api: the calls of the wallet API, as a developer reads them. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import sandbox from "../../../sandbox/index.ts";
import { redirectToPage } from "../../../sandbox/page/redirects.ts";
import { walletApiPage } from "../../../sandbox/page/wallet-api/page.ts";
import { namedCustomer } from "../../../worker/wallet/caller.ts";
import { WALLET_CALLS } from "../../../worker/wallet/index.ts";
import { walletOpenApi } from "../../../worker/wallet/openapi.ts";
import type { WalletRoute } from "../../../worker/wallet/route.ts";
import { endpointOf } from "../../../worker/wallet/route-endpoint.ts";
import { sandboxEnv } from "../../support/sandbox/sandbox.ts";

const PAGE = "http://127.0.0.1:8787/sandbox/wallet-api";

const calls = Object.entries(walletOpenApi(WALLET_CALLS, "/wallet/v1").paths).flatMap(([path, operations]) =>
  Object.values(operations).map(({ operationId }) => ({ path, operationId })),
);

const getNote: WalletRoute<{ customerId?: string | undefined }, { note: string }> = {
  method: "GET",
  path: "/notes/{noteId}",
  name: "getNote",
  summary: "A <note> & more",
  description: "First `code <b>`.\n\nSecond.",
  body: z.object({ customerId: namedCustomer }),
  reply: z.object({ note: z.string().describe("<script>alert(1)</script>") }),
  problems: ["PAYMENT_UNKNOWN"],
  answer: async () => ({ note: "" }),
};

/** Opens the page. */
async function open(changes: Partial<SandboxEnv> = {}): Promise<Response> {
  return sandbox.fetch(new Request(PAGE), sandboxEnv(changes), {} as ExecutionContext);
}

describe("the page", () => {
  it("is answered without a token, and shows every call with its sample", async () => {
    const response = await open();
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    const page = await response.text();
    expect(calls).not.toEqual([]);
    for (const { path, operationId } of calls) {
      expect(page).toContain(`<section id="${operationId}">`);
      expect(page).toContain(path);
    }
    expect(page).toContain("export PLUSGATE=http://127.0.0.1:8787/wallet/v1");
    expect(page).toContain("curl -X POST &quot;$PLUSGATE/live-tokens&quot;");
  });

  it("needs nothing from elsewhere and no script, and lets none in", async () => {
    const response = await open();
    const page = await response.text();
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bon\w+=|@import|url\(/);
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
    expect(response.headers.get("Content-Security-Policy")?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${new Uint8Array(digest).toBase64()}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it("shows the token of local development, and where there is none, a text that a shell takes", async () => {
    const token = "development-wallet-token-0000000000000001";
    expect(await (await open({ WALLET_TOKEN: token })).text()).toContain(`export TOKEN=${token}</pre>`);
    expect(await (await open()).text()).toContain("export TOKEN=&#39;a token of WALLET_TOKENS&#39;</pre>");
  });

  it("shows how long a text may be: a region has two letters", async () => {
    const page = await (await open()).text();
    expect(page).toContain("<code>region</code><small>string, 2 characters, optional</small>");
    expect(page).toContain("<code>deviceTokenId</code><small>string, 1 to 256 characters</small>");
  });

  it("shows text as text", async () => {
    const response = await walletApiPage(walletOpenApi([endpointOf(getNote)], "/wallet/v1"), {
      origin: "http://gateway.test",
    });
    const page = await response.text();
    expect(page).toContain("<h2>A &lt;note&gt; &amp; more</h2>");
    expect(page).toContain("<p>First <code>code &lt;b&gt;</code>.</p><p>Second.</p>");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("$PLUSGATE/notes/$NOTE_ID?customerId=alice");
  });

  it("gives way to what the gateway answers instead of its document", async () => {
    const problem = { code: "MISCONFIGURED" };
    const gateway = { fetch: async () => Response.json(problem, { status: 503 }) };
    const response = await open({ GATEWAY: gateway as unknown as Fetcher });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(problem);
  });
});

describe("the gateway's own /wallet/v1 in local development", () => {
  const get = (path: string, accept: string, method = "GET") =>
    redirectToPage(new Request(`http://127.0.0.1:8787${path}`, { method, headers: { Accept: accept } }));

  it.each(["/wallet/v1", "/wallet/v1/"])("leads a browser from %s to the page", (path) => {
    const response = get(path, "text/html,application/xhtml+xml,*/*;q=0.8");
    expect(response?.status).toBe(302);
    expect(response?.headers.get("Location")).toBe(PAGE);
  });

  it.each([
    ["/wallet/v1", "*/*", "GET"],
    ["/wallet/v1", "text/html", "POST"],
    ["/wallet/v1/openapi.json", "text/html", "GET"],
    ["/wallet/v1x", "text/html", "GET"],
  ])("%s for %s by %s is the gateway's", (path, accept, method) => {
    expect(get(path, accept, method)).toBeUndefined();
  });
});
