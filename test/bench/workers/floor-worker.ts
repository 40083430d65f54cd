/**
 * The floor of the benchmark: what any gateway for Alipay+ must do, and nothing else. It verifies the request's
 * signature (RSASSA-PKCS1-v1_5, SHA-256, RSA-2048) over the same bytes, answers a body of the same length as the
 * gateway's, and signs it. It keeps nothing, checks nothing else and parses no JSON.
 */

type FloorEnv = {
  /** One-line base64, SPKI. */
  readonly VERIFICATION_KEY: string;
  /** One-line base64, PKCS#8. */
  readonly SIGNING_KEY: string;
  /** What every call is answered with. */
  readonly ANSWER: string;
};

type Keys = { readonly verification: CryptoKey; readonly signing: CryptoKey };

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const encoder = new TextEncoder();

let keys: Promise<Keys> | undefined;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function importKeys(env: FloorEnv): Promise<Keys> {
  const [verification, signing] = await Promise.all([
    crypto.subtle.importKey("spki", fromBase64(env.VERIFICATION_KEY), ALGORITHM, false, ["verify"]),
    crypto.subtle.importKey("pkcs8", fromBase64(env.SIGNING_KEY), ALGORITHM, false, ["sign"]),
  ]);
  return { verification, signing };
}

async function answer(request: Request, env: FloorEnv): Promise<Response> {
  keys ??= importKeys(env);
  const { verification, signing } = await keys;
  const { pathname } = new URL(request.url);
  const clientId = request.headers.get("Client-Id") ?? "";
  const requestTime = request.headers.get("Request-Time") ?? "";
  const encoded = /signature=([^,]+)/.exec(request.headers.get("Signature") ?? "")?.[1] ?? "";
  const body = await request.text();
  const content = encoder.encode(`POST ${pathname}\n${clientId}.${requestTime}.${body}`);
  const signature = fromBase64(decodeURIComponent(encoded));
  if (!(await crypto.subtle.verify(ALGORITHM, verification, signature, content))) {
    return new Response("The signature is invalid.", { status: 400 });
  }
  const responseTime = new Date().toISOString();
  const signedContent = encoder.encode(`POST ${pathname}\n${clientId}.${responseTime}.${env.ANSWER}`);
  const signed = new Uint8Array(await crypto.subtle.sign(ALGORITHM, signing, signedContent));
  const value = encodeURIComponent(btoa(String.fromCharCode(...signed)));
  return new Response(env.ANSWER, {
    headers: {
      "Client-Id": clientId,
      "Response-Time": responseTime,
      Signature: `algorithm=RSA256,keyVersion=1,signature=${value}`,
      "Content-Type": "application/json; charset=UTF-8",
    },
  });
}

export default { fetch: answer };
