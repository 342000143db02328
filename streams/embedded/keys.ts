/** Keys of the tables: fixed-width big-endian integers, so that the order of the bytes is that of the numbers. */

const offsetBytes = 6

/** A partition's number in the environment, 32 bits. */
export function partitionKey(partitionId: number): Uint8Array {
  const key = new Uint8Array(4)
  writeUint32(key, 0, partitionId)
  return key
}

/** A partition and a number below 2^48. */
export function positionKey(partitionId: number, position: number): Uint8Array {
  const key = new Uint8Array(4 + offsetBytes)
  writeUint32(key, 0, partitionId)
  key[4] = position / 0x10000000000
  key[5] = position / 0x100000000
  writeUint32(key, 6, position)
  return key
}

/** The number in a key that positionKey made. */
export function positionOf(key: Uint8Array): number {
  return (key[4] ?? 0) * 0x10000000000 + (key[5] ?? 0) * 0x100000000 + readUint32(key, 6)
}

const latestIndexed = 2 ** 48 - 1

/** A partition and an instant; later instants than the index can tell apart (the year 10,889) fall together. */
export const timeKey = (partitionId: number, timestamp: number): Uint8Array =>
  positionKey(partitionId, Math.min(Math.max(0, Math.ceil(timestamp)), latestIndexed))

/** A name and a number: `group` and partition, `subject` and version. Names hold no zero character. */
export function namedKey(name: string, number: number): Uint8Array {
  const text = Buffer.from(name, 'utf8')
  const key = new Uint8Array(text.length + 5)
  key.set(text)
  writeUint32(key, text.length + 1, number)
  return key
}

export function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length - 5).toString('utf8')
}

export const numberOf = (key: Uint8Array): number => readUint32(key, key.length - 4)

/** Entries of one store of a task share its 32-bit number. */
export function storeKey(storeId: number, key: Uint8Array): Uint8Array {
  const whole = new Uint8Array(4 + key.length)
  writeUint32(whole, 0, storeId)
  whole.set(key, 4)
  return whole
}

/** Makes keys of one store after the other in the same bytes: each holds until the next is made. */
export function storeKeys(storeId: number): (key: Uint8Array) => Uint8Array {
  let whole = new Uint8Array(256)
  writeUint32(whole, 0, storeId)
  return (key) => {
    const length = 4 + key.length
    if (length > whole.length) {
      whole = new Uint8Array(2 * length)
      writeUint32(whole, 0, storeId)
    }
    whole.set(key, 4)
    return whole.subarray(0, length)
  }
}

export const textKey = (text: string): Uint8Array => Buffer.from(text, 'utf8')

export function encodeNumber(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return bytes
}

export function decodeNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getFloat64(0)
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x1000000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  )
}
