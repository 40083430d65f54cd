/** The only way to a sheet of payment codes. */
import { callIttyObject } from "./itty-client.ts";
import type { Sheet } from "./sheet.ts";
import { isOverloaded } from "./stub.ts";

/** The methods of a sheet (sheet.ts). A call rejects only when the sheet cannot be reached or is broken. */
export type SheetClient = Readonly<Pick<Sheet, "ask" | "store" | "fail">>;

/**
 * The sheet of a customer on a device.
 *
 * @param namespace the SHEETS binding
 */
export async function sheetOf(
  namespace: DurableObjectNamespace,
  customerId: string,
  deviceTokenId: string,
): Promise<SheetClient> {
  const name = await sheetName(customerId, deviceTokenId);
  const call =
    <Parameter, Answer>(method: keyof SheetClient) =>
    (parameter: Parameter) =>
      twice(() => callIttyObject(namespace, name, method, [parameter])) as Promise<Answer>;
  return Object.freeze({ ask: call("ask"), store: call("store"), fail: call("fail") });
}

/** Names carry no personal data. As JSON the two parts cannot run together; the prefix keeps it from being an id. */
async function sheetName(customerId: string, deviceTokenId: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([customerId, deviceTokenId]));
  return `sheet-${new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex()}`;
}

/** Tries once more when the runtime says that it may succeed, such as in the middle of a deployment. */
async function twice<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    const { retryable } = error as { readonly retryable?: boolean };
    if (retryable !== true || isOverloaded(error)) throw error;
    return await attempt();
  }
}
