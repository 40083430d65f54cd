/**
 * Method, path, media type and size, which are checked before the caller is identified.
 * docs/spec/messages.md#early-refusals.
 */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  BASE_PATH,
  balanceOf,
  inquire,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  pay,
  payMessage,
  type Reply,
  send,
  signedRequest,
  type Tampering,
} from "../../support/alipayplus.ts";
import { otherEnvironment, sendIn } from "../../support/home/other-environment.ts";

const BODY_LIMIT_BYTES = 131_072;

function inquiry(): Json {
  return { ...PARTIES, paymentRequestId: newId("pay") };
}

function expectUnsigned(reply: Reply, resultCode: string, message: string): void {
  expect(reply).toMatchObject({ status: 200, code: resultCode, resultStatus: "F", message, verified: false });
  expect(Object.keys(reply.body)).toEqual(["result"]);
  expect(reply.headers.get("Signature")).toBeNull();
}

describe("the method", () => {
  it.each(["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s gets METHOD_NOT_SUPPORTED [MSG-16]", async (method) => {
    const customerId = await openCustomer();
    for (const path of ["/payments/pay", "/payments/unknown"]) {
      const reply = await send(path, payMessage(customerId), { method });
      expectUnsigned(reply, "METHOD_NOT_SUPPORTED", "The server does not implement the requested HTTP method.");
    }
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("HEAD gets HTTP status 200 and no body [MSG-15]", async () => {
    const response = await exports.default.fetch(await signedRequest("/payments/pay", {}, { method: "HEAD" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(await response.text()).toBe("");
  });
});

describe("the path", () => {
  it.each([
    ["an interface that does not exist", "/aps/api/v1/payments/unknown"],
    ["another spelling of the documentation", "/aps/api/v1/payments/inquirePayment"],
    ["the base path alone", "/aps/api/v1"],
    ["the base path with a slash", "/aps/api/v1/"],
    ["an interface with a slash at its end", "/aps/api/v1/payments/pay/"],
    ["an interface with two slashes", "/aps/api/v1//payments/pay"],
    ["an interface in capitals", "/aps/api/v1/payments/Pay"],
    ["an interface in escapes", "/aps/api/v1/payments/%70ay"],
    ["an interface outside the base path", "/payments/pay"],
    ["an interface of another version", "/aps/api/v2/payments/pay"],
    ["a longer base path", "/x/aps/api/v1/payments/pay"],
    ["a base path that only starts alike", "/aps/api/v1x/payments/pay"],
    ["an interface that Alipay+ does not call here", "/aps/api/v1/payments/notifyPayment"],
    ["nothing", "/"],
  ])("of %s gets NO_INTERFACE_DEF: %s [MSG-18]", async (_path, path) => {
    const customerId = await openCustomer();
    const reply = await send(path, payMessage(customerId), { basePath: "" });
    expectUnsigned(reply, "NO_INTERFACE_DEF", "API is not defined.");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("lies below the base path that is configured, and nowhere else [MSG-01]", async () => {
    const environment = otherEnvironment({ BASE_PATH: "/wallet/alipayplus" });
    const here: Tampering = { basePath: "/wallet/alipayplus" };
    expect(await sendIn(environment, "/payments/inquiryPayment", inquiry(), here)).toMatchObject({
      code: "ORDER_NOT_EXIST",
      verified: true,
    });
    const there: Tampering = { basePath: BASE_PATH };
    expect((await sendIn(environment, "/payments/inquiryPayment", inquiry(), there)).code).toBe("NO_INTERFACE_DEF");
  });
});

describe("the media type", () => {
  const refused = "The server does not implement the media type that is acceptable to the client.";

  it.each([
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=1",
    "application/jsonp",
    "application/json; charset=GBK",
    "application/json; charset=UTF-16",
    "application/json; charset=ISO-8859-1",
    "application/json; charset=UTF-8, text/plain",
  ])("%j gets MEDIA_TYPE_NOT_ACCEPTABLE [MSG-17]", async (type) => {
    const customerId = await openCustomer();
    // As bytes: for text the platform would fill in a Content-Type of its own.
    const sentBody = new TextEncoder().encode(JSON.stringify(payMessage(customerId)));
    const reply = await send("/payments/pay", sentBody, { headers: { "Content-Type": type } });
    expectUnsigned(reply, "MEDIA_TYPE_NOT_ACCEPTABLE", refused);
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("twice must be JSON twice [MSG-17, MSG-28]", async () => {
    const twice = (type: string) =>
      send("/payments/inquiryPayment", inquiry(), { repeatedHeaders: { "Content-Type": type } });
    expectUnsigned(await twice("text/plain"), "MEDIA_TYPE_NOT_ACCEPTABLE", refused);
    expect(await twice("application/json")).toMatchObject({ code: "ORDER_NOT_EXIST", verified: true });
  });

  it.each(["gzip", "br", "deflate", "zstd", "identity, gzip"])(
    "with Content-Encoding %s gets MEDIA_TYPE_NOT_ACCEPTABLE [MSG-17]",
    async (encoding) => {
      const customerId = await openCustomer();
      const headers = { "Content-Encoding": encoding };
      const reply = await send("/payments/pay", payMessage(customerId), { headers });
      expectUnsigned(reply, "MEDIA_TYPE_NOT_ACCEPTABLE", refused);
      expect(await balanceOf(customerId)).toBe(100_000n);
    },
  );

  it.each([
    undefined,
    "",
    "application/json; charset=UTF-8",
    "application/json",
    "APPLICATION/JSON; Charset=Utf-8",
    'application/json; charset="UTF-8"',
    "application/json; charset=utf8; version=1",
  ])("%s is accepted [MSG-28]", async (type) => {
    // As bytes: for text the platform would fill in a Content-Type of its own.
    const sentBody = new TextEncoder().encode(JSON.stringify(inquiry()));
    const headers = { "Content-Type": type, "Content-Encoding": "utf-8" };
    expect(await send("/payments/inquiryPayment", sentBody, { headers })).toMatchObject({
      code: "ORDER_NOT_EXIST",
      verified: true,
    });
  });
});

describe("the body's size", () => {
  /** The message as bytes, padded with white space to a size. */
  function paddedTo(message: Json, sizeBytes: number): Uint8Array {
    const bytes = new TextEncoder().encode(JSON.stringify(message).padEnd(sizeBytes));
    expect(bytes.byteLength).toBe(sizeBytes);
    return bytes;
  }

  /** The bytes in pieces, so that no length goes ahead of them. */
  function chunked(bytes: Uint8Array, chunkBytes = 10_000): ReadableStream<Uint8Array> {
    let offset = 0;
    return new ReadableStream({
      pull(controller) {
        if (offset >= bytes.byteLength) return controller.close();
        controller.enqueue(bytes.slice(offset, offset + chunkBytes));
        offset += chunkBytes;
      },
    });
  }

  const ways: readonly [string, (bytes: Uint8Array) => Tampering][] = [
    ["at once", () => ({})],
    ["in chunks without Content-Length", (bytes) => ({ sentBody: chunked(bytes) })],
    [
      "in chunks with a Content-Length that lies",
      (bytes) => ({ sentBody: chunked(bytes), headers: { "Content-Length": "100" } }),
    ],
    ["in chunks of one kilobyte", (bytes) => ({ sentBody: chunked(bytes, 1_024) })],
  ];

  it.each(ways)("may be 128 KiB, sent %s [MSG-14]", async (_way, tamper) => {
    const customerId = await openCustomer();
    const bytes = paddedTo(payMessage(customerId), BODY_LIMIT_BYTES);
    expect(await send("/payments/pay", bytes, tamper(bytes))).toMatchObject({ code: "SUCCESS", verified: true });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it.each(ways)("is refused by name above 128 KiB, sent %s [MSG-14]", async (_way, tamper) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const bytes = paddedTo(message, BODY_LIMIT_BYTES + 1);
    const reply = await send("/payments/pay", bytes, tamper(bytes));
    expectUnsigned(reply, "PARAM_ILLEGAL", "Illegal parameter body: is too large.");
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
    expect((await pay(message)).code).toBe("SUCCESS");
  });

  it("is read no further than the limit, however much is sent", async () => {
    let sentBytes = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sentBytes += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const reply = await send("/payments/pay", {}, { sentBody: endless });
    expectUnsigned(reply, "PARAM_ILLEGAL", "Illegal parameter body: is too large.");
    expect(sentBytes).toBeLessThan(10 * BODY_LIMIT_BYTES);
  });

  it("has the limit that is configured", async () => {
    const environment = otherEnvironment({ BODY_LIMIT_BYTES: "1024" });
    const sendSized = (sizeBytes: number) =>
      sendIn(environment, "/payments/inquiryPayment", paddedTo(inquiry(), sizeBytes));
    expect((await sendSized(1_024)).code).toBe("ORDER_NOT_EXIST");
    expectUnsigned(await sendSized(1_025), "PARAM_ILLEGAL", "Illegal parameter body: is too large.");
  });
});
