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

/** A key pair that is not RSA: P-256. */
export async function generateEllipticKeys(): Promise<KeyPairText> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return exportText((await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair);
}

/** PEM with lines of 64 characters (RFC 7468). */
export function toPem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}
