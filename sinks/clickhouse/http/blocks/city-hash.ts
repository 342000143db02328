/**
 * CityHash128 in the version that ClickHouse's compressed blocks are checked with: 1.0.2, which later versions differ
 * from. Source: https://github.com/google/cityhash (release 1.0.2); ClickHouse fixed that version in its protocol.
 * Arithmetic is modulo 2^64.
 */

const k0 = 0xc3a5c85c97cb3127n
const k1 = 0xb492b66fbe98f273n
const k2 = 0x9ae16a3b2f90404fn
const k3 = 0xc949d7c7509e6557n
const mul = 0x9ddfea08eb382d69n

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value)
const rotate = (value: bigint, by: bigint): bigint => (value >> by) | u64(value << (64n - by))
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n)

/** Two halves of 64 bits hashed to one. */
function combine(low: bigint, high: bigint): bigint {
  const a = shiftMix(u64((low ^ high) * mul))
  return u64(shiftMix(u64((high ^ a) * mul)) * mul)
}

/** Hash of at most 16 bytes. */
function ofShort(bytes: Buffer): bigint {
  const { length } = bytes
  const size = BigInt(length)
  if (length > 8) {
    const a = bytes.readBigUInt64LE(0)
    const b = bytes.readBigUInt64LE(length - 8)
    return combine(a, rotate(u64(b + size), size)) ^ b
  }
  if (length >= 4)
    return combine(u64(size + (BigInt(bytes.readUInt32LE(0)) << 3n)), BigInt(bytes.readUInt32LE(length - 4)))
  if (length === 0) return k2
  const y = BigInt(bytes.readUInt8(0) + (bytes.readUInt8(length >> 1) << 8))
  const z = BigInt(length + (bytes.readUInt8(length - 1) << 2))
  return u64(shiftMix(u64(y * k2) ^ u64(z * k3)) * k2)
}

/** The whole of up to 127 bytes, mixed 16 bytes at a time. */
function ofMedium(bytes: Buffer, low: bigint, high: bigint): [low: bigint, high: bigint] {
  let [a, b, c, d] = [low, high, 0n, 0n]
  const { length } = bytes
  if (length <= 16) {
    a = u64(shiftMix(u64(a * k1)) * k1)
    c = u64(b * k1 + ofShort(bytes))
    d = shiftMix(u64(a + (length >= 8 ? bytes.readBigUInt64LE(0) : c)))
  } else {
    c = combine(u64(bytes.readBigUInt64LE(length - 8) + k1), a)
    d = combine(u64(b + BigInt(length)), u64(c + bytes.readBigUInt64LE(length - 16)))
    a = u64(a + d)
    for (let at = 0; at < length - 16; at += 16) {
      a = u64((a ^ u64(shiftMix(u64(bytes.readBigUInt64LE(at) * k1)) * k1)) * k1)
      b ^= a
      c = u64((c ^ u64(shiftMix(u64(bytes.readBigUInt64LE(at + 8) * k1)) * k1)) * k1)
      d ^= c
    }
  }
  a = combine(a, c)
  b = combine(d, b)
  return [a ^ b, combine(b, a)]
}

/** State of the loop over long inputs: 56 bytes. */
class Mixer {
  private v: [bigint, bigint]
  private w: [bigint, bigint]
  private z: bigint

  constructor(
    private readonly bytes: Buffer,
    private x: bigint,
    private y: bigint,
  ) {
    this.z = u64(BigInt(bytes.length) * k1)
    const first = u64(rotate(this.y ^ k1, 49n) * k1 + this.at(0))
    this.v = [first, u64(rotate(first, 42n) * k1 + this.at(8))]
    this.w = [u64(rotate(u64(this.y + this.z), 35n) * k1 + this.x), u64(rotate(u64(this.x + this.at(88)), 53n) * k1)]
  }

  private at(offset: number): bigint {
    return this.bytes.readBigUInt64LE(offset)
  }

  private weak(offset: number, a: bigint, b: bigint): [bigint, bigint] {
    const z = this.at(offset + 24)
    const start = u64(a + this.at(offset))
    const turned = rotate(u64(b + start + z), 21n)
    const sum = u64(start + this.at(offset + 8) + this.at(offset + 16))
    return [u64(sum + z), u64(turned + rotate(sum, 44n) + start)]
  }

  /** Takes 64 bytes in. */
  private round(offset: number): void {
    const { v, w } = this
    let x = u64(rotate(u64(this.x + this.y + v[0] + this.at(offset + 16)), 37n) * k1)
    let y = u64(rotate(u64(this.y + v[1] + this.at(offset + 48)), 42n) * k1)
    x ^= w[1]
    y ^= v[0]
    const z = rotate(this.z ^ w[0], 33n)
    this.v = this.weak(offset, u64(v[1] * k1), u64(x + w[0]))
    this.w = this.weak(offset + 32, u64(z + w[1]), y)
    this.x = z
    this.y = y
    this.z = x
  }

  digest(): [low: bigint, high: bigint] {
    const { length } = this.bytes
    const rest = length % 128
    for (let offset = 0; offset < length - rest; offset += 64) this.round(offset)
    this.y = u64(this.y + rotate(this.w[0], 37n) * k0 + this.z)
    this.x = u64(this.x + rotate(u64(this.v[0] + this.z), 49n) * k0)
    for (let taken = 32; taken < rest + 32; taken += 32) {
      const offset = length - taken
      this.y = u64(rotate(u64(this.y - this.x), 42n) * k0 + this.v[1])
      const low = u64(this.w[0] + this.at(offset + 16))
      this.x = u64(rotate(this.x, 49n) * k0 + low)
      this.w = [u64(low + this.v[0]), this.w[1]]
      this.v = this.weak(offset, this.v[0], this.v[1])
    }
    const x = combine(this.x, this.v[0])
    const y = combine(this.y, this.w[0])
    return [u64(combine(u64(x + this.v[1]), this.w[1]) + y), combine(u64(x + this.w[1]), u64(y + this.v[1]))]
  }
}

function seeded(bytes: Buffer, low: bigint, high: bigint): [low: bigint, high: bigint] {
  return bytes.length < 128 ? ofMedium(bytes, low, high) : new Mixer(bytes, low, high).digest()
}

/** The 16 bytes of the hash, lower half first, both little-endian, as they stand before a compressed block. */
export function cityHash128(bytes: Uint8Array): Buffer {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { length } = all
  const [low, high] =
    length >= 16
      ? seeded(all.subarray(16), all.readBigUInt64LE(0) ^ k3, all.readBigUInt64LE(8))
      : length >= 8
        ? seeded(
            all.subarray(0, 0),
            all.readBigUInt64LE(0) ^ u64(BigInt(length) * k0),
            all.readBigUInt64LE(length - 8) ^ k1,
          )
        : seeded(all, k0, k1)
  const out = Buffer.allocUnsafe(16)
  out.writeBigUInt64LE(low, 0)
  out.writeBigUInt64LE(high, 8)
  return out
}
