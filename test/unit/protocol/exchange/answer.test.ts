/**
 * The pipeline that answers a call of any party: what a service passes in, and what it gets back.
 * docs/spec/messages.md.
 */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ADMISSION_LIMITS } from "../../../../protocol/exchange/admit.ts";
import {
  type AnswerInterception,
  answerCall,
  type Service,
  unsignedAnswer,
} from "../../../../protocol/exchange/answer.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import { type KeyRing, parseKeyRing } from "../../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../../protocol/signature/sign.ts";
import { verifyMessage } from "../../../../protocol/signature/verify.ts";
import { formatTime } from "../../../../protocol/time.ts";
import { generateRsaKeys } from "../../../support/signature-keys.ts";

const CLIENT_ID = "CALLER_1";
const OTHER_CLIENT_ID = "CALLER_2";
const PATH = "/base/pay?x=1";

type Interface = { readonly name: string };

const PAY: Interface = { name: "pay" };

let caller: KeyRing;
let called: KeyRing;

function ringOf(signing: string, verification: string): KeyRing {
  const ofEach = (key: string) => JSON.stringify({ [CLIENT_ID]: { 1: key }, [OTHER_CLIENT_ID]: { 1: key } });
  const ring = parseKeyRing(ofEach(signing), ofEach(verification));
  if ("fault" in ring) throw new Error(ring.fault);
  return ring;
}

beforeAll(async () => {
  const [ours, theirs] = [await generateRsaKeys(), await generateRsaKeys()];
  caller = ringOf(theirs.privateKey, ours.publicKey);
  called = ringOf(ours.privateKey, theirs.publicKey);
});

async function requestOf(body: string, clientId = CLIENT_ID, sent = body, path = PATH): Promise<Request> {
  const time = formatTime(Date.now());
  const { header } = await signMessage({ ring: caller, method: "POST", pathAndQuery: path, clientId, time, body });
  const headers = {
    "Client-Id": clientId,
    "Request-Time": time,
    Signature: header,
    "Content-Type": "application/json",
  };
  return new Request(`https://called.test${path}`, { method: "POST", headers, body: sent });
}

function serviceOf(changes: Partial<Service<Interface>> = {}): Service<Interface> {
  return {
    ring: called,
    limits: ADMISSION_LIMITS,
    interfaceAt: (pathname) => (pathname === "/base/pay" ? PAY : undefined),
    answer: async () => answerOf("SUCCESS"),
    answerToError: () => answerOf("UNKNOWN_EXCEPTION"),
    ...changes,
  };
}

type Written = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

async function isSigned({ headers, body }: Written, path = PATH) {
  const { "client-id": clientId = "", "response-time": time = "", signature: signatureHeader } = headers;
  if (signatureHeader === undefined) return false;
  const message = { method: "POST", pathAndQuery: path, clientId, time, signatureHeader };
  return (await verifyMessage({ ring: caller, ...message, body: new TextEncoder().encode(body) })).verified;
}

describe("a call that verifies", () => {
  it("is answered by its interface, which gets the body with and without its nulls, and signed", async () => {
    const calls: unknown[] = [];
    const answer: Service<Interface>["answer"] = async (interfaceCalled, call) => {
      calls.push([interfaceCalled.name, call.clientId, call.body, call.message]);
      return answerOf("SUCCESS");
    };
    const text = '{"a":"1","b":null}';
    const answered = await answerCall(await requestOf(text), serviceOf({ answer, headers: { "X-Beside": "1" } }));
    expect(calls).toEqual([["pay", CLIENT_ID, { a: "1" }, text]]);
    expect(answered).toMatchObject({ called: PAY, clientId: CLIENT_ID, keyVersion: 1, headers: { "X-Beside": "1" } });
    expect(await isSigned(answered)).toBe(true);
    expect(Object.keys(answered.ms).sort()).toEqual(["answer", "receive", "sign", "verify"]);
  });

  it.each(["x='1'", "x=%22O'Neil%22", 'x={"a":"<b>"}', "x=|\\^`{}"])(
    "for a query that the runtime rewrites is answered for the query as it was signed: %s [MSG-01]",
    async (query) => {
      const path = `/base/pay?${query}`;
      const answered = await answerCall(await requestOf("{}", CLIENT_ID, "{}", path), serviceOf());
      expect(answered.clientId).toBe(CLIENT_ID);
      expect(await isSigned(answered, path)).toBe(true);
    },
  );

  it("for a query with an escape that the caller wrote is answered for the same", async () => {
    const path = "/base/pay?x=%27%22";
    const answered = await answerCall(await requestOf("{}", CLIENT_ID, "{}", path), serviceOf());
    expect(await isSigned(answered, path)).toBe(true);
  });

  it("and cannot be read is refused, signed, with the reason", async () => {
    const answered = await answerCall(await requestOf("{"), serviceOf());
    expect(answered).toMatchObject({ reason: "NOT_JSON", answer: { result: { resultCode: "PARAM_ILLEGAL" } } });
    expect(await isSigned(answered)).toBe(true);
    expect(answered.ms).not.toHaveProperty("answer");
  });

  it("and whose interface throws is answered all the same, signed", async () => {
    const stages: unknown[] = [];
    const answered = await answerCall(
      await requestOf("{}"),
      serviceOf({
        answer: () => Promise.reject(new Error("out of order")),
        answerToError(error, stage) {
          stages.push([(error as Error).message, stage]);
          return answerOf("REQUEST_TRAFFIC_EXCEED_LIMIT");
        },
      }),
    );
    expect(stages).toEqual([["out of order", "interface"]]);
    expect(answered.answer.result.resultCode).toBe("REQUEST_TRAFFIC_EXCEED_LIMIT");
    expect(await isSigned(answered)).toBe(true);
  });
});

