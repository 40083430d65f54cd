/**
 * The gateway with another handler: it answers what the gateway itself says about the settings that it is bound to. Run
 * in the runtime of the deployment, so that the keys are imported by the same code.
 */
import { type Env, gatewayOf } from "../../durable/env.ts";
import { readCredentials } from "../../worker/access/credentials.ts";
import type { SettingsReport } from "./settings-report.ts";

export * from "../../worker/index.ts";

async function reportOn(env: Env): Promise<SettingsReport> {
  const gateway = await gatewayOf(env);
  const credentials = await readCredentials(env);
  if ("fault" in gateway) return { faults: [...gateway.faults, ...credentials.faults] };
  const { clientId, core, shardCount } = gateway.configuration;
  return { faults: credentials.faults, deployment: { clientId, core: core.name, shardCount } };
}

/** Answers every request with the {@link SettingsReport} as JSON. */
export default {
  async fetch(_request, env) {
    return Response.json(await reportOn(env));
  },
} satisfies ExportedHandler<Env>;
