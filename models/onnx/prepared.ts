import { open } from 'node:fs/promises'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { firstTokenOnly } from './first-token.js'
import { readOnnx } from './read.js'
import { writeOnnx } from './write.js'

/** Makes a file known as one that holds nothing that is computed in vain. Other programs that write the file name themselves. */
const producer = 'pulso'

/**
 * A model without what it computes in vain, as bytes of an ONNX file. The same bytes once more give the same.
 * @throws when it cannot be read
 */
export function prepare(bytes: Uint8Array): Uint8Array {
  return writeOnnx({ ...firstTokenOnly(readOnnx(bytes)), producer })
}

/** Bytes that hold what comes before the graph: version and producer. */
const head = 64

/**
 * Whether a file was made by `prepare`, so that it can be loaded as it lies: reading and writing one of 33 MB at each
 * start leaves 130 MB of garbage behind. Only its first bytes are read.
 */
export async function isPrepared(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(head), 0, head, 0)
    return producerOf(buffer.subarray(0, bytesRead)) === producer
  } finally {
    await handle.close()
  }
}

/** `ModelProto.producer_name` where it is among the first fields; empty for bytes of another kind. */
function producerOf(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes)
  try {
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag()
      if (number === 2 && wire === WireType.LengthDelimited) return reader.string()
      reader.skip(wire, number)
    }
  } catch {
    return ''
  }
  return ''
}
