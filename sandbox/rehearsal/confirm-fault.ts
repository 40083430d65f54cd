/** A fault that a wallet asks for with its customer's confirmation: the debit that follows meets it. */

/** Where the faults are kept: the sandbox (sandbox/core/core-faults.ts). */
export type ConfirmFaults = {
  /** @returns why there is no such fault; undefined when the debit of this payment is to meet it */
  readonly await: (header: string, paymentRequestId: string) => Promise<string | undefined>;
  /** The call is over: no later debit meets it. */
  readonly forget: (paymentRequestId: string) => Promise<void>;
};

const HEADER = "Sandbox-Fault";
const WALLET_API = "/wallet/v1/";
const CONFIRM_PATH = /^\/wallet\/v1\/payments\/([^/]+)\/confirm$/;
const BAD_REQUEST = 400;

/** Answers a call of the wallet API, through the fault that its header asks for. */
export async function throughConfirmFault(
  request: Request,
  faults: ConfirmFaults,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const header = request.headers.get(HEADER);
  if (header === null || !pathname.startsWith(WALLET_API)) return answer();
  const [, encodedId] = CONFIRM_PATH.exec(pathname) ?? [];
  if (encodedId === undefined) return refuse(`${HEADER} is for confirm: no other call of the wallet leads to a debit`);
  const paymentRequestId = decoded(encodedId);
  // The gateway says what is wrong with such a path.
  if (paymentRequestId === undefined) return answer();
  const why = await faults.await(header, paymentRequestId);
  if (why !== undefined) return refuse(why);
  try {
    return await answer();
  } finally {
    await faults.forget(paymentRequestId);
  }
}

function decoded(encodedId: string): string | undefined {
  try {
    return decodeURIComponent(encodedId);
  } catch {
    return undefined;
  }
}

function refuse(why: string): Response {
  return Response.json(
    { error: { code: "PARAM_ILLEGAL", message: `Illegal parameter ${why}.` } },
    { status: BAD_REQUEST },
  );
}
