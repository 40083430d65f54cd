/** The bundle that is deployed is the gateway, without any part of the sandbox. */
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { deploymentFaults } from "../../scripts/bundle/bundle.ts";
import { GATEWAY_CONFIGURATION } from "../../scripts/project.ts";
import { builtProduct, deployedBundle } from "../support/end-to-end/build-product.ts";

describe("the configuration of the gateway", () => {
  it.each(["", "production"])("binds no other Worker, neither Alipay+ nor the sandbox: environment '%s'", (env) => {
    expect(unstable_readConfig({ config: GATEWAY_CONFIGURATION, env })).toMatchObject({ services: [] });
  });
});

describe("the bundle that wrangler would send", () => {
  it("contains no part of the sandbox, and is small enough [SBX-31]", () => {
    expect(deploymentFaults(deployedBundle())).toEqual([]);
  });

  it("of local development contains the sandbox: the search finds it [SBX-31]", () => {
    expect(deploymentFaults(builtProduct().gateway)).toContain("The bundle contains sandbox/rehearsal/gateway.ts.");
  });
});
