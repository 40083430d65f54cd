/** What the wallet API says about itself: its OpenAPI document, and where that is. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Parameter, Reference } from "../../../protocol/openapi.ts";
import { statusOf } from "../../../worker/http/problem.ts";
import { namedCustomer } from "../../../worker/wallet/caller.ts";
import { describeRoute } from "../../../worker/wallet/describe-route.ts";
import { WALLET_CALLS } from "../../../worker/wallet/index.ts";
import { walletOpenApi } from "../../../worker/wallet/openapi.ts";
import type { WalletRoute } from "../../../worker/wallet/route.ts";
import { type Json, newId } from "../../support/alipayplus.ts";
import { walletCall } from "../../support/wallet/calls.ts";

const document = walletOpenApi(WALLET_CALLS, "/wallet/v1");
const operations = Object.entries(document.paths).flatMap(([path, ofPath]) =>
  Object.entries(ofPath).map(([method, operation]) => ({ place: `${method.toUpperCase()} ${path}`, path, operation })),
);

/** Every object inside a document. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Json, ...inner];
}

/** The parameters of an operation; this document has none by reference. */
function parametersOf({ parameters }: { readonly parameters: readonly (Parameter | Reference)[] }): Parameter[] {
  return parameters.map((parameter) => {
    if ("$ref" in parameter) throw new Error(`${parameter.$ref} is a reference`);
    return parameter;
  });
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
    expect(operations.map(({ place }) => place)).toEqual(WALLET_CALLS.map(({ method, path }) => `${method} ${path}`));
    expect(WALLET_CALLS.map(({ path }) => path)).toContain("/live-tokens");
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
    const used = operations.flatMap(({ operation }) =>
      (operation.security ?? []).flatMap((scheme) => Object.keys(scheme)),
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(document.components.securitySchemes ?? {})));
  });

  it.each(operations)("describes the variable parts of $place", ({ path, operation }) => {
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = parametersOf(operation).filter(({ in: place }) => place === "path");
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
    const { operation } = describeRoute(getNote);
    expect(parametersOf(operation).map(({ name, in: place, required }) => [name, place, required])).toEqual([
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

describe("/wallet/v1", () => {
  it.each(["", "/"])("%s names the document, without a token", async (path) => {
    const { status, body } = await walletCall("GET", path, undefined, { token: null });
    expect({ status, body }).toEqual({
      status: 200,
      body: { title: "Plusgate: the wallet API", openapi: "/wallet/v1/openapi.json" },
    });
  });
});
