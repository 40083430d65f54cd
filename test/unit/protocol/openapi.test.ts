/** OpenAPI documents from zod schemas. Source: OpenAPI Specification 3.1.0. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type CallDescription, jsonContent, jsonSchemaOf, openApiDocument } from "../../../protocol/openapi.ts";

const note = z.object({ text: z.string().describe("The text."), tag: z.string().default("none") });

function call(method: "GET" | "POST", path: string, name: string): CallDescription {
  return {
    method,
    path,
    operation: {
      operationId: name,
      summary: name,
      parameters: [],
      responses: { "200": { description: "Done.", content: jsonContent(`${name}Reply`) } },
    },
    schemas: { [`${name}Reply`]: jsonSchemaOf(note, "output") },
  };
}

const about = { info: { title: "Notes", version: "1", description: "" }, servers: [{ url: "/notes" }] };

describe("a document", () => {
  it("has the calls of one path together, each by its method", () => {
    const calls = [call("GET", "/a", "readA"), call("POST", "/a", "writeA"), call("GET", "/b", "readB")];
    const { openapi, paths } = openApiDocument(about, calls, { schemas: {} });
    expect(openapi).toBe("3.1.0");
    const ids = Object.entries(paths).map(([path, { get, post }]) => [path, get?.operationId, post?.operationId]);
    expect(ids).toEqual([
      ["/a", "readA", "writeA"],
      ["/b", "readB", undefined],
    ]);
  });

  it("has the schemas of its calls beside the components that are given", () => {
    const headers = { RequestId: {} };
    const { components } = openApiDocument(about, [call("GET", "/a", "readA")], { schemas: { Problem: {} }, headers });
    expect(Object.keys(components.schemas)).toEqual(["Problem", "readAReply"]);
    expect(components.headers).toBe(headers);
  });
});

describe("a schema", () => {
  it("of what may be sent allows members that are not named, and leaves out defaults", () => {
    const schema = jsonSchemaOf(note, "input");
    expect(schema.required).toEqual(["text"]);
    expect(schema).not.toHaveProperty("additionalProperties");
  });

  it("of what is answered names every member, with its description", () => {
    const schema = jsonSchemaOf(note, "output");
    expect(schema.required).toEqual(["text", "tag"]);
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties?.text).toEqual({ type: "string", description: "The text." });
    expect(schema).not.toHaveProperty("$schema");
  });
});
