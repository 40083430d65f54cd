/** The bundle that is deployed is the gateway, without any part of the sandbox. */
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { bundleForProduction, developmentTraces } from "../../scripts/bundle/bundle.ts";
import { GATEWAY_CONFIGURATION } from "../../scripts/project.ts";
import { builtProduct } from "../support/end-to-end/build-product.ts";

describe("the configuration of the gateway", () => {
  it.each(["", "production"])("binds no other Worker, neither Alipay+ nor the sandbox: environment '%s'", (env) => {
    expect(unstable_readConfig({ config: GATEWAY_CONFIGURATION, env })).toMatchObject({ services: [] });
  });
});

describe("the bundle that wrangler would send", () => {
  it("contains no part of the sandbox, and is small enough [SBX-31]", async () => {
    expect(developmentTraces(await bundleForProduction())).toEqual([]);
  });

  it("of local development contains the sandbox: the search finds it [SBX-31]", () => {
    expect(developmentTraces(builtProduct().gateway)).toContain("sandbox/rehearsal/gateway.ts");
  });
});
