/**
 * Which shard holds a key. Hash and shard count decide where a payment is found again: neither may ever change in a
 * deployment that holds state.
 */

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

/**
 * The shard of a key: FNV-1a (32 bits) over its UTF-8 bytes, mixed, modulo the number of shards.
 *
 * @param key a payment id, a payment code, a customer id; a lone surrogate counts as U+FFFD
 * @param shardCount a whole number from 1 to 2^32
 * @returns a whole number from 0 to `shardCount - 1`
 * @throws RangeError when `shardCount` is out of range
 */
export function shardOf(key: string, shardCount: number): number {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 2 ** 32) {
    throw new RangeError(`shardCount must be a whole number from 1 to 2^32, not ${shardCount}`);
  }
  let hash = FNV_OFFSET_BASIS;
  for (const byte of encoder.encode(key)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return mix(hash) % shardCount;
}

/**
 * The name of a shard's Durable Object. It carries nothing of the keys inside.
 *
 * @param shard what `shardOf` answered
 * @throws RangeError when `shard` is not a whole number from 0 on
 */
export function shardName(shard: number): string {
  if (!Number.isInteger(shard) || shard < 0) {
    throw new RangeError(`A shard is a whole number from 0 on, not ${shard}`);
  }
  return `shard-${shard}`;
}

/**
 * MurmurHash3's 32-bit finalizer. In plain FNV-1a a bit of the input never reaches the bits below it, so that keys
 * which differ only in high bits of their bytes would fall into few of 16 shards.
 */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
