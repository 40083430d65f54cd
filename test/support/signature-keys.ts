/** A fresh key pair as Alipay+ exchanges them: one-line base64 of PKCS#8 and of SPKI. */
export type KeyPairText = { readonly privateKey: string; readonly publicKey: string };

async function exportText(pair: CryptoKeyPair): Promise<KeyPairText> {
  const base64 = async (format: string, key: CryptoKey): Promise<string> => {
    const der = (await crypto.subtle.exportKey(format, key)) as ArrayBuffer;
    return btoa(String.fromCharCode(...new Uint8Array(der)));
  };
  return { privateKey: await base64("pkcs8", pair.privateKey), publicKey: await base64("spki", pair.publicKey) };
}

/** An RSA key pair of `modulusBits`. */
export async function generateRsaKeys(modulusBits = 2048): Promise<KeyPairText> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: modulusBits,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  return exportText((await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair);
}

/** A public RSA key of exactly `modulusBits` that has no private one: making a long pair takes seconds. */
export async function randomRsaPublicKey(modulusBits: number): Promise<string> {
  const modulus = crypto.getRandomValues(new Uint8Array(Math.ceil(modulusBits / 8)));
  const top = 1 << ((modulusBits - 1) % 8);
  modulus[0] = top | ((modulus[0] ?? 0) & (top - 1));
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1;
  const jwk = { kty: "RSA", n: modulus.toBase64({ alphabet: "base64url", omitPadding: true }), e: "AQAB" };
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]);
  return new Uint8Array((await crypto.subtle.exportKey("spki", key)) as ArrayBuffer).toBase64();
}

/** A key pair that is not RSA: P-256. */
export async function generateEllipticKeys(): Promise<KeyPairText> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return exportText((await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair);
}

/** PEM with lines of 64 characters (RFC 7468). */
export function toPem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}