describe("a call that is refused before", () => {
  it.each(["x='1'", 'x="1"', "x=1"])("because its body was changed is verified twice at most: %s", async (query) => {
    const verify = vi.spyOn(crypto.subtle, "verify");
    const request = await requestOf("{}", CLIENT_ID, "[]", `/base/pay?${query}`);
    const answered = await answerCall(request, serviceOf());
    expect(answered).toMatchObject({ reason: "SIGNATURE_INVALID", headers: { "client-id": CLIENT_ID } });
    expect(verify).toHaveBeenCalledTimes(query === "x=1" ? 1 : 2);
    verify.mockRestore();
  });

  it.each<[string, () => Promise<Request>, Partial<Service<Interface>>, string, string | undefined]>([
    [
      "another client than the only one",
      () => requestOf("{}"),
      { clientId: OTHER_CLIENT_ID },
      "INVALID_CLIENT",
      "CLIENT_UNKNOWN",
    ],
    ["a changed body", () => requestOf("{}", CLIENT_ID, "[]"), {}, "INVALID_SIGNATURE", "SIGNATURE_INVALID"],
    ["no interface", () => requestOf("{}"), { interfaceAt: () => undefined }, "NO_INTERFACE_DEF", undefined],
    [
      "a body above the limit",
      () => requestOf("{}"),
      { limits: { ...ADMISSION_LIMITS, bodyLimitBytes: 1 } },
      "PARAM_ILLEGAL",
      "BODY_TOO_LARGE",
    ],
  ])("%s: unsigned, without a call of an interface", async (_, request, changes, resultCode, reason) => {
    const answer = () => Promise.reject(new Error("must not be called"));
    const answered = await answerCall(await request(), serviceOf({ answer, ...changes }));
    expect(answered.answer.result.resultCode).toBe(resultCode);
    expect(answered.reason).toBe(reason);
    expect(answered).not.toHaveProperty("clientId");
    expect(answered.headers).not.toHaveProperty("signature");
    expect(answered.headers["client-id"]).toBe(CLIENT_ID);
  });

  it("because its caller hangs up in the body is no error, and not final: it may be whole the next time", async () => {
    const request = await requestOf("{}");
    const body = new ReadableStream({ start: (controller) => controller.error(new Error("broken off")) });
    const broken = new Request(request, { body });
    const answerToError = () => {
      throw new Error("must not be called");
    };
    const answered = await answerCall(broken, serviceOf({ answerToError }));
    expect(answered).toMatchObject({
      reason: "BODY_BROKEN_OFF",
      answer: { result: { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U" } },
    });
    expect(answered.headers).not.toHaveProperty("signature");
  });
});

it("a view changes how every answer reads, refusals too", async () => {
  const view = ({ result }: ReportedAnswer) => ({ result: { ...result, resultCode: `OLDER_${result.resultCode}` } });
  const succeeded = await answerCall(await requestOf("{}"), serviceOf({ view }));
  expect(JSON.parse(succeeded.body).result.resultCode).toBe("OLDER_SUCCESS");
  const refused = await answerCall(await requestOf("{}"), serviceOf({ view, interfaceAt: () => undefined }));
  expect(JSON.parse(refused.body).result.resultCode).toBe("OLDER_NO_INTERFACE_DEF");
});

describe("an interception", () => {
  it("lets the interface answer twice, or not at all, and changes the headers of the answer", async () => {
    let answers = 0;
    const answer = async () => {
      answers += 1;
      return answerOf("SUCCESS");
    };
    const changes = () => ({ timeMs: () => 0, signature: () => "spoiled" });
    const workTwice: AnswerInterception<Interface>["workOn"] = async (_called, _body, work) => {
      await work();
      return work();
    };
    const interception = { workOn: workTwice, changes };
    const twice = await answerCall(await requestOf("{}"), serviceOf({ answer, interception }));
    expect(answers).toBe(2);
    expect(twice.headers).toMatchObject({ "response-time": formatTime(0), signature: "spoiled" });

    const none = { workOn: async () => answerOf("PAYMENT_IN_PROCESS"), changes: () => undefined };
    const madeUp = await answerCall(await requestOf("{}"), serviceOf({ answer, interception: none }));
    expect(answers).toBe(2);
    expect(madeUp.answer.result.resultCode).toBe("PAYMENT_IN_PROCESS");
    expect(await isSigned(madeUp)).toBe(true);
  });

  it("is not asked about a call that does not verify", async () => {
    const workOn = () => Promise.reject(new Error("must not be called"));
    const interception = { workOn, changes: () => undefined };
    const answered = await answerCall(await requestOf("{}", CLIENT_ID, "[]"), serviceOf({ interception }));
    expect(answered.answer.result.resultCode).toBe("INVALID_SIGNATURE");
  });
});

it("an unsigned answer names a client only where the caller named one", () => {
  expect(unsignedAnswer(answerOf("UNKNOWN_EXCEPTION")).headers).not.toHaveProperty("client-id");
  expect(unsignedAnswer(answerOf("UNKNOWN_EXCEPTION"), CLIENT_ID).headers).toHaveProperty("client-id", CLIENT_ID);
});
