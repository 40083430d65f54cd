/**
 * The static buffers, and the only places where a raw address is read or written. The host writes UTF-8 bytes into a
 * buffer and passes lengths; it never passes more than the buffer holds.
 *
 * Memory never grows, so the host's views stay valid as long as the instance.
 */

/** Room for one text: a code, an amount, a quote price, a currency or, the longest of them, a signature header. */
export const INPUT_CAPACITY: i32 = 4096;
/** RSA-4096 has the largest signature that is accepted. */
export const SIGNATURE_CAPACITY: i32 = 512;
/** All that stands before the body in the signed content, and each part of it. */
export const HEAD_CAPACITY: i32 = 8 * 1024;
/** The whole signed content: a head and 256 KiB of body. */
export const CONTENT_CAPACITY: i32 = HEAD_CAPACITY + 256 * 1024;

/** The text that a call reads; an amount is written here. */
export const INPUT_ADDRESS: usize = memory.data(INPUT_CAPACITY);
/** The signature of the header that was read last. */
export const SIGNATURE_ADDRESS: usize = memory.data(SIGNATURE_CAPACITY);
/** A part of the head, as the three below: written by the host, copied before the body by `assemble`. */
export const METHOD_ADDRESS: usize = memory.data(HEAD_CAPACITY);
/** The path with its query. */
export const PATH_ADDRESS: usize = memory.data(HEAD_CAPACITY);
/** The value of the header `Client-Id`. */
export const CLIENT_ID_ADDRESS: usize = memory.data(HEAD_CAPACITY);
/** The raw text of `Request-Time` or `Response-Time`. */
export const TIME_ADDRESS: usize = memory.data(HEAD_CAPACITY);
/** The body has its fixed place; the head is written right before it, so that the body never moves. */
const CONTENT_ADDRESS: usize = memory.data(HEAD_CAPACITY + CONTENT_CAPACITY);
/** The bytes of the body as they are on the wire. */
export const BODY_ADDRESS: usize = CONTENT_ADDRESS + HEAD_CAPACITY;

/** Bytes of the static buffers; these are the only loads and stores of bytes in the module. */
export abstract class Bytes {
  @inline
  static get(address: usize, index: i32): i32 {
    return load<u8>(address + index);
  }

  @inline
  static set(address: usize, index: i32, byte: i32): void {
    store<u8>(address + index, byte);
  }

  @inline
  static copy(target: usize, source: usize, length: i32): void {
    memory.copy(target, source, length);
  }
}
