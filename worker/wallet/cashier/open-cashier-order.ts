/**
 * POST /cashier: the customer has come by the wallet's cashier URL, and has logged in. Source:
 * docs/spec/wallet/cashier.md.
 */
import * as z from "zod";
import { CODE_VALUE_LIMIT_CHARACTERS } from "../../../durable/code-rules/identify.ts";
import { trimmedText } from "../../../protocol/parameters.ts";
import { isProblem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletRoute } from "../route.ts";
import { ORDER_ACTIONS, ORDER_PROBLEMS, openOrder, passThroughInfo } from "../scans/open-order.ts";

const landing = z.object({
  customerId: namedCustomer,
  codeValue: trimmedText(CODE_VALUE_LIMIT_CHARACTERS)
    .describe("The parameter `codeValue` of the cashier URL, percent-decoded.")
    .meta({ examples: ["https://pay.example/281002040001"] }),
  passThroughInfo,
});

const orderAction = z.discriminatedUnion("action", [...ORDER_ACTIONS]);

/** POST /wallet/v1/cashier */
export const openCashierOrder: WalletRoute<z.infer<typeof landing>, z.infer<typeof orderAction>> = {
  method: "POST",
  path: "/cashier",
  name: "openCashierOrder",
  summary: "The customer has come by the cashier URL",
  description:
    "Decodes the order of an online checkout, without the code rules. The order belongs to the customer who opens it " +
    "first; opened again while its code is valid, it leads to the same payment.",
  body: landing,
  reply: orderAction,
  problems: [...ORDER_PROBLEMS, "NOT_CASHIER_ORDER"],
  async answer(call) {
    const customer = customerOf(call.caller, call.body.customerId);
    return isProblem(customer) ? customer : openOrder(call, { ...call.body, ...customer }, "CASHIER");
  },
};
