const frameMagic = 0xfd2fb528
const largestBlock = 128 * 1024
const rawBlock = 0
const runBlock = 1
const sizesOfDictionaryId = [0, 1, 2, 4]
const sizesOfContentSize = [0, 2, 4, 8]

/**
 * Most bytes that the ZSTD frames can hold when they are decompressed (RFC 8878, 3.1.1). Who compresses as a stream, as
 * Java's clients and librdkafka do, does not write how many it will be: blocks tell the most that each of them holds.
 * @throws RangeError when the bytes end within a frame
 */
export function zstdBound(bytes: Buffer): number {
  let bound = 0
  for (let at = 0; at + 4 <= bytes.length; ) {
    // What is no frame is told by who decompresses it.
    if (bytes.readUInt32LE(at) !== frameMagic) return bound
    const descriptor = bytes.readUInt8(at + 4)
    at += 5 + headerSize(descriptor)
    for (let isLast = false; !isLast; ) {
      const header = bytes.readUIntLE(at, 3)
      const [type, size] = [(header >> 1) & 3, header >> 3]
      isLast = (header & 1) === 1
      bound += type === rawBlock || type === runBlock ? size : largestBlock
      at += 3 + (type === runBlock ? 1 : size)
    }
    if ((descriptor & 4) !== 0) at += 4
  }
  return bound
}

/** Bytes of the header behind its first one: of the window, the dictionary and the size of the content. */
function headerSize(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0
  const content = descriptor >> 6
  return (
    (isSingleSegment ? 0 : 1) +
    (sizesOfDictionaryId[descriptor & 3] ?? 0) +
    (content === 0 && isSingleSegment ? 1 : (sizesOfContentSize[content] ?? 0))
  )
}
