/** Where a customer of the Cashier orders, which decides how the wallet is opened. Source: docs/spec/objects.md. */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { ReportedAnswer } from "../../../protocol/results.ts";

const TERMINAL_TYPES = ["WEB", "WAP", "APP", "MINI_APP"] as const;
const OS_TYPES = ["IOS", "ANDROID"] as const;

const environment = z
  .object(
    {
      terminalType: z.enum(TERMINAL_TYPES, `must be ${TERMINAL_TYPES.join(", ")}`),
      osType: z.enum(OS_TYPES, `must be ${OS_TYPES.join(" or ")}`).optional(),
    },
    "must be an Env",
  )
  .refine(({ terminalType, osType }) => terminalType === "WEB" || osType !== undefined, {
    message: "is required unless terminalType is WEB",
    path: ["osType"],
  });

const cashierOrder = z.object({ order: z.object({ env: environment }) });

/** The refusal of a Cashier order whose `env` does not say it. */
export function environmentRefusal(body: JsonObject): ReportedAnswer | undefined {
  const checked = parametersOf(cashierOrder, body);
  return "refusal" in checked ? checked.refusal : undefined;
}
