/** The bundle that is deployed is the gateway, without any part of the sandbox. */
import { describe, expect, it } from "vitest";
import { builtForDevelopment, bundleForProduction, developmentTraces } from "../../scripts/bundle.ts";

describe("the bundle that wrangler would send", () => {
  it("contains no part of the sandbox, and is small enough", async () => {
    expect(developmentTraces(await bundleForProduction())).toEqual([]);
  });

  it("of local development contains the sandbox: the search finds it", () => {
    expect(developmentTraces(builtForDevelopment().gateway)).toContain("sandbox/rehearsal/gateway.ts");
  });
});
