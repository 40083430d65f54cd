/**
 * The product's own entry, in an environment of this file of tests: what the gateway remembers for an environment, such
 * as merchants and exchange rates, is not remembered from one file to the next.
 */
import { env } from "cloudflare:workers";
import product from "../../../worker/index.ts";

const environment = { ...env };

export default {
  fetch: (request, _env, context) => product.fetch(request, environment, context),
  scheduled: (controller) => product.scheduled(controller, environment),
} satisfies ExportedHandler;
