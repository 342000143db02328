/** FNV-1a (Fowler, Noll, Vo), 32 bits, of no bytes: what `hashOn` goes on from. */
export const hashOfNothing = 0x811c9dc5

/** Goes on with the bytes from `start` to `end`: a prefix and a key that lie apart have the hash of both together. */
export function hashOn(hash: number, bytes: Uint8Array, start: number, end: number): number {
  let on = hash
  for (let at = start; at < end; at++) on = hashOnByte(on, bytes[at] as number)
  return on
}

export const hashOnByte = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193)

/** The finaliser of MurmurHash3 (Appleby): the low bits may choose a slot. */
export function hashEnd(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}

/** Hash of a key as state has it, from `start` to `end`. */
export const hashOf = (bytes: Uint8Array, start: number, end: number): number =>
  hashEnd(hashOn(hashOfNothing, bytes, start, end))
