import { importKey, type KeyUse } from "./rsa.ts";

/**
 * One key of a key ring. Its bytes cannot reach logs, serialisation or RPC, and are released once they are
 * imported.
 */
export class HeldKey {
  readonly keyVersion: number;
  readonly #entry: string;
  readonly #use: KeyUse;
  #state: Uint8Array | CryptoKey | "KEY_UNUSABLE";

  /**
   * @param entry The place in the settings that the key comes from.
   * @param der The key as `decodeKeyText` gives it.
   */
  constructor(keyVersion: number, entry: string, use: KeyUse, der: Uint8Array) {
    this.keyVersion = keyVersion;
    this.#entry = entry;
    this.#use = use;
    this.#state = der;
  }

  /** The place in the settings that the key comes from, for a fault. */
  get entry(): string {
    return this.#entry;
  }

  /**
   * The key to give to WebCrypto. An import costs more than a verification, so it is done once; from then on the
   * answer comes without a promise, and no other event runs between the content and its verification.
   *
   * @returns `KEY_UNUSABLE` when it is not an RSA key of 2048 to 4096 bits.
   */
  cryptoKey(): CryptoKey | "KEY_UNUSABLE" | Promise<CryptoKey | "KEY_UNUSABLE"> {
    return this.#state instanceof Uint8Array ? this.#import(this.#state) : this.#state;
  }

  /** Two requests may both import the first time: a promise must not be shared between requests (Workers runtime). */
  async #import(der: Uint8Array): Promise<CryptoKey | "KEY_UNUSABLE"> {
    const imported = await importKey(der, this.#use);
    this.#state = imported;
    return imported;
  }
}
