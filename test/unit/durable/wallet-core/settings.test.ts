import { describe, expect, it } from "vitest";
import openApiDocument from "../../../../docs/core-openapi.json";
import { coreOpenApi } from "../../../../durable/wallet-core/http/openapi.ts";
import { parseHttpCoreSettings, webhookOf } from "../../../../durable/wallet-core/http/settings.ts";

const secretOf = (bytes: number) => `whsec_${btoa("x".repeat(bytes))}`;
const SECRET = secretOf(32);

describe("the settings of the HTTP core", () => {
  it.each([
    ["https://core.example", "https://core.example"],
    ["https://core.example/", "https://core.example"],
    ["https://core.example:8443/plusgate/v1//", "https://core.example:8443/plusgate/v1"],
    ["http://127.0.0.1:8790", "http://127.0.0.1:8790"],
    ["http://localhost:8790/core", "http://localhost:8790/core"],
    ["http://[::1]:8790", "http://[::1]:8790"],
  ])("take %s", (url, taken) => {
    expect(parseHttpCoreSettings(url, SECRET)).toEqual({ url: taken, secret: SECRET });
  });

  it.each([
    "",
    "core.example",
    "http://core.example",
    "http://127.0.0.1.core.example",
    "ftp://localhost",
    "https://user@core.example",
    "https://:password@core.example",
    "https://core.example/?a=b",
    "https://core.example/?",
    "https://core.example/#a",
  ])("refuse the URL '%s'", (url) => {
    expect(parseHttpCoreSettings(url, SECRET)).toEqual({ fault: expect.stringContaining("URL") });
  });

  it.each([24, 25, 26, 32, 63, 64])("take a secret of %i bytes, and can sign with it", (bytes) => {
    const settings = parseHttpCoreSettings("https://core.example", secretOf(bytes));
    if ("fault" in settings) throw new Error(settings.fault);
    expect(webhookOf(settings).sign("debit_p1", new Date(0), "{}")).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it.each(["", "whsec_", secretOf(23), secretOf(65), SECRET.slice("whsec_".length), `${SECRET}!`, "whsec_ä"])(
    "refuse the secret '%s' without repeating it",
    (secret) => {
      const settings = parseHttpCoreSettings("https://core.example", secret);
      expect(settings).toEqual({ fault: "CORE_SECRET must be whsec_ and base64 of 24 to 64 bytes" });
    },
  );
});

describe("docs/core-openapi.json", () => {
  it("is what the schemas say; scripts/core-openapi.ts writes it", () => {
    expect(openApiDocument).toEqual(JSON.parse(JSON.stringify(coreOpenApi())));
  });
});
