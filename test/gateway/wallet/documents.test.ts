/** What the wallet API says about itself: the OpenAPI document and the page. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Arrival } from "../../../worker/http/endpoint.ts";
import type { Operation } from "../../../worker/http/openapi.ts";
import { openApiDocument } from "../../../worker/http/openapi-document.ts";
import { statusOf } from "../../../worker/http/problem.ts";
import { WALLET_API } from "../../../worker/wallet/index.ts";
import { pageEndpoint } from "../../../worker/wallet/page.ts";
import { namedCustomer, type WalletRoute } from "../../../worker/wallet/route.ts";
import { endpointOf } from "../../../worker/wallet/route-endpoint.ts";
import { type Json, newId } from "../../support/alipayplus.ts";
import { walletCall } from "../../support/wallet.ts";

const PAGE = "http://gateway.test/wallet/v1";

const document = openApiDocument(WALLET_API.endpoints, "/wallet/v1");
const operations = Object.entries(document.paths).flatMap(([path, ofPath]) =>
  Object.entries(ofPath).map(([method, operation]) => ({ place: `${method.toUpperCase()} ${path}`, path, operation })),
);

/** Every object inside a document. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Json, ...inner];
}

/** What a reference leads to. */
function resolve(reference: string): unknown {
  const steps = reference.replace(/^#\//, "").split("/");
  return steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], document);
}

describe("the OpenAPI document", () => {
  it("is answered without a token", async () => {
    const reply = await walletCall("GET", "/openapi.json", undefined, { token: null });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("Content-Type")).toBe("application/json");
    expect(reply.body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("has every call of the wallet API, and nothing else", () => {
    const documented = WALLET_API.endpoints.filter(({ describe: isDescribed }) => isDescribed);
    expect(operations.map(({ place }) => place)).toEqual(documented.map(({ method, path }) => `${method} ${path}`));
    expect(documented.map(({ path }) => path)).toContain("/live-tokens");
  });

  it("gives every operation an id of its own", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leads every reference somewhere", () => {
    const references = objectsIn(document).flatMap(({ $ref }) => ($ref === undefined ? [] : [String($ref)]));
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) expect(resolve(reference), reference).toBeDefined();
  });

  it("names only security schemes that it has", () => {
    const used = operations.flatMap(({ operation }) => operation.security.flatMap((scheme) => Object.keys(scheme)));
    expect(new Set(used)).toEqual(new Set(Object.keys(document.components.securitySchemes)));
  });

  it.each(operations)("describes the variable parts of $place", ({ path, operation }) => {
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = operation.parameters.filter(({ in: place }) => place === "path");
    expect(described.map(({ name }) => name)).toEqual(variables);
    for (const { required } of described) expect(required).toBe(true);
  });

  it.each(operations)("names the codes of the problems of $place under their HTTP status", ({ operation }) => {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      for (const { code } of objectsIn(content).filter((each) => "code" in each)) {
        for (const name of (code as { enum: Parameters<typeof statusOf>[0][] }).enum)
          expect(statusOf(name)).toBe(Number(status));
      }
    }
  });

  it("has replies that are what the calls really answer", async () => {
    const { body } = await walletCall("POST", "/live-tokens", { customerId: newId("customer") });
    const { required, properties = {} } = document.components.schemas.createLiveTokenReply ?? {};
    expect(Object.keys(body)).toEqual(required);
    expect(Object.keys(body)).toEqual(Object.keys(properties));
  });

  it("puts the schema of a GET into its query", () => {
    const { parameters } = operationOf(getNote);
    expect(parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["noteId", "path", true],
      ["customerId", "query", false],
    ]);
  });
});

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

function operationOf<Body, Reply extends object>(route: WalletRoute<Body, Reply>): Operation {
  const described = endpointOf(route).describe?.();
  if (!described) throw new Error("a route describes itself");
  return described.operation;
}

describe("the page", () => {
  it("is answered without a token, and shows every call with its sample", async () => {
    const response = await exports.default.fetch(PAGE);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    const page = await response.text();
    for (const { path, operation } of operations) {
      expect(page).toContain(`<section id="${operation.operationId}">`);
      expect(page).toContain(path);
    }
    expect(page).toContain("export PLUSGATE=http://gateway.test/wallet/v1");
    expect(page).toContain("curl -X POST &quot;$PLUSGATE/live-tokens&quot;");
  });

  it("needs nothing from elsewhere and no script, and lets none in", async () => {
    const response = await exports.default.fetch(PAGE);
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

  it("shows text as text", async () => {
    const endpoint = pageEndpoint([endpointOf(getNote)], "/wallet/v1");
    const response = (await endpoint.respond({ url: new URL(PAGE) } as Arrival)) as Response;
    const page = await response.text();
    expect(page).toContain("<h2>A &lt;note&gt; &amp; more</h2>");
    expect(page).toContain("<p>First <code>code &lt;b&gt;</code>.</p><p>Second.</p>");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("$PLUSGATE/notes/$NOTE_ID?customerId=alice");
  });
});
