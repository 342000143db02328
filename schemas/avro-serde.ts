import type { SchemaRegistry } from '../streams/engine/ports/registry.js'
import type { Serde } from '../streams/engine/serde.js'
import { type AvroType, asBuffer, avroType, bytesAsBuffers, misfits } from './avro.js'
import { readerOf, writerOf } from './avro-tap.js'
import { headerLength, notFramed, schemaIdOf, writeHeader } from './framing.js'

/** The bytes of a value cannot be read; the message says what is wrong with them. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError'
}

type Resolver = ReturnType<AvroType['createResolver']>

const slabSize = 256 * 1024
/** Small values are cut from a shared slab: an allocation for each would cost more than encoding it. */
let slab = Buffer.allocUnsafeSlow(slabSize)
let used = 0

/**
 * Values of one topic as framed Avro. Encodes with the schema of this program; decodes what any registered schema wrote,
 * as long as it resolves to this one.
 * @param id Id under which the registry holds the schema.
 */
export function avroSerde<Value>(
  topic: string,
  schema: string,
  id: number,
  registry: Pick<SchemaRegistry, 'cached'>,
): Serde<Value> {
  const type = avroType(schema)
  const withBuffers = bytesAsBuffers(type)
  const [readAt, writeAt] = [readerOf(type), writerOf(type)]
  const resolvers = new Map<number, Resolver | null>([[id, null]])

  const resolverFor = (writerId: number): Resolver | null => {
    const known = resolvers.get(writerId)
    if (known !== undefined) return known
    const writer = registry.cached(writerId)
    if (writer === undefined) {
      throw new UndecodableError(`schema id ${writerId} is not in the registry: the value was written for another one`)
    }
    let resolver: Resolver
    try {
      resolver = type.createResolver(avroType(writer.schema))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new UndecodableError(
        `schema id ${writerId} (${writer.subject}) cannot be read as a value of ${topic}: ${why}`,
      )
    }
    resolvers.set(writerId, resolver)
    return resolver
  }

  const refusal = (value: unknown, error: unknown): TypeError => {
    const why = misfits(type, value) || (error instanceof Error ? error.message : String(error))
    return new TypeError(`the value does not fit ${type.name} of ${topic}: ${why}`)
  }
  const decode = (bytes: Uint8Array): Value => {
    const writerId = schemaIdOf(bytes)
    if (writerId === null) throw new UndecodableError(notFramed(bytes))
    const resolver = resolverFor(writerId)
    const { value, offset } = read(type, asBuffer(bytes), resolver, writerId)
    if (offset < 0)
      throw new UndecodableError(`the ${bytes.length} bytes end in the middle of a value of schema id ${writerId}`)
    if (offset !== bytes.length) {
      throw new UndecodableError(`${bytes.length - offset} bytes follow the value, which ends after ${offset}`)
    }
    return value as Value
  }
  return {
    encode: (given) => {
      const value: unknown = withBuffers === null ? given : withBuffers(given)
      try {
        const end = type.encode(value, slab, used + headerLength)
        if (end > 0) return cut(end, id)
        const needed = headerLength - end + (slab.length - used)
        slab = Buffer.allocUnsafeSlow(Math.max(slabSize, needed))
        used = 0
        return cut(type.encode(value, slab, headerLength), id)
      } catch (error) {
        throw refusal(value, error)
      }
    },
    encodeInto: (given, into, at) => {
      const value: unknown = withBuffers === null ? given : withBuffers(given)
      const buffer = bufferOver(into)
      const from = at + headerLength
      if (from > buffer.length) return buffer.length - from
      try {
        const end = writeAt(value, buffer, from)
        if (end >= 0) writeHeader(buffer, at, id)
        return end
      } catch (error) {
        throw refusal(value, error)
      }
    },
    decode,
    decodeWithin: (bytes, start, end) => {
      // The schema of this program wrote nearly all there is. What does not end where it should is read by itself, so
      // that nothing of its neighbours gets into it, and the error says what is wrong.
      if (schemaIdOf(bytes, start, end) === id) {
        try {
          const value = readAt(bufferOver(bytes), start + headerLength, end)
          if (value !== undefined) return value as Value
        } catch {}
      }
      return decode(bytes.subarray(start, end))
    },
  }
}

/** Buffers over the bytes that values are written into or read from, as avsc takes them. */
const buffers = new WeakMap<Uint8Array, Buffer>()

function bufferOver(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes
  const known = buffers.get(bytes)
  if (known !== undefined) return known
  const made = asBuffer(bytes)
  buffers.set(bytes, made)
  return made
}

function cut(end: number, id: number): Uint8Array {
  writeHeader(slab, used, id)
  const bytes = slab.subarray(used, end)
  used = end
  return bytes
}

function read(type: AvroType, buffer: Buffer, resolver: Resolver | null, id: number) {
  try {
    return resolver === null ? type.decode(buffer, headerLength) : type.decode(buffer, headerLength, resolver)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UndecodableError(`the bytes are no value of schema id ${id}: ${why}`)
  }
}
