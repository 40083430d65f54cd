/** What every call of the wallet API accepts: the path, the method, the body of a POST, the query of a GET. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { customerToken, opsCall, walletCall, walletRequest } from "../../support/wallet/calls.ts";
import { callNotes, seen, watchNotes } from "../../support/wallet/notes-api.ts";

watchNotes();

describe("the path and the method", () => {
  it.each([
    ["GET", "/unknown"],
    ["GET", "/notes/one/"],
    ["GET", "/notes/one/two"],
    ["GET", "//notes/one"],
    ["POST", "/Notes"],
    ["POST", "/n%6ftes"],
    ["POST", "/notes/one/confirm/now"],
  ])("%s %s gets NOT_FOUND, without a token too", async (method, path) => {
    const { status, body: refusal } = await callNotes(method, path, undefined, { token: null });
    expect({ status, code: refusal.code }).toEqual({ status: 404, code: "NOT_FOUND" });
    expect(seen.lines).toMatchObject([{ interface: "unknown", resultCode: "NOT_FOUND" }]);
  });

  it.each([
    ["GET", "/notes", "POST"],
    ["OPTIONS", "/notes", "POST"],
    ["PUT", "/notes/one", "GET"],
    ["DELETE", "/notes/one/confirm", "POST"],
  ])("%s %s gets METHOD_NOT_ALLOWED, with %s in Allow", async (method, path, allowed) => {
    const { status, body: refusal, headers } = await callNotes(method, path);
    expect({ status, code: refusal.code }).toEqual({ status: 405, code: "METHOD_NOT_ALLOWED" });
    expect(headers.get("Allow")).toBe(allowed);
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("HEAD is not GET: it gets METHOD_NOT_ALLOWED", async () => {
    const { status, headers } = await exports.default.fetch(walletRequest("HEAD", "/openapi.json"));
    expect({ status, allowed: headers.get("Allow") }).toEqual({ status: 405, allowed: "GET" });
  });

  it("a variable part is decoded once", async () => {
    await callNotes("GET", "/notes/a%2Fb%2525%20%E9%A6%99?customerId=alice");
    expect(seen.calls[0]?.parameters).toEqual({ noteId: "a/b%25 香" });
  });

  it.each([
    ["is empty", ""],
    ["has more than 64 characters", "x".repeat(65)],
    ["is not UTF-8", "%ff"],
    ["is cut off", "%2"],
  ])("a variable part that %s gets PARAM_ILLEGAL, by name", async (_case, part) => {
    const { status, body: refusal } = await callNotes("GET", `/notes/${part}?customerId=alice`);
    expect({ status, code: refusal.code }).toEqual({ status: 400, code: "PARAM_ILLEGAL" });
    expect(refusal.detail).toMatch(/^Illegal parameter noteId: must /);
    expect(seen.calls).toEqual([]);
  });
});

describe("the body of a POST", () => {
  it("reaches the route without unknown members and without nulls", async () => {
    await callNotes("POST", "/notes", '{"customerId":"alice","note":null,"unknown":"x"}');
    expect(seen.calls[0]?.body).toEqual({ customerId: "alice" });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["is not JSON", "{", "Illegal parameter body: must be JSON."],
    ["is no object", "[]", "Illegal parameter body: must be a JSON object."],
    ["is white space", " ", "Illegal parameter body: must be JSON."],
    ["is not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "Illegal parameter body: must be UTF-8."],
    ["has a key twice", '{"note":"a","note":"b"}', "Illegal parameter note: appears twice in one object."],
    ["has an empty text", '{"note":""}', "Illegal parameter note: must not be empty."],
    ["has another type", '{"note":{}}', "Illegal parameter note: must be a string."],
  ])("that %s gets PARAM_ILLEGAL, by name", async (_case, sent, detail) => {
    const { status, body: refusal } = await callNotes("POST", "/notes", sent);
    expect({ status, code: refusal.code, detail: refusal.detail }).toEqual({
      status: 400,
      code: "PARAM_ILLEGAL",
      detail,
    });
    expect(seen.calls).toEqual([]);
  });

  it("may be left out where every member may be", async () => {
    const token = await customerToken("alice");
    for (const sent of [undefined, ""]) expect((await callNotes("POST", "/notes", sent, { token })).status).toBe(200);
    expect(seen.calls.map(({ body }) => body)).toEqual([{}, {}]);
    expect((await callNotes("POST", "/notes")).body.detail).toBe("Illegal parameter customerId: is required.");
    const detail = "Illegal parameter body: must be JSON.";
    expect((await walletCall("POST", "/scans", "", { token })).body.detail).toBe(detail);
  });

  it("of 128 KiB is read, and one byte more gets BODY_TOO_LARGE", async () => {
    const sent = (length: number) => `{"customerId":"alice"${" ".repeat(length - 22)}}`;
    expect((await callNotes("POST", "/notes", sent(131_072))).status).toBe(200);
    const { status, body: refusal } = await callNotes("POST", "/notes", sent(131_073));
    expect({ status, code: refusal.code }).toEqual({ status: 413, code: "BODY_TOO_LARGE" });
  });

  it.each([
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/json; charset=latin1" },
    { "Content-Encoding": "gzip" },
  ])("with %o gets MEDIA_TYPE_NOT_SUPPORTED", async (headers) => {
    const { status, body: refusal } = await callNotes("POST", "/notes", { customerId: "alice" }, { headers });
    expect({ status, code: refusal.code }).toEqual({ status: 415, code: "MEDIA_TYPE_NOT_SUPPORTED" });
  });
});

describe("the query of a GET", () => {
  it("is checked like a body", async () => {
    await callNotes("GET", "/notes/one?customerId=alice&unknown=x");
    expect(seen.calls[0]?.body).toEqual({ customerId: "alice" });
    const { body: refusal } = await callNotes("GET", "/notes/one?customerId=");
    expect(refusal).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter customerId: must not be empty.",
    });
  });

  it.each(["%00", "a%0Ab", "%C2%85"])("names no customer with a control character: %s", async (customerId) => {
    const detail = "Illegal parameter customerId: must have no control characters.";
    expect((await callNotes("GET", `/notes/one?customerId=${customerId}`)).body.detail).toBe(detail);
    expect((await opsCall("GET", `/customers/${customerId}`)).body.detail).toBe(detail);
    const token = await customerToken(decodeURIComponent(customerId));
    expect((await callNotes("GET", "/notes/one", undefined, { token })).status).toBe(401);
    expect(seen.calls).toEqual([]);
  });

  it("must not name a parameter twice", async () => {
    const { body: refusal } = await callNotes("GET", "/notes/one?customerId=alice&customerId=bob");
    expect(refusal).toMatchObject({
      code: "PARAM_ILLEGAL",
      detail: "Illegal parameter customerId: appears twice in one object.",
    });
  });
});
