/** Sends any body to the wallet, signed as Alipay+: for rehearsing a message that no other endpoint would build. */
import * as z from "zod";
import { readBytes } from "../../../protocol/exchange/body.ts";
import { parseJsonBody } from "../../../protocol/json.ts";
import { walletMessageKind } from "../../alipayplus/exchange.ts";
import { INTERFACE_NAMES } from "../../alipayplus/message.ts";
import { checked, checkedFault, refuseTooLarge, type SandboxContext } from "../../http.ts";
import { exchangeManually } from "./manual-exchange.ts";

/** Above the wallet's limit, so that its refusal can be seen too; with the headers it fits the signed content. */
const BODY_LIMIT_BYTES = 262_144;

const path = z.object({ interface: z.enum(INTERFACE_NAMES, `must be one of ${INTERFACE_NAMES.join(", ")}`) });

/** POST /sandbox/send/{interface}: the body goes out byte for byte. */
export async function postSend(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { interface: context.req.param("interface") ?? "" });
  if ("refusal" in named) return named.refusal;
  const { interface: interfaceName } = named.parameters;
  const asked = checkedFault(context, walletMessageKind(interfaceName));
  if ("refusal" in asked) return asked.refusal;
  const body = await readBytes(context.req.raw, BODY_LIMIT_BYTES);
  if (typeof body === "string") return refuseTooLarge(context, BODY_LIMIT_BYTES);
  const json = parseJsonBody(body);
  const message = json.ok ? json.value : undefined;
  return context.json(
    await exchangeManually(context.get("parties").alipayPlus, interfaceName, body, message, asked.fault),
  );
}
