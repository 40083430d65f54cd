/** The bundle that is deployed is the gateway, without any part of the sandbox. */
import { describe, expect, it } from "vitest";
import { bundleWorker, developmentTraces } from "../../scripts/bundle.ts";
import { DEVELOPMENT_GATEWAY_ENTRY, GATEWAY_CONFIGURATION } from "../../scripts/project.ts";

describe("the bundle that wrangler would send", () => {
  it("contains no part of the sandbox", async () => {
    const bundle = await bundleWorker("deployed-test", GATEWAY_CONFIGURATION, { environment: "production" });
    expect(developmentTraces(bundle)).toEqual([]);
  });

  it("of local development contains the sandbox: the search finds it", async () => {
    const bundle = await bundleWorker("development-test", GATEWAY_CONFIGURATION, { entry: DEVELOPMENT_GATEWAY_ENTRY });
    expect(developmentTraces(bundle)).toContain("sandbox/rehearsal/gateway.ts");
  });
});
